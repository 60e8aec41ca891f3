import { ChatError, receiptRoomSize } from '@confab/shared';
import type { Mark } from '@confab/shared';
import { z } from 'zod';
import type { Audience } from '../../bus/bus.js';
import type { MarkMove } from '../../store/messages/marks.js';
import type { RoomRow } from '../../store/rows.js';
import type { ReadTx, WriteTx } from '../../store/transaction.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { authorize, floorOf, living } from '../../policy/reach.js';

const most = 100;

const input = () =>
  z.union([
    z.strictObject({ roomId: inputs.id, seq: inputs.seq }),
    z.strictObject({ messageIds: z.array(inputs.id).min(1).max(most) }),
  ]);

type Input = z.output<ReturnType<typeof input>>;

/** Where the caller's marks stand after the call, by room. */
export interface Marks {
  readonly marks: readonly Mark[];
}

/** Says that messages arrived. */
export const ack = mutation('message.ack', input, (op, wanted) => moveMarks(op, 'message.ack', wanted));

/** Says that messages were read, and so arrived. */
export const read = mutation('message.read', input, (op, wanted) => moveMarks(op, 'message.read', wanted));

interface Target {
  /** Where the mark is to go. */
  readonly seq: number;
  /** The oldest message named; `null` when only a place was. */
  readonly oldestSeq: number | null;
}

interface Step extends MarkMove {
  readonly room: RoomRow;
}

async function moveMarks(op: Op, action: 'message.ack' | 'message.read', wanted: Input): Promise<Marks> {
  const { methods } = op.store;
  return op.store.write(async (tx) => {
    const moves = await stepsOf(op, tx, action, await targetsOf(op, tx, wanted));
    const at = op.kernel.clock.now();
    const move = action === 'message.read' ? methods.readMessages : methods.ackMessages;
    const marks = await move(tx, { moves, at });
    if (moves.every(({ me, ...to }) => me.readSeq === to.readSeq && me.deliveredSeq === to.deliveredSeq)) {
      op.unchanged?.();
    }
    for (const step of moves) await tell(op, tx, action, step, at);
    return { marks };
  });
}

async function targetsOf(op: Op, tx: ReadTx, wanted: Input): Promise<ReadonlyMap<string, Target>> {
  if ('roomId' in wanted) return new Map([[wanted.roomId, { seq: wanted.seq, oldestSeq: null }]]);
  const messageIds = [...new Set(wanted.messageIds)];
  const places = await op.store.methods.locateMessages(tx, { messageIds });
  if (places.length < messageIds.length) throw new ChatError('NOT_FOUND');
  const targets = new Map<string, Target>();
  for (const { roomId, seq } of places) {
    const known = targets.get(roomId);
    targets.set(roomId, {
      seq: Math.max(seq, known?.seq ?? 0),
      oldestSeq: Math.min(seq, known?.oldestSeq ?? seq),
    });
  }
  return targets;
}

/** Locks every room and checks every one of them before anything moves. */
async function stepsOf(
  op: Op,
  tx: WriteTx,
  action: 'message.ack' | 'message.read',
  targets: ReadonlyMap<string, Target>,
): Promise<readonly Step[]> {
  const roomIds = [...targets.keys()];
  const rooms = await tx.lock(roomIds);
  const mine = await op.store.methods.membershipsOf(tx, { userId: op.caller.userId, roomIds });
  const steps: Step[] = [];
  for (const [roomId, { seq, oldestSeq }] of targets) {
    const me = mine.get(roomId) ?? null;
    const room = await authorize(op, action, living(rooms.get(roomId)), me);
    if (me === null || (oldestSeq !== null && oldestSeq < floorOf(room, me))) throw new ChatError('NOT_FOUND');
    const target = Math.min(seq, room.lastSeq);
    const readSeq = action === 'message.read' ? Math.max(me.readSeq, target) : me.readSeq;
    steps.push({ room, me, readSeq, deliveredSeq: Math.max(me.deliveredSeq, readSeq, target) });
  }
  return steps;
}

/** Arranges that others hear of a mark that moved, once it is committed. */
async function tell(op: Op, tx: WriteTx, action: 'message.ack' | 'message.read', step: Step, at: Date): Promise<void> {
  const { me, room } = step;
  const isRead = action === 'message.read';
  const seq = isRead ? step.readSeq : step.deliveredSeq;
  if (seq === (isRead ? me.readSeq : me.deliveredSeq)) return;
  const to = isRead ? readersOf(room, me.userId) : await sendersOf(op, tx, step);
  const type = isRead ? 'receipt.read' : 'receipt.delivered';
  const { receipts } = op.kernel;
  tx.afterCommit(() => receipts.tell({ type, roomId: room.id, userId: me.userId, seq, at, to }));
}

function readersOf(room: RoomRow, userId: string): Audience {
  return room.memberCount <= receiptRoomSize ? { roomId: room.id } : { userIds: [userId] };
}

async function sendersOf(op: Op, tx: ReadTx, { room, me, deliveredSeq }: Step): Promise<Audience> {
  const { userId, roomId } = me;
  if (room.memberCount > receiptRoomSize) return { userIds: [userId] };
  // The newest stretch is what senders wait for; a first catch-up of a long history is cut.
  const afterSeq = Math.max(me.deliveredSeq, me.joinSeq - 1, deliveredSeq - 1_000);
  const stretch = { roomId, afterSeq, uptoSeq: deliveredSeq, exceptUserId: userId, limit: receiptRoomSize };
  const senders = await op.store.methods.sendersBetween(tx, stretch);
  const members = await op.store.methods.membersAmong(tx, { roomId, userIds: senders });
  return { userIds: [userId, ...members.keys()] };
}
