import type { LogIdentity, LogStore } from '../events/log.js';
import type { OwnRendering } from './log-own-events.js';
import { renderRows } from './log-render.js';
import { readSlices } from './log-slices.js';
import { readSnapshot } from './log-snapshot.js';
import { logRow } from './records.js';
import type { ReadTx } from './transaction.js';

/** The log in a Prisma database. `read` runs a read of the newest committed state. */
export function createPrismaLog(
  identity: () => LogIdentity,
  read: <Result>(work: (tx: ReadTx) => Promise<Result>) => Promise<Result>,
  rendering: () => OwnRendering,
): LogStore {
  return {
    get identity() {
      return identity();
    },
    heads: () =>
      read(async ({ db }) => {
        const shards = await db.chatShard.findMany({ orderBy: { shard: 'asc' } });
        return shards.map(({ pos, floorPos }) => ({ pos: Number(pos), floorPos: Number(floorPos) }));
      }),
    read: (shard, afterPos, uptoPos, limit) =>
      read(async ({ db }) => {
        const records = await db.chatEvent.findMany({
          where: { shard, pos: { gt: afterPos, lte: uptoPos } },
          orderBy: { pos: 'asc' },
          take: limit,
        });
        return records.map(logRow);
      }),
    snapshot: (userId, since) => read((tx) => readSnapshot(tx, userId, since)),
    slices: (slices, limit) => read((tx) => readSlices(tx, slices, limit)),
    render: (rows) => read((tx) => renderRows({ ...tx, present: tx.present.safe }, rows, rendering())),
    // A draft is written over all the time, and what it was before is nobody's any more.
    isLasting: ({ type, data }) =>
      type !== 'draft.updated' && (data.own === undefined || rendering().ownEvents?.isRendered(type) !== true),
  };
}
