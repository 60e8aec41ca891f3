import { ban, bans, unban } from './bans.js';
import { create } from './create.js';
import { discover } from './discover.js';
import { acceptInvite, declineInvite } from './invitations.js';
import { createInvite, invites, revokeInvite } from './invites.js';
import { join, leave } from './join.js';
import { addMembers, removeMembers } from './members.js';
import { mute, unmute } from './mutes.js';
import { transferOwnership } from './ownership.js';
import { setPreferences } from './preferences.js';
import { get, list, members } from './read.js';
import { answerJoinRequest, joinRequests } from './requests.js';
import { grant, revoke, setRole } from './roles.js';
import { updateMember } from './update-member.js';
import { remove, update } from './update.js';

/** What can be done with rooms and those who are in them. */
export const roomOperations = {
  create,
  get,
  list,
  update,
  delete: remove,
  join,
  leave,
  members,
  addMembers,
  removeMembers,
  setRole,
  grant,
  revoke,
  updateMember,
  transferOwnership,
  ban,
  unban,
  bans,
  mute,
  unmute,
  joinRequests,
  answerJoinRequest,
  createInvite,
  revokeInvite,
  acceptInvite,
  declineInvite,
  invites,
  discover,
  setPreferences,
} as const;

export type { CreatedRoom } from './create.js';
export type { JoinResult, LeaveResult } from './join.js';
export type { AddResult, RemoveResult, Skipped } from './members.js';
export type { MembersResult } from './roles.js';
