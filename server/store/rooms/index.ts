import { addMembers, joinRoom } from './add.js';
import { createRoom } from './create.js';
import { findCreatedRoom, findDirectRoom, findMember, findMembers, findRoom } from './find.js';
import { getRoom } from './get.js';
import { usersAtRoomLimit } from './limits.js';
import { listMembers, listRooms } from './list.js';
import { leaveRoom, removeMembers } from './remove.js';
import { describeMembers, setGrants, setRole, updateMember } from './roles.js';
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
  describeMembers,
} as const;
