import { invalid } from '@confab/shared';
import type { Page, Report } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import * as inputs from '../inputs.js';
import { floorOf } from '../../policy/reach.js';
import { query } from '../operation.js';

const input = (settings: Settings) =>
  z.strictObject({
    roomId: inputs.id.optional(),
    state: z.enum(['open', 'resolved']).optional(),
    limit: inputs.limit(settings),
    cursor: inputs.cursor.optional(),
  });

/** The reports of a room, newest first, for those who run it; of all rooms for the host itself. */
export const list = query('report.list', input, (op, { roomId, state, limit, cursor }): Promise<Page<Report>> =>
  op.store.read(async (tx) => {
    const { userId: viewerId, isSystem } = op.caller;
    if (roomId === undefined && !isSystem)
      throw invalid('roomId', 'Only the host itself reads the reports of all rooms.');
    const entry = roomId === undefined ? null : await look(op, tx, 'report.list', roomId);
    const floorSeq = entry === null ? 0 : floorOf(entry.room, entry.me);
    return op.store.methods.listReports(tx, { roomId, state, limit, cursor, viewerId, floorSeq });
  }),
);
