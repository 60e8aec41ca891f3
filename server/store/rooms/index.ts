import { addMembers, joinRoom } from './add.js';
import { banUser, findBans, listBans, unbanUser } from './bans.js';
import { createRoom } from './create.js';
import { listDirectory } from './directory.js';
import { findCreatedRoom, findDirectRoom, findMember, findMembers, findRoom } from './find.js';
import { getRoom } from './get.js';
import {
  createInvite,
  endInvitations,
  findInvite,
  listInvitations,
  listInvites,
  revokeInvite,
  useInvite,
} from './invites.js';
import { usersAtRoomLimit } from './limits.js';
import { listMembers, listRooms } from './list.js';
import { makeOwner } from './ownership.js';
import { setPreferences } from './preferences.js';
import { leaveRoom, removeMembers } from './remove.js';
import { adminsOf, dropRequests, hasRequested, listRequests, requestToJoin } from './requests.js';
import { describeMembers, muteMember, setGrants, setRole, updateMember } from './roles.js';
import { deleteRoom, updateRoom } from './update.js';

/** What is kept of rooms and who is in them. Methods that write want the room locked. */
export const roomMethods = {
  findRoom,
  findCreatedRoom,
  findDirectRoom,
  findMember,
  findMembers,
  usersAtRoomLimit,
  getRoom,
  listRooms,
  listMembers,
  createRoom,
  updateRoom,
  deleteRoom,
  addMembers,
  joinRoom,
  removeMembers,
  leaveRoom,
  setRole,
  setGrants,
  updateMember,
  muteMember,
  makeOwner,
  setPreferences,
  describeMembers,
  banUser,
  unbanUser,
  findBans,
  listBans,
  requestToJoin,
  hasRequested,
  dropRequests,
  listRequests,
  adminsOf,
  createInvite,
  findInvite,
  useInvite,
  revokeInvite,
  endInvitations,
  listInvites,
  listInvitations,
  listDirectory,
} as const;
