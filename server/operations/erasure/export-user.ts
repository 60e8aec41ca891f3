import type { KeptRecord } from '../../extend/plugins/keepers.js';
import { personalRoom } from '../../events/log.js';
import type { ExportedRecord } from '../../store/erasure/export-data.js';
import { ownTypes } from '../../store/erasure/export.js';
import type { ExportPlace } from '../../store/erasure/export.js';
import type { ReadTx } from '../../store/transaction.js';
import type { Kernel } from '../kernel.js';

/** One thing that is kept of a user: in a table of Confab's, or by a plugin. */
export type UserRecord = ExportedRecord | { readonly type: 'plugin'; readonly data: KeptRecord };

/** Rows of one statement, and what of them is held in memory at once. */
const page = 200;

interface Page {
  readonly items: readonly ExportedRecord[];
  readonly next: ExportPlace | null;
}

/** Everything that is kept of a user, page by page; nothing is read ahead of whoever reads this. */
export async function* exportUser(kernel: Kernel, userId: string): AsyncGenerator<UserRecord> {
  const { methods } = kernel.store;
  const read = <Result>(work: (tx: ReadTx) => Promise<Result>): Promise<Result> => kernel.store.read(work);

  for (const type of ownTypes) {
    yield* pages((after) => read((tx) => methods.exportOwn(tx, { userId, type, after, limit: page })));
  }
  const logOf = { roomId: personalRoom(userId) };
  yield* pages((after) => read((tx) => methods.exportHanging(tx, { type: 'event', where: logOf, after, limit: page })));
  let roomIds: readonly string[] = [];
  do {
    const afterId = roomIds.at(-1) ?? '';
    roomIds = await read((tx) => methods.everRoomsOf(tx, { userId, afterId, limit: page }));
    for (const roomId of roomIds) yield* fromRoom(kernel, userId, roomId);
  } while (roomIds.length > 0);
  let afterId: string | null = '';
  while (afterId !== null) {
    const from: string = afterId;
    const { items, nextId } = await read((tx) => methods.copiesOf(tx, { userId, afterId: from }));
    for (let first = 0; first < items.length; first += page) {
      const messageIds = items.slice(first, first + page).map(({ id }) => id);
      yield* await read((tx) => methods.exportCopies(tx, { messageIds }));
    }
    afterId = nextId;
  }
  for await (const data of kernel.keepers.exportUser(userId)) yield { type: 'plugin', data };
}

/** What the user did in one room: messages with their versions, events, marks. */
async function* fromRoom({ store }: Kernel, userId: string, roomId: string): AsyncGenerator<ExportedRecord> {
  const { methods } = store;
  let afterSeq: number | null = 0;
  while (afterSeq !== null) {
    const from: number = afterSeq;
    const { items, nextSeq } = await store.read((tx) => methods.exportFromRoom(tx, { userId, roomId, afterSeq: from }));
    yield* items;
    const messageIds = items.flatMap(({ type, data }) => (type === 'message' ? [data.id] : []));
    for (let first = 0; first < messageIds.length; first += page) {
      const where = { messageIds: messageIds.slice(first, first + page) };
      yield* pages((after) =>
        store.read((tx) => methods.exportHanging(tx, { type: 'version', where, after, limit: page })),
      );
    }
    afterSeq = nextSeq;
  }
  const where = { roomId, userId };
  yield* pages((after) =>
    store.read((tx) => methods.exportHanging(tx, { type: 'receipt', where, after, limit: page })),
  );
}

async function* pages(read: (after: ExportPlace | undefined) => Promise<Page>): AsyncGenerator<ExportedRecord> {
  let after: ExportPlace | undefined;
  for (;;) {
    const { items, next } = await read(after);
    yield* items;
    if (next === null) return;
    after = next;
  }
}
