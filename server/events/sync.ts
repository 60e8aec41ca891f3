import type { ChatEvent } from '@confab/shared';
import type { Clock } from '../ports.js';
import type { CursorCodec, Positions } from './cursor.js';
import { headPositions } from './cursor.js';
import type { LogStore } from './log.js';
import type { lineUp as lineUpReplay, PlanOptions, ReplayItem } from './replay.js';
import { planReplay, renderEntries } from './replay.js';
import type { SyncPage } from './streams.js';
import { weight } from './weight.js';

export interface SyncOptions extends PlanOptions {
  readonly log: LogStore;
  readonly clock: Clock;
  readonly codec: CursorCodec;
  readonly lineUp: typeof lineUpReplay;
}

/**
 * What a stream would replay, as one page: at most `limit` events of the log, and before them whatever has no place
 * in it (`room.limited`, `room.gone`). An unusable cursor gives a `resync`, none at all the cursor of now.
 */
export async function syncPage(
  { log, clock, codec, lineUp, ring, bounds }: SyncOptions,
  userId: string,
  cursor: string | undefined,
  limit: number,
): Promise<SyncPage> {
  const parsed = cursor === undefined ? undefined : codec.parse(cursor);
  const since = parsed?.ok === true ? parsed.positions : undefined;
  const snapshot = await log.snapshot(userId, since);
  const here = codec.encode(headPositions(snapshot.heads));
  if (parsed === undefined) return { events: [], cursor: here, more: false };

  const plan = parsed.ok
    ? await planReplay({ log, ring, bounds }, userId, parsed.positions, snapshot)
    : { resync: parsed.reason };
  if ('resync' in plan) {
    const event: ChatEvent = { type: 'resync', at: clock.now(), data: { reason: plan.resync } };
    return { events: [{ id: here, event }], cursor: here, more: false };
  }

  const { page, more, end } = await fillPage(log, lineUp(plan.replay, clock.now()), limit, bounds.bytes);
  const events = page.map(({ positions, event }) => ({ id: codec.encode(positions), event }));
  return { events, cursor: more ? codec.encode(end ?? plan.replay.since) : here, more };
}

/** As many items as the page takes; one event always fits, so that paging never stands still. */
async function fillPage(log: LogStore, items: readonly ReplayItem[], limit: number, maxBytes: number) {
  const markers = items.flatMap((item) => ('event' in item ? [item] : []));
  const logged = items.flatMap((item) => ('entry' in item ? [item] : []));
  const wanted = logged.slice(0, Math.max(1, limit));
  const rendered = await renderEntries(
    log,
    wanted.map((item) => item.entry),
  );
  const page: { positions: Positions; event: ChatEvent }[] = [...markers];
  let bytes = 0;
  let taken = 0;
  for (const event of rendered) {
    const item = wanted[taken];
    bytes += weight(event);
    if (item === undefined || (taken > 0 && bytes > maxBytes)) break;
    page.push({ positions: item.positions, event });
    taken += 1;
  }
  return { page, more: taken < logged.length, end: wanted[taken - 1]?.positions };
}
