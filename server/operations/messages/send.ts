import { ChatError } from '@confab/shared';
import type { Message, Verdict } from '@confab/shared';
import { situation } from '../../policy/enter.js';
import type { Access } from '../../policy/access-cache.js';
import type { MemberRow, RoomRow } from '../../store/rows.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { draftOf, sendInput } from './draft.js';
import type { Draft } from './draft.js';
import { once } from './in-flight.js';
import { actorOf } from '../kernel.js';
import { authorize, living } from './reach.js';

/** Says something in a room. */
export const send = mutation(
  'message.send',
  sendInput,
  async (op, input): Promise<Message> => {
    const draft = draftOf(input);
    // Inside a host's transaction nothing is shared: its outcome is not known before it ends.
    if (op.store !== op.kernel.store) return sendLocked(op, draft);
    return once(op.kernel, op.caller.userId, draft, async () => (await sendFast(op, draft)) ?? sendLocked(op, draft));
  },
  'sends',
);

/** The path without a lock, fenced by the room's `authzVersion`; `null` when the ordinary one has to be taken. */
async function sendFast(op: Op, draft: Draft): Promise<Message | null> {
  const { access, policy, ids, clock } = op.kernel;
  const { userId, profile, isSystem } = op.caller;
  if (isSystem || draft.mentions.length > 0 || policy.isOverridden('message.send')) return null;
  const granted = await accessOf(op, draft);
  if (granted === null || granted.room.slowModeSeconds > 0) return null;
  const { roomId, content, format, attachments, custom, clientId, bodyHash } = draft;
  const body = { roomId, content, format, attachments, custom, clientId, bodyHash };
  const message = { ...body, id: ids.next(), senderId: userId, createdAt: clock.now() };
  const { authzVersion } = granted.room;
  const result = await op.store.sendPlain({ message, sender: profile, authzVersion });
  if (result.outcome === 'sent') return { ...result.message, reactions: [] };
  if (result.outcome === 'fenced') access.forget(roomId, userId);
  return null;
}

/** Who the sender is in the room, when they may send; a refusal is only ever taken from rows read now. */
async function accessOf(op: Op, { roomId, clientId }: Draft): Promise<Access | null> {
  const { access } = op.kernel;
  const { userId } = op.caller;
  const known = access.get(roomId, userId);
  if (known !== undefined && (await verdict(op, known.room, known.me)) === 'allowed') return known;
  access.forget(roomId, userId);
  const { methods } = op.store;
  return op.store.read(async (tx) => {
    const room = living(await methods.findRoom(tx, { roomId }));
    const me = await methods.findMember(tx, { roomId, userId });
    const answer = await verdict(op, room, me);
    if (answer === 'allowed' && room !== null && me !== null) {
      access.set({ room, me });
      return { room, me };
    }
    // What was committed before the right was lost is still answered.
    const isRetry = clientId !== null && (await methods.findSent(tx, { roomId, senderId: userId, clientId })) !== null;
    if (!isRetry && answer !== 'allowed') throw new ChatError(answer);
    return null;
  });
}

async function verdict(op: Op, room: RoomRow | null, me: MemberRow | null): Promise<Verdict> {
  return op.kernel.policy.verdict(op.caller.userId, 'message.send', situation(op, room, me));
}

async function sendLocked(op: Op, draft: Draft): Promise<Message> {
  const { methods } = op.store;
  const { roomId, clientId, bodyHash } = draft;
  const senderId = op.caller.userId;
  return op.store.write(async (tx) => {
    const found = living((await tx.lock([roomId])).get(roomId));
    const me = await methods.findMember(tx, { roomId, userId: senderId });
    const sent = clientId === null ? null : await methods.findSent(tx, { roomId, senderId, clientId });
    // Reading is all that a retry asks for: being muted since, or the room locked, changes nothing.
    const room = await authorize(op, sent === null ? 'message.send' : 'message.get', found, me);
    if (sent === null) return commit(op, tx, draft, room, me);
    if (sent.bodyHash === bodyHash) return sent.message;
    throw new ChatError('CONFLICT', 'This clientId was used for another message.', {
      details: { constraint: 'clientId' },
    });
  });
}

async function commit(op: Op, tx: WriteTx, draft: Draft, room: RoomRow, me: MemberRow | null): Promise<Message> {
  const { clock, ids, settings } = op.kernel;
  const { userId: senderId, profile, isSystem } = op.caller;
  const { mentions, ...body } = draft;
  const { id: roomId } = room;
  const now = clock.now();
  if (!isSystem) await checkPace(op, tx, room, me, now);
  const mentionsRoom = mentions.includes('@room');
  if (mentionsRoom) await authorize(op, 'message.mentionRoom', room, me);
  const userIds = mentions.filter((mention) => mention !== '@room');
  const members = await op.store.methods.membersAmong(tx, { roomId, userIds });
  const named = userIds.filter((userId) => members.has(userId));
  const messageId = ids.next();
  const aimedAt = settings.notifications ? named.filter((userId) => userId !== senderId) : [];
  const notifications = aimedAt
    .filter((userId) => members.get(userId)?.notify !== 'none')
    .map((userId) => ({
      ...{ id: ids.next(), userId, kind: 'mention' as const, roomId },
      ...{ messageId, actorId: senderId, createdAt: now },
    }));
  const message = {
    ...body,
    id: messageId,
    kind: isSystem ? ('system' as const) : ('user' as const),
    senderId,
    mentions: mentions.filter((mention) => mention === '@room' || members.has(mention)),
    mentionsRoom,
    createdAt: now,
  };
  return op.store.methods.sendMessage(tx, { message, sender: profile, actorId: actorOf(op), named, notifications });
}

/** Slow mode: one message per interval for those without a role. */
async function checkPace(op: Op, tx: ReadTx, room: RoomRow, me: MemberRow | null, now: Date): Promise<void> {
  if (room.slowModeSeconds === 0 || me?.role !== 'member') return;
  const last = await op.store.methods.lastSentAt(tx, { roomId: room.id, senderId: me.userId });
  const retryAfterMs = last === null ? 0 : last.getTime() + room.slowModeSeconds * 1_000 - now.getTime();
  if (retryAfterMs > 0) throw new ChatError('RATE_LIMITED', undefined, { details: { retryAfterMs } });
}
