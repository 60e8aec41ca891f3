import { invalid } from '@confab/shared';
import type { Page } from '@confab/shared';
import type { z } from 'zod';

/** The values of a row's sort columns: where a page of a list ended. */
type Place = readonly (string | number)[];

/** The place a cursor stands for; `undefined` for none. One that this list did not write is `VALIDATION`. */
export function readPlace<Schema extends z.ZodType<Place>>(
  cursor: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const place = schema.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!place.success) throw invalid('cursor', 'This is not a cursor of this list.');
  return place.data;
}

/** A page out of rows that were read one further than `limit`, to know whether there are more. */
export function pageOf<Row>(rows: readonly Row[], limit: number, placeOf: (row: Row) => Place): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isEnd = rows.length <= limit || last === undefined;
  return { items, nextCursor: isEnd ? null : Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
