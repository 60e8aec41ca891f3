import type { LoggedEvent } from '@confab/shared';
import type { Clock, Random, Timer } from '../ports.js';
import type { LogRow, LogStore, ShardHead } from './log.js';

export interface TailerOptions {
  readonly log: LogStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Between two looks at the heads. */
  readonly pollMs: number;
  /** The most rows read at once. */
  readonly pageRows: number;
  /** The most rows per shard that wait for a hole to be filled; what comes on top is read from the log again. */
  readonly pendingRows: number;
  /** Told of every event once, in `pos` order per shard. */
  readonly onApply: (row: LogRow, event: LoggedEvent) => void;
  /** The positions up to `pos` are no longer in the log. `wasPruned`: by retention, so someone may have missed them. */
  readonly onSkip: (shard: number, pos: number, wasPruned: boolean) => void;
  readonly onError: (error: unknown) => void;
}

/** Follows the log, every shard in order and without a hole, whatever hints come late, twice or never. */
export interface Tailer {
  /** What has been applied, by shard. The array lives: copy it to keep it. */
  readonly positions: readonly number[];
  /** Begins at the heads. Rejects when they can't be read. */
  start(): Promise<void>;
  /** Takes rows committed on this node. What is next applies before this returns if its event is given. */
  offer(rows: readonly LogRow[], events?: readonly LoggedEvent[]): void;
  /** "The log may reach these positions": read, but not believed. */
  hint(heads: readonly { readonly shard: number; readonly pos: number }[]): void;
  stop(): void;
}

interface Pending {
  readonly row: LogRow;
  readonly event: LoggedEvent | undefined;
}

interface Shard {
  readonly number: number;
  /** Known to be committed. */
  committed: number;
  /** Said to be committed. */
  hinted: number;
  floor: number;
  readonly pending: Map<number, Pending>;
  isPumping: boolean;
}

