import { beforeAll } from 'vitest';
import type { Database } from '../support/databases.js';

/** A table of the host's own beside Confab's. */
export interface Orders {
  /** Writes one in a transaction of the host's. */
  place(tx: unknown, id: string): Promise<void>;
  /** How many there are under an id that begins like this. */
  count(prefix: string): Promise<number>;
}

/** What of a Prisma client such a table needs; every client and transaction has it. */
interface RawClient {
  $executeRawUnsafe(statement: string, ...values: readonly unknown[]): Promise<number>;
  $queryRawUnsafe<Row>(statement: string, ...values: readonly unknown[]): Promise<readonly Row[]>;
}

/** Makes the table before the first test. */
export function ordersOn(database: Database): Orders {
  const raw = (client: unknown): RawClient => client as RawClient;
  beforeAll(async () => {
    await raw(database.db).$executeRawUnsafe('CREATE TABLE shop_order (id TEXT PRIMARY KEY)');
  });
  return {
    place: async (tx, id) => void (await raw(tx).$executeRawUnsafe('INSERT INTO shop_order (id) VALUES ($1)', id)),
    async count(prefix) {
      const statement = 'SELECT id FROM shop_order WHERE id LIKE $1';
      return (await raw(database.db).$queryRawUnsafe(statement, `${prefix}%`)).length;
    },
  };
}
