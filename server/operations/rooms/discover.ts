import type { Page, Room } from '@confab/shared';
import { hasRefusedCharacters, isBlank } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { cursor, limit } from '../inputs.js';
import { query } from '../operation.js';

// PostgreSQL takes no NUL, not even to look for it.
const text = z
  .string()
  .max(200)
  .refine((value) => !hasRefusedCharacters(value), 'must not hold control characters');

const input = (settings: Settings) =>
  z.strictObject({ query: text.optional(), limit: limit(settings), cursor: cursor.optional() });

/** Public channels, those with the most members first; with `query`, those whose name has this literal text in it. */
export const discover = query('room.discover', input, (op, asked): Promise<Page<Room>> =>
  op.store.read((tx) => {
    const { userId } = op.caller;
    const wanted = asked.query === undefined || isBlank(asked.query) ? undefined : asked.query.trim();
    return op.store.methods.listDirectory(tx, { userId, query: wanted, limit: asked.limit, cursor: asked.cursor });
  }),
);