export function createTailer(options: TailerOptions): Tailer {
  const { log, clock, random, onApply, onSkip, onError } = options;
  const positions: number[] = [];
  let shards: readonly Shard[] = [];
  let isStopped = false;
  let timer: Timer | undefined;

  const tail = (shard: Shard): number => positions[shard.number] ?? 0;
  const target = (shard: Shard): number => Math.max(shard.committed, shard.hinted);

  function apply(shard: Shard, row: LogRow, event: LoggedEvent): void {
    shard.pending.delete(row.pos);
    if (row.pos !== tail(shard) + 1) return;
    positions[shard.number] = row.pos;
    onApply(row, event);
  }

  function skip(shard: Shard, upto: number): void {
    const from = tail(shard);
    if (upto <= from) return;
    for (let pos = from + 1; shard.pending.size > 0 && pos <= upto; pos += 1) shard.pending.delete(pos);
    positions[shard.number] = upto;
    onSkip(shard.number, upto, from < shard.floor);
  }

  function applyWaiting(shard: Shard): void {
    for (;;) {
      const next = shard.pending.get(tail(shard) + 1);
      if (next?.event === undefined) return;
      apply(shard, next.row, next.event);
    }
  }

  async function pump(shard: Shard): Promise<void> {
    if (shard.isPumping) return;
    shard.isPumping = true;
    try {
      while (!isStopped && tail(shard) < target(shard)) {
        await advance(shard);
        if (!isStopped) applyWaiting(shard);
      }
    } catch (error) {
      // The next poll pumps again.
      onError(error);
    } finally {
      shard.isPumping = false;
    }
  }

  async function advance(shard: Shard): Promise<void> {
    const waiting = run(shard);
    if (waiting.length > 0) await applyRows(shard, waiting);
    else await fill(shard);
  }

  /** The next rows, if they are waiting only to be rendered. */
  function run(shard: Shard): LogRow[] {
    const rows: LogRow[] = [];
    for (let pos = tail(shard) + 1; rows.length < options.pageRows; pos += 1) {
      const next = shard.pending.get(pos);
      if (next === undefined || next.event !== undefined) break;
      rows.push(next.row);
    }
    return rows;
  }

  async function fill(shard: Shard): Promise<void> {
    const from = tail(shard);
    const { committed } = shard;
    const waiting = Math.min(...shard.pending.keys());
    const upto = Math.min(waiting - 1, target(shard));
    const rows = await log.read(shard.number, from, upto, options.pageRows);
    const isWhole = rows.length >= options.pageRows || rows.length === upto - from;
    const isGapless = rows.every((row, index) => row.pos === from + 1 + index);
    // The floor, read after the rows, tells whether what is missing was pruned.
    if (!isWhole || !isGapless) await verify(shard);
    if (isStopped) return;
    await applyRows(shard, rows);
    if (isStopped || isWhole) return;
    // These were committed before the rows were read: what is missing of them is gone, not late.
    skip(shard, Math.min(upto, committed));
  }

  async function applyRows(shard: Shard, rows: readonly LogRow[]): Promise<void> {
    if (rows.length === 0) return;
    const events = await log.render(rows);
    if (isStopped) return;
    rows.forEach((row, index) => {
      const event = events[index];
      if (event === undefined) throw new Error('The log rendered fewer events than it was given rows.');
      // A shard commits in order, so whatever is missing below a row that is there will never come.
      skip(shard, row.pos - 1);
      apply(shard, row, event);
    });
  }

  /** A hint said more than the log has: it was wrong, and is forgotten. */
  async function verify(shard: Shard): Promise<void> {
    const { hinted } = shard;
    learn(await log.heads());
    if (shard.hinted === hinted) shard.hinted = shard.committed;
  }

  function learn(heads: readonly ShardHead[]): void {
    for (const shard of shards) {
      const head = heads[shard.number];
      if (head === undefined) continue;
      shard.committed = Math.max(shard.committed, head.pos);
      shard.floor = Math.max(shard.floor, head.floorPos);
    }
  }

  function pumpAll(): void {
    for (const shard of shards) if (tail(shard) < target(shard)) void pump(shard);
  }

  function schedule(): void {
    // Jitter keeps the nodes of one database from polling in step.
    timer = clock.after(options.pollMs * (0.9 + 0.2 * random.next()), () => void poll());
  }

  async function poll(): Promise<void> {
    try {
      learn(await log.heads());
      if (!isStopped) pumpAll();
    } catch (error) {
      onError(error);
    } finally {
      if (!isStopped) schedule();
    }
  }

  return {
    positions,
    async start() {
      const heads = await log.heads();
      if (isStopped) return;
      positions.splice(0, positions.length, ...heads.map((head) => head.pos));
      shards = heads.map(({ pos, floorPos }, number) => ({
        number,
        committed: pos,
        hinted: pos,
        floor: floorPos,
        pending: new Map<number, Pending>(),
        isPumping: false,
      }));
      schedule();
    },
    offer(rows, events) {
      if (isStopped) return;
      const touched = new Set<Shard>();
      rows.forEach((row, index) => {
        const shard = shards[row.shard];
        if (shard === undefined) return;
        shard.committed = Math.max(shard.committed, row.pos);
        touched.add(shard);
        const event = events?.[index];
        if (event !== undefined && row.pos === tail(shard) + 1) apply(shard, row, event);
        else if (row.pos > tail(shard) && shard.pending.size < options.pendingRows) {
          shard.pending.set(row.pos, { row, event });
        }
      });
      for (const shard of touched) {
        applyWaiting(shard);
        if (tail(shard) < target(shard)) void pump(shard);
      }
    },
    hint(heads) {
      if (isStopped) return;
      for (const { shard: number, pos } of heads) {
        const shard = shards[number];
        if (shard === undefined || !Number.isSafeInteger(pos)) continue;
        shard.hinted = Math.max(shard.hinted, pos);
        if (tail(shard) < target(shard)) void pump(shard);
      }
    },
    stop() {
      isStopped = true;
      timer?.clear();
    },
  };
}
