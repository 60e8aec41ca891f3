/** Rows that one statement looks at: those of one user may be far between. */
const rowsPerLook = 2_000;

/**
 * Everything of a table in the order of its ids, a piece at a time, for what no index finds.
 *
 * @param read - The next rows after an id, at most `limit`, in the order of their ids.
 */
export async function* windows<Row>(
  read: (afterId: string, limit: number) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): AsyncGenerator<readonly Row[]> {
  let afterId = '';
  for (;;) {
    const rows = await read(afterId, rowsPerLook);
    const last = rows.at(-1);
    if (last !== undefined) yield rows;
    if (last === undefined || rows.length < rowsPerLook) return;
    afterId = idOf(last);
  }
}
