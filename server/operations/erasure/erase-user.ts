import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import type { WriteTx } from '../../store/transaction.js';
import type { Op } from '../kernel.js';

/** What an erasure took away; all of it 0 when there was nothing left. */
export interface Erased {
  /** Messages of the user's, in all rooms. */
  readonly messages: number;
  /** Messages of others that were copies of the user's words. */
  readonly copies: number;
  /** Rooms the user was in and has left. */
  readonly rooms: number;
  readonly reactions: number;
  /** Messages of others that named the user. */
  readonly mentions: number;
  /** Rows of every other kind: drafts, devices, notifications, receipts … */
  readonly rows: number;
}

/** Messages one event tells of. */
const messagesPerStep = 100;
/** Rows one transaction takes away. */
const rowsPerStep = 500;

/**
 * Erases a user, in short transactions one after the other. Each leaves everything consistent, so that it may be broken
 * off anywhere and done again. First the user is shut out, then leaves every room: nothing new can come while the rest goes.
 */
export async function eraseUser(op: Op, userId: string): Promise<Erased> {
  const { kernel } = op;
  const { store } = kernel;
  const { methods } = store;
  const now = (): Date => kernel.clock.now();
  const erased = { messages: 0, copies: 0, rooms: 0, reactions: 0, mentions: 0, rows: 0 };

  /** Repeats a piece of work until it finds less than a whole step's worth. */
  async function until(limit: number, step: (tx: WriteTx, limit: number) => Promise<number>): Promise<number> {
    let total = 0;
    for (;;) {
      const count = await store.write((tx) => step(tx, limit));
      total += count;
      if (count < limit) return total;
    }
  }

  if (await shutOut(op, userId)) erased.rows += 1;
  for await (const roomId of roomsOf(store, userId)) {
    if (await leave(op, userId, roomId)) erased.rooms += 1;
    erased.messages += await eraseAuthored(op, userId, roomId);
    await until(rowsPerStep, (tx, limit) => methods.eraseRemoved(tx, { roomId, userId, limit }));
    erased.rows += await eraseReportsAbout(op, userId, roomId);
    erased.rows += await until(rowsPerStep, (tx, limit) => methods.eraseReceipts(tx, { roomId, userId, limit }));
    for (let seq: number | null = 0; seq !== null;) {
      const afterSeq: number = seq;
      seq = await store.write((tx) => methods.eraseEmoji(tx, { roomId, userId, afterSeq }));
    }
  }
  // A copy may have been forwarded once more while they were looked for.
  for (let found = -1; found !== 0; erased.copies += found) found = await eraseCopies(op, userId);
  const once = { userId, at: now() };
  erased.reactions += await until(messagesPerStep, (tx, limit) => methods.eraseReactions(tx, { ...once, limit }));
  erased.mentions += await until(messagesPerStep, (tx, limit) => methods.eraseMentions(tx, { ...once, limit }));
  erased.rows += await store.write((tx) => methods.eraseRemarks(tx, { userId }));
  erased.rows += await kernel.keepers.eraseUser(userId);
  erased.rows += await until(rowsPerStep, (tx, limit) => methods.eraseOwnRows(tx, { userId, limit }));
  const log = personalRoom(userId);
  erased.rows += await until(rowsPerStep, (tx, limit) => methods.erasePersonalLog(tx, { roomId: log, limit }));
  return erased;
}

/**
 * Empties the profile and closes what is open; `false` when that was done before. Nodes forget the user before the rest
 * goes, and those who share a room hear that there is no name any more.
 */
async function shutOut({ kernel }: Op, userId: string): Promise<boolean> {
  const { store, clock, directory, exclusions } = kernel;
  const at = clock.now();
  const outcome = await store.write((tx) => store.methods.markErased(tx, { userId, at }));
  if (outcome === 'unchanged') return false;
  await directory.tell({ id: userId, name: null, image: null });
  exclusions.excluded({ userId, kind: 'erasure', at });
  return true;
}

async function* roomsOf(store: ChatStore, userId: string): AsyncGenerator<string> {
  let roomIds: readonly string[] = [];
  do {
    const afterId = roomIds.at(-1) ?? '';
    roomIds = await store.read((tx) => store.methods.everRoomsOf(tx, { userId, afterId, limit: rowsPerStep }));
    yield* roomIds;
  } while (roomIds.length > 0);
}

