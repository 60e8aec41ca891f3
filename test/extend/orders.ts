import { beforeAll } from 'vitest';
import type { Db } from '../../server/store/transaction.js';
import type { Database } from '../support/databases.js';

/** A table of the host's own beside Confab's. */
export interface Orders {
  /** Writes one in a transaction of the host's. */
  place(tx: unknown, id: string): Promise<void>;
  /** How many there are under ids that begin like this. */
  count(prefix: string): Promise<number>;
}

/** Makes the table before the first test. */
export function ordersOn(database: Database): Orders {
  beforeAll(async () => {
    await database.db.$executeRaw`CREATE TABLE shop_order (id TEXT PRIMARY KEY)`;
  });
  return {
    place: async (tx, id) => void (await (tx as Db).$executeRaw`INSERT INTO shop_order (id) VALUES (${id})`),
    async count(prefix) {
      const rows = await database.db.$queryRaw<object[]>`SELECT id FROM shop_order WHERE id LIKE ${`${prefix}%`}`;
      return rows.length;
    },
  };
}
