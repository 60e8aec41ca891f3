import { ChatError } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import { faultOf } from './errors.js';
import { checkPlainData } from './present/plain-data.js';
import type { Report } from './present/presentation.js';
import type { ReadTx } from './transaction.js';
import type { OwnEvents } from './extension.js';

/** What own events are rendered with. */
export interface OwnRendering {
  /** Absent in a store that was opened without any. */
  readonly ownEvents: OwnEvents | undefined;
  readonly report: Report;
}

/**
 * What readers get as `data` of a host's and its plugins' own events. Whatever their functions do, the log goes on: one
 * that fails is reported, and its event is told with nothing in it, as one is that nobody declares any more. A passing
 * fault of the database is thrown, so that the rendering is done again.
 */
export async function renderOwnEvents(
  tx: ReadTx,
  rows: readonly LogRow[],
  { ownEvents, report }: OwnRendering,
): Promise<ReadonlyMap<LogRow, unknown>> {
  if (ownEvents === undefined) return new Map(rows.map((row) => [row, {}]));
  try {
    return await renderTogether(tx, rows, ownEvents);
  } catch (error) {
    if (isPassing(error)) throw error;
  }
  // One bad event fails all of a batch; done again by themselves, only it fails.
  const data = new Map<LogRow, unknown>();
  for (const row of rows) {
    try {
      data.set(row, (await renderTogether(tx, [row], ownEvents)).get(row));
    } catch (error) {
      if (isPassing(error)) throw error;
      report(error, `the event ${row.type} ${row.seq} of ${row.roomId} could not be rendered`);
      data.set(row, {});
    }
  }
  return data;
}

async function renderTogether(
  tx: ReadTx,
  rows: readonly LogRow[],
  ownEvents: OwnEvents,
): Promise<ReadonlyMap<LogRow, unknown>> {
  const rendered = await ownEvents.render(tx, rows);
  return new Map(
    rows.map((row, index) => {
      const data = rendered[index];
      checkPlainData(data, `The data of ${row.type}`);
      return [row, data];
    }),
  );
}

function isPassing(error: unknown): boolean {
  if (error instanceof ChatError) return error.code === 'UNAVAILABLE';
  const fault = faultOf(error);
  return fault === 'away' || fault === 'busy' || fault === 'conflict';
}
