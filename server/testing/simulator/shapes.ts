import type { Member, MessageState, RoomState } from '@confab/shared';

const epoch = new Date(0);

export function memberShape(roomId: string, userId: string, joinSeq: number, readSeq = 0): Member {
  return {
    roomId,
    userId,
    user: { id: userId, name: null, image: null },
    role: 'member',
    permissions: [],
    joinedAt: epoch,
    joinSeq,
    readSeq,
    deliveredSeq: readSeq,
    mutedUntil: null,
    custom: {},
  };
}

export function roomShape(id: string, seq: number, memberCount: number): RoomState {
  return {
    id,
    kind: 'group',
    name: id,
    description: null,
    image: null,
    visibility: 'private',
    joinPolicy: 'invite',
    history: 'sinceJoin',
    locked: false,
    slowModeSeconds: 0,
    maxMembers: 100,
    ownerId: null,
    memberCount,
    seq,
    preferences: {},
    custom: {},
    lastActivityAt: epoch,
    createdAt: epoch,
    updatedAt: epoch,
  };
}

export function messageShape(
  id: string,
  roomId: string,
  seq: number,
  senderId: string,
  clientId: string,
): MessageState {
  return {
    id,
    roomId,
    seq,
    kind: 'user',
    senderId,
    sender: { id: senderId, name: null, image: null },
    content: `secret of ${id}`,
    format: 'text',
    replyTo: null,
    threadId: null,
    threadCount: 0,
    forwardedFrom: null,
    attachments: [],
    mentions: [],
    reactions: [],
    custom: {},
    pinnedAt: null,
    editedAt: null,
    deletedAt: null,
    createdAt: epoch,
    clientId,
  };
}
