import type { Page, Room } from '@confab/shared';
import { isBlank } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { cursor, limit } from '../inputs.js';
import { query } from '../operation.js';

const input = (settings: Settings) =>
  z.strictObject({ query: z.string().max(200).optional(), limit: limit(settings), cursor: cursor.optional() });

/** Public channels, those with the most members first; with `query`, those whose name has this literal text in it. */
export const discover = query('room.discover', input, (op, asked): Promise<Page<Room>> =>
  op.store.read((tx) => {
    const { userId } = op.caller;
    const text = asked.query === undefined || isBlank(asked.query) ? undefined : asked.query.trim();
    return op.store.methods.listDirectory(tx, { userId, query: text, limit: asked.limit, cursor: asked.cursor });
  }),
);
