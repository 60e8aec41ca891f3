import type { Sql } from '@prisma/client/runtime/client';
import type { ReadTx } from '../transaction.js';

/**
 * Runs a composed statement. It is handed over flat, as a plain template would be: a host's client may come with
 * another copy of Prisma's runtime, which does not know our nested pieces.
 */
export async function select<Row>(tx: ReadTx, statement: Sql): Promise<readonly Row[]> {
  const { strings, values } = statement;
  return tx.db.$queryRaw<Row[]>(Object.assign([...strings], { raw: strings }), ...values);
}