/** Leaves a room as by leaving it; also a direct one, which is the other's alone from then on. */
function leave(op: Op, userId: string, roomId: string): Promise<boolean> {
  return op.kernel.store.transaction(async ({ store }) => {
    const { methods } = store;
    const outcome = await store.write(async (tx) => {
      const room = (await tx.lock([roomId])).get(roomId);
      const member = await methods.findMember(tx, { roomId, userId });
      if (room === undefined || member === null) return { isLeft: false, isDeleted: false };
      const isLeft = member.status === 'in' && room.deletedAt === null;
      const at = op.kernel.clock.now();
      const { isDeleted } = isLeft ? await methods.leaveRoom(tx, { roomId, userId, at }) : { isDeleted: false };
      // The pair is free: whoever comes under this id later is somebody else.
      if (isLeft && room.directKey !== null) tx.patch(roomId, { directKey: null });
      await methods.eraseMembership(tx, { roomId, userId });
      return { isLeft, isDeleted };
    });
    if (outcome.isDeleted) await op.kernel.keepers.purge({ ...op, store }, { roomId });
    return outcome.isLeft;
  });
}

/** Deletes what the user wrote in a room. */
async function eraseAuthored(op: Op, userId: string, roomId: string): Promise<number> {
  const { store } = op.kernel;
  let erased = 0;
  for (let seq: number | null = 0; seq !== null;) {
    const afterSeq: number = seq;
    const found = await store.read((tx) => store.methods.authoredIn(tx, { roomId, userId, afterSeq }));
    for (let first = 0; first < found.items.length; first += messagesPerStep) {
      const some = found.items.slice(first, first + messagesPerStep).map(({ id }) => id);
      erased += await deleteAll(op, roomId, some);
    }
    seq = found.nextSeq;
  }
  return erased;
}

/** Deletes what others reported of what the user wrote in a room. */
async function eraseReportsAbout({ kernel }: Op, userId: string, roomId: string): Promise<number> {
  const { store } = kernel;
  let erased = 0;
  for (let id: string | null = ''; id !== null;) {
    const afterId: string = id;
    const { count, nextId } = await store.write(async (tx) => {
      await tx.lock([roomId]);
      return store.methods.eraseReportsAbout(tx, { roomId, userId, afterId, limit: rowsPerStep });
    });
    erased += count;
    id = nextId;
  }
  return erased;
}

/** Deletes what others forwarded of the user's words: it is what is erased, whoever repeats it. */
async function eraseCopies(op: Op, userId: string): Promise<number> {
  const { store } = op.kernel;
  let erased = 0;
  for (let id: string | null = ''; id !== null;) {
    const afterId: string = id;
    const { items, nextId } = await store.read((tx) => store.methods.copiesOf(tx, { userId, afterId }));
    for (const roomId of new Set(items.map((item) => item.roomId))) {
      const ids = items.filter((item) => item.roomId === roomId).map((item) => item.id);
      for (let first = 0; first < ids.length; first += messagesPerStep) {
        erased += await deleteAll(op, roomId, ids.slice(first, first + messagesPerStep));
      }
    }
    id = nextId;
  }
  return erased;
}

/** Deletes messages of a room for everyone, with what plugins keep of them; those that are gone already lose what is left of them. */
function deleteAll(op: Op, roomId: string, messageIds: readonly string[]): Promise<number> {
  const { softDelete } = op.kernel.settings;
  return op.kernel.store.transaction(async ({ store }) => {
    const { methods } = store;
    const living = await store.write(async (tx) => {
      await tx.lock([roomId]);
      const places = await methods.locateMessages(tx, { messageIds });
      const ids = places.filter((place) => place.deletedAt === null).map((place) => place.id);
      const at = op.kernel.clock.now();
      if (ids.length > 0) {
        await methods.eraseMessages(tx, { roomId, messageIds: ids, actorId: null, at, softDelete });
      }
      await methods.eraseTraces(tx, { messageIds });
      return ids;
    });
    if (living.length > 0) await op.kernel.keepers.purge({ ...op, store }, { messageId: { in: [...living] } });
    return living.length;
  });
}
