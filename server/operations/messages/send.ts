import { ChatError } from '@confab/shared';
import type { JsonObject, Message, RoomKind, Verdict } from '@confab/shared';
import { situation } from '../../policy/enter.js';
import type { Entry } from '../../policy/enter.js';
import type { Access } from '../../policy/access-cache.js';
import { factsFor } from '../../policy/facts.js';
import type { Facts } from '../../policy/facts.js';
import type { SentMessage } from '../../store/messages/find.js';
import type { MemberRow, RoomRow } from '../../store/rows.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import type { Repeats } from '../operation.js';
import { outcomeOf, valueOf } from '../outcome.js';
import { checkSent, customToSend } from './custom.js';
import { bodyHashOf, draftOf, sendInput } from './draft.js';
import type { Draft, SendInput } from './draft.js';
import { once } from './in-flight.js';
import { commitMessage } from './commit.js';
import type { Saying } from './commit.js';
import { authorize, living, seenAmong } from '../../policy/reach.js';
import { checkRoot } from '../threads/reach.js';

type About = Pick<Saying, 'answered' | 'root'>;

const repeats: Repeats<SendInput, Message> = {
  together(op, input, work) {
    const { roomId, clientId } = input;
    if (clientId === undefined) return work(op);
    const bodyHash = bodyHashOf(input);
    // Inside a host's transaction nothing is shared: its outcome is not known before it ends.
    if (op.store !== op.kernel.store) return work({ ...op, bodyHash });
    const key = { roomId, senderId: op.caller.userId, clientId, bodyHash };
    return once(op.kernel, key, () => work({ ...op, bodyHash }));
  },
  async earlier(op, input) {
    const { roomId, clientId } = input;
    if (clientId === undefined) return undefined;
    const { methods } = op.store;
    const { userId, isSystem } = op.caller;
    return op.store.read(async (tx) => {
      const sent = await methods.findSent(tx, { roomId, senderId: userId, clientId });
      if (sent === null) return undefined;
      const room = living(await methods.findRoom(tx, { roomId }));
      const me = await methods.findMember(tx, { roomId, userId });
      const answer = await op.kernel.policy.verdict(userId, 'message.get', situation(op, room, me));
      const isSeen = room !== null && (isSystem || answer === 'allowed');
      return isSeen ? sameMessage(sent, op.bodyHash ?? bodyHashOf(input)) : undefined;
    });
  },
};

/** Says something in a room. */
export const send = mutation(
  'message.send',
  sendInput,
  async (op, input): Promise<Message> => {
    const draft = draftOf(op.kernel.settings, input, op.bodyHash);
    return (await sendFast(op, draft)) ?? sendLocked(op, draft);
  },
  {
    rate: 'sends',
    repeats,
    prepare: async (op, input) => ({ ...input, custom: await customToSend(op, input.roomId, input.custom) }),
  },
);

/** The path without a lock, fenced by the room's `authzVersion`; `null` when the ordinary one has to be taken. */
async function sendFast(op: Op, draft: Draft): Promise<Message | null> {
  const { access, policy, ids, clock } = op.kernel;
  const { userId, profile, isSystem } = op.caller;
  if (!op.store.hasPlainSends || isSystem || !isPlain(draft) || policy.isOverridden('message.send')) return null;
  const granted = await accessOf(op, draft);
  if (granted === null || granted.room.slowModeSeconds > 0) return null;
  const { roomId, content, format, attachments, clientId, bodyHash } = draft;
  const custom = await customIn(op, draft, granted.room.kind as RoomKind);
  if (custom === null) return null;
  const body = { roomId, content, format, attachments, custom, clientId, bodyHash };
  const message = { ...body, id: ids.next(), senderId: userId, createdAt: clock.now() };
  const { authzVersion } = granted.room;
  const result = await op.store.sendPlain({ message, sender: profile, authzVersion });
  if (result.outcome === 'sent') return { ...result.message, reactions: [] };
  if (result.outcome === 'fenced') access.forget(roomId, userId);
  return null;
}

/** `custom` as it will be stored; `null` for one that is refused, but may have been sent when it was not. */
async function customIn(op: Op, draft: Draft, kind: RoomKind): Promise<JsonObject | null> {
  const { custom } = op.kernel;
  if (op.isPrepared === true || !custom.checksMessages) return draft.custom;
  const outcome = await outcomeOf(custom.message(kind, draft.custom));
  if ('value' in outcome) return outcome.value;
  if (await op.store.read((tx) => wasSent(op, tx, draft))) return null;
  throw outcome.error;
}

