import { blocksAmong, blockUser, listBlocks, unblockUser } from './blocks.js';
import { coMembers, findProfiles, saveProfiles, sharingRooms } from './profiles.js';
import {
  findRevocation,
  lastSeen,
  listRevocations,
  listSessions,
  openSession,
  revokeSession,
  touchSession,
} from './sessions.js';

/** What is kept of users and their devices. */
export const userMethods = {
  findProfiles,
  saveProfiles,
  coMembers,
  sharingRooms,
  openSession,
  touchSession,
  revokeSession,
  findRevocation,
  listRevocations,
  listSessions,
  lastSeen,
  blockUser,
  unblockUser,
  blocksAmong,
  listBlocks,
} as const;

export type { RevocationRow, SessionRow, SessionSign } from './sessions.js';
