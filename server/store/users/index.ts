import { blocksAmong, blockUser, listBlocks, unblockUser } from './blocks.js';
import { notificationPreferencesOf, setNotificationPreferences } from './preferences.js';
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
import { banFromChat, findExclusion, listExclusions, listUserBans, unbanFromChat } from './user-bans.js';

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
  notificationPreferencesOf,
  setNotificationPreferences,
  banFromChat,
  unbanFromChat,
  listUserBans,
  findExclusion,
  listExclusions,
} as const;

export type { RevocationRow, SessionRow, SessionSign } from './sessions.js';
