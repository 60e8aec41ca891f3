import type { Message } from '@confab/shared';
import type { Model, ModelMessage, ModelRoom } from './model.js';

/** Whether somebody wants to hear of what is aimed at them. */
function hears(room: ModelRoom, userId: string): boolean {
  const member = room.members.get(userId);
  return member !== undefined && member.notify !== 'none';
}

/** Tells somebody, once of each message. */
type Ring = (userId: string, kind: 'mention' | 'reply') => void;

let clientIds = 0;

/** One that was not used before. */
export function nextClientId(): string {
  clientIds += 1;
  return `client-id-of-the-model-${clientIds}`;
}

/** One that its room's log has, and nothing more. */
export function newMessage(model: Model, room: ModelRoom, senderId: string): Omit<ModelMessage, 'mentions'> {
  room.log.push('message.created');
  return {
    ...{ id: '', senderId, news: null, clientId: null, seq: room.log.length, createdAt: model.now, content: '' },
    ...{ isDeleted: false, isEdited: false, isPinned: false, forwardedFrom: null, replyTo: null, root: null },
    ...{ hiddenFor: new Set<string>(), reactions: new Map<string, string>(), rangFor: new Set<string>(), sentAs: {} },
  };
}

/** Puts a message that was sent where it belongs, and tells those whom it concerns. */
export function keep(model: Model, room: ModelRoom, sent: Message, facts: Partial<ModelMessage> = {}): void {
  const { id, senderId, clientId } = sent;
  const { mentions = [], replyTo = null, root = null } = facts;
  const message: ModelMessage = {
    ...newMessage(model, room, senderId),
    ...{ id, clientId, content: sent.content ?? '', replyTo, root },
    ...facts,
    mentions: mentions.filter((name) => name === '@room' || room.members.has(name)),
  };
  room.messages.push(message);
  const named = message.mentions.filter((name) => name !== '@room');
  const told = new Set<string>();
  const ring: Ring = (userId, kind) => {
    if (userId === senderId || told.has(userId) || !hears(room, userId)) return;
    told.add(userId);
    model.notify(userId, { kind, roomId: room.id, messageId: id, actorId: senderId });
  };
  for (const userId of named) ring(userId, 'mention');
  if (replyTo !== null && replyTo.news === null && !named.includes(replyTo.senderId)) ring(replyTo.senderId, 'reply');
  if (root !== null) keepInThread(model, room, message, { root, named, ring });
}

/** Whoever speaks or is named follows; the author of what the thread hangs on does and hears of it, unless they wanted not to. */
function keepInThread(
  model: Model,
  room: ModelRoom,
  { senderId, seq }: ModelMessage,
  { root, named, ring }: { root: ModelMessage; named: readonly string[]; ring: Ring },
): void {
  const standings = room.threads.get(root.id);
  const author = root.senderId;
  const before = standings?.get(author);
  const isAuthorThere = room.members.has(author);
  if (isAuthorThere && before?.following !== false && !named.includes(author)) ring(author, 'reply');
  const isJoining = before === undefined && isAuthorThere;
  const followers = new Set([senderId, ...named, ...(isJoining ? [author] : [])]);
  for (const userId of followers) {
    const standing = standings?.get(userId);
    if (standing?.following === true) continue;
    model.stand(room, root.id, userId, { following: true, readSeq: Math.max(standing?.readSeq ?? 0, seq - 1) });
  }
}
