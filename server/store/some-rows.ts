import { template } from './sql.js';
import type { Db } from './transaction.js';

/** Rows of a table that belong together by one column, and what tells them apart. */
export interface Belongings {
  readonly table: string;
  readonly of: string;
  readonly key: readonly string[];
}

/** Deletes at most `limit` of the rows that belong to `owner`, in no order, and returns how many; fewer were the last. */
export function deleteSome(db: Db, { table, of, key }: Belongings, owner: string, limit: number): Promise<number> {
  const columns = key.map((column) => `"${column}"`).join(', ');
  const statement = template(
    `DELETE FROM "${table}" WHERE (${columns}) IN (SELECT ${columns} FROM "${table}" WHERE "${of}" = `,
    ' LIMIT ',
    ')',
  );
  return db.$executeRaw(statement, owner, limit);
}