/** Who the sender is in the room, when they may send; a refusal is only ever taken from rows read now. */
async function accessOf(op: Op, draft: Draft): Promise<Access | null> {
  const { access } = op.kernel;
  const { userId } = op.caller;
  const { roomId } = draft;
  const known = access.get(roomId, userId);
  if (known !== undefined && (await verdict(op, known.room, known.me, known.facts)) === 'allowed') return known;
  access.forget(roomId, userId);
  const { methods } = op.store;
  return op.store.read(async (tx) => {
    const room = living(await methods.findRoom(tx, { roomId }));
    const me = await methods.findMember(tx, { roomId, userId });
    const facts = await factsFor(op, tx, 'message.send', { room, me });
    const answer = await verdict(op, room, me, facts);
    if (answer === 'allowed' && room !== null && me !== null) {
      access.set({ room, me, facts });
      return { room, me, facts };
    }
    // What was committed before the right was lost is still answered.
    if (answer !== 'allowed' && !(await wasSent(op, tx, draft))) throw new ChatError(answer);
    return null;
  });
}

async function verdict(op: Op, room: RoomRow | null, me: MemberRow | null, facts: Facts): Promise<Verdict> {
  return op.kernel.policy.verdict(op.caller.userId, 'message.send', situation(op, room, me, facts));
}

async function wasSent(op: Op, tx: ReadTx, { roomId, clientId }: Draft): Promise<boolean> {
  if (clientId === null) return false;
  return (await op.store.methods.findSent(tx, { roomId, senderId: op.caller.userId, clientId })) !== null;
}

async function sendLocked(op: Op, draft: Draft): Promise<Message> {
  const { methods } = op.store;
  const { roomId, clientId } = draft;
  const senderId = op.caller.userId;
  const checked = await checkSent(op, roomId, draft.custom);
  return op.store.write(async (tx) => {
    const found = living((await tx.lock([roomId])).get(roomId));
    const me = await methods.findMember(tx, { roomId, userId: senderId });
    const sent = clientId === null ? null : await methods.findSent(tx, { roomId, senderId, clientId });
    // Reading is all that a retry asks for: being muted since, or the room locked, changes nothing.
    const action = sent === null ? 'message.send' : 'message.get';
    const room = await authorize(op, action, found, me, await factsFor(op, tx, action, { room: found, me }));
    if (sent !== null) {
      op.unchanged?.();
      return sameMessage(sent, draft.bodyHash);
    }
    const custom =
      checked === undefined ? await op.kernel.custom.message(room.kind as RoomKind, draft.custom) : valueOf(checked);
    return commit(op, tx, { ...draft, custom }, room, me);
  });
}

/** What was sent under the client id, if it is what is sent now. */
function sameMessage(sent: SentMessage, bodyHash: string | null): Message {
  if (sent.bodyHash === bodyHash) return sent.message;
  throw new ChatError('CONFLICT', 'This clientId was used for another message.', {
    details: { constraint: 'clientId' },
  });
}

/** Whether a message neither names nor answers anybody, which takes nothing but its own row. */
function isPlain({ mentions, replyToId, threadId }: Draft): boolean {
  return mentions.length === 0 && replyToId === null && threadId === null;
}

async function commit(op: Op, tx: WriteTx, draft: Draft, room: RoomRow, me: MemberRow | null): Promise<Message> {
  const about = await aboutWhat(op, tx, { room, me }, draft);
  return commitMessage(op, tx, { draft: { ...draft, ...notForwarded }, room, me, ...about });
}

const notForwarded = { forwardedSenderId: null, forwardedAt: null } as const;

/**
 * The message that is answered, and the one in whose thread that happens: messages of the same room that the sender can
 * see. What is answered is where the answer is: in the thread, or in the room.
 */
export async function aboutWhat(
  op: Op,
  tx: ReadTx,
  entry: Entry,
  { replyToId, threadId }: Pick<Draft, 'replyToId' | 'threadId'>,
): Promise<About> {
  const wanted = [replyToId, threadId].flatMap((id) => id ?? []);
  if (wanted.length === 0) return { answered: null, root: null };
  const seen = new Map((await seenAmong(op, tx, entry, wanted)).map((message) => [message.id, message]));
  if (wanted.some((id) => !seen.has(id))) throw new ChatError('NOT_FOUND');
  const root = seen.get(threadId ?? '') ?? null;
  if (root !== null) checkRoot(root);
  const answered = seen.get(replyToId ?? '') ?? null;
  const isThere = answered === null || answered.threadId === threadId || answered.id === threadId;
  if (!isThere) throw new ChatError('NOT_FOUND');
  return { answered, root };
}
