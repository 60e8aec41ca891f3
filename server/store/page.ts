import { invalid } from '@confab/shared';
import type { Page } from '@confab/shared';
import { z } from 'zod';

/** The values of a row's sort columns: where a page of a list ended. */
type Place = readonly (string | number)[];

/** Later than any row, and still a date that every database takes: where a list that is newest first begins. */
export const endOfTime = Date.UTC(9999, 0);

/** A place in a list that goes by a time: that, and what tells rows of one moment apart. */
export const timePlace = z.tuple([z.int().min(0).max(endOfTime), z.string()]);

/** What comes after a place in a list that is newest first, as a condition; everything where the list begins. */
export function olderThan<Key extends string>(place: z.output<typeof timePlace> | undefined, key: Key) {
  if (place === undefined) return {};
  const [time, last] = place;
  const createdAt = new Date(time);
  const sameMoment = { createdAt, [key]: { lt: last } } as { createdAt: Date } & Record<Key, { lt: string }>;
  return { OR: [{ createdAt: { lt: createdAt } }, sameMoment] };
}

/** The place a cursor stands for; `undefined` for none. One that this list did not write is `VALIDATION`. */
export function readPlace<Schema extends z.ZodType<Place>>(
  cursor: string | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  const place = schema.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!place.success || !place.data.every(isStorable)) throw invalid('cursor', 'This is not a cursor of this list.');
  return place.data;
}

/** No id and no name holds a control character, and PostgreSQL takes no NUL, not even to compare with it. */
function isStorable(value: string | number): boolean {
  return typeof value === 'number' || !/[\p{Cc}\p{Cs}]/u.test(value);
}

/** What a page of a list that is newest first comes before: its cursor's place, or the end of time. */
export function readOlderThan(cursor: string | undefined): { readonly before: Date; readonly lastId: string } {
  const [time, lastId] = readPlace(cursor, timePlace) ?? [endOfTime, ''];
  return { before: new Date(time), lastId };
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
