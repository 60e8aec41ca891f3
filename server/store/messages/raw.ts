import { template } from '../sql.js';
import type { ReadTx } from '../transaction.js';

/** Runs a statement put together from pieces; every `?` in its text stands for the next of the values. */
export async function select<Row>(tx: ReadTx, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  return tx.db.$queryRaw<Row[]>(template(...text.split('?')), ...values);
}

/** A parenthesised list of as many parameters, at least one. */
export function placeholders(count: number): string {
  return `(${Array.from({ length: count }, () => '?').join(', ')})`;
}
