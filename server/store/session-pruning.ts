import type { ChatStore } from './port.js';

/** Rows that are looked at, and perhaps deleted, in one step. */
const rowsPerStep = 200;

/** Steps one run may use. */
const stepsPerRun = 50;

/** Forgets devices nobody has heard of for long: a connection that names none is a device of its own, for ever. */
export interface SessionPruning {
  /**
   * Deletes devices that were last seen before; the next run goes on where this one ended. Two kinds stay: the one a user
   * was last seen with, which tells when that was, and those that were revoked, whose credentials are still refused.
   */
  run(before: Date): Promise<number>;
}

export function createSessionPruning(store: ChatStore): SessionPruning {
  let last = { userId: '', id: '' };

  const page = (before: Date) =>
    store.read(({ db }) =>
      db.chatSession.findMany({
        where: {
          OR: [{ userId: { gt: last.userId } }, { userId: last.userId, id: { gt: last.id } }],
          lastSeenAt: { lt: before },
          revokedAt: null,
        },
        orderBy: [{ userId: 'asc' }, { id: 'asc' }],
        take: rowsPerStep,
        select: { userId: true, id: true, lastSeenAt: true },
      }),
    );

  async function lastSeen(userIds: readonly string[]): Promise<ReadonlyMap<string, number | undefined>> {
    const groups = await store.read(({ db }) =>
      db.chatSession.groupBy({ by: ['userId'], where: { userId: { in: [...userIds] } }, _max: { lastSeenAt: true } }),
    );
    return new Map(groups.map(({ userId, _max }) => [userId, _max.lastSeenAt?.getTime()]));
  }

  return {
    async run(before) {
      let count = 0;
      for (let step = 0; step < stepsPerRun; step += 1) {
        const rows = await page(before);
        const latest = await lastSeen([...new Set(rows.map(({ userId }) => userId))]);
        const old = rows
          .filter(({ userId, lastSeenAt }) => latest.get(userId) !== lastSeenAt.getTime())
          .map(({ userId, id }) => ({ userId, id }));
        if (old.length > 0) {
          // Unless it was heard of since it was looked at.
          const where = { OR: old, lastSeenAt: { lt: before }, revokedAt: null };
          count += (await store.write(({ db }) => db.chatSession.deleteMany({ where }))).count;
        }
        last = rows.at(-1) ?? last;
        if (rows.length < rowsPerStep) {
          last = { userId: '', id: '' };
          break;
        }
      }
      return count;
    },
  };
}
