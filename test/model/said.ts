import type { Message } from '@confab/shared';
import type { Model, ModelMessage, ModelRoom } from './model.js';

/** Whether somebody wants to hear of what is aimed at them. */
function hears(room: ModelRoom, userId: string): boolean {
  const member = room.members.get(userId);
  return member !== undefined && member.notify !== 'none';
}

let clientIds = 0;

/** One that was not used before. */
export function nextClientId(): string {
  clientIds += 1;
  return `client-id-of-the-model-${clientIds}`;
}

/** Puts a message that was sent where it belongs, and tells those whom it concerns. */
export function keep(model: Model, room: ModelRoom, sent: Message, facts: Partial<ModelMessage> = {}): void {
  const { id, senderId, clientId } = sent;
  const { mentions = [], replyTo = null, root = null } = facts;
  room.log.push('message.created');
  const message: ModelMessage = {
    ...{ id, senderId, clientId, seq: room.log.length, createdAt: model.now, content: sent.content ?? '', sentAs: {} },
    ...{ isDeleted: false, isEdited: false, isPinned: false, forwardedFrom: null, replyTo, root },
    ...{ hiddenFor: new Set<string>(), reactions: new Map<string, string>(), rangFor: new Set<string>() },
    ...facts,
    mentions: mentions.filter((name) => name === '@room' || room.members.has(name)),
  };
  room.messages.push(message);
  const named = message.mentions.filter((name) => name !== '@room');
  const told = new Set<string>();
  const ring = (userId: string): void => {
    if (userId === senderId || told.has(userId) || !hears(room, userId)) return;
    told.add(userId);
    model.tell(userId, 'notification');
  };
  named.forEach(ring);
  if (replyTo !== null && !named.includes(replyTo.senderId)) ring(replyTo.senderId);
  if (root !== null) keepInThread(model, room, message, { root, named, ring });
}

/** Whoever speaks or is named follows; the author of what the thread hangs on does and hears of it, unless they wanted not to. */
function keepInThread(
  model: Model,
  room: ModelRoom,
  { senderId, seq }: ModelMessage,
  { root, named, ring }: { root: ModelMessage; named: readonly string[]; ring: (userId: string) => void },
): void {
  const standings = room.threads.get(root.id);
  const author = root.senderId;
  const before = standings?.get(author);
  const isAuthorThere = room.members.has(author);
  if (isAuthorThere && before?.following !== false && !named.includes(author)) ring(author);
  const isJoining = before === undefined && isAuthorThere;
  const followers = new Set([senderId, ...named, ...(isJoining ? [author] : [])]);
  for (const userId of followers) {
    const standing = standings?.get(userId);
    if (standing?.following === true) continue;
    model.stand(room, root.id, userId, { following: true, readSeq: Math.max(standing?.readSeq ?? 0, seq - 1) });
  }
}
