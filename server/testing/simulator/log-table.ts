import type { LogRow, RoomSlice, ShardHead } from '../../events/log.js';

/** What an identity column would do: rows take a position and become visible later, in any order. */
export interface LateRows {
  readonly hides: () => boolean;
}

/** The rows of the log by shard and position, as far as retention left them. */
export class LogTable {
  /** Rows that have a position and can't be seen yet. */
  readonly hidden: LogRow[] = [];
  readonly #shards: (LogRow | undefined)[][];
  readonly #floors: number[];
  readonly #late: LateRows | undefined;

  constructor(shardCount: number, late: LateRows | undefined) {
    this.#shards = Array.from({ length: shardCount }, () => []);
    this.#floors = Array.from({ length: shardCount }, () => 0);
    this.#late = late;
  }

  get shardCount(): number {
    return this.#shards.length;
  }

  heads(): ShardHead[] {
    return this.#shards.map((rows, shard) => ({ pos: rows.length, floorPos: this.#floors[shard] ?? 0 }));
  }

  read(shard: number, afterPos: number, uptoPos: number, limit: number): LogRow[] {
    const found: LogRow[] = [];
    const rows = this.#shards[shard] ?? [];
    for (let pos = afterPos + 1; pos <= Math.min(uptoPos, rows.length) && found.length < limit; pos += 1) {
      const row = rows[pos - 1];
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  /** What of a room's history is still there. */
  slice(history: readonly LogRow[], { afterPos, uptoPos, fromSeq }: RoomSlice, limit: number): LogRow[] {
    return history
      .filter((row) => row.pos > afterPos && row.pos <= uptoPos && row.seq >= fromSeq)
      .filter((row) => this.#shards[row.shard]?.[row.pos - 1] !== undefined)
      .slice(0, limit);
  }

  /** Puts a row at the end of its shard. */
  append(given: Omit<LogRow, 'pos'>): LogRow {
    const rows = this.#shards[given.shard];
    if (rows === undefined) throw new Error(`The model has no shard ${given.shard}.`);
    const row: LogRow = { ...given, pos: rows.length + 1 };
    const isHidden = row.type === 'message.created' && this.#late?.hides() === true;
    rows.push(isHidden ? undefined : row);
    if (isHidden) this.hidden.push(row);
    return row;
  }

  /** Retention: forgets a shard's rows up to a position. */
  prune(shard: number, uptoPos: number): void {
    this.#floors[shard] = Math.max(this.#floors[shard] ?? 0, uptoPos);
    this.#shards[shard]?.fill(undefined, 0, uptoPos);
  }

  /** Makes a late row visible. */
  land(row: LogRow): void {
    this.hidden.splice(this.hidden.indexOf(row), 1);
    const rows = this.#shards[row.shard];
    if (rows !== undefined) rows[row.pos - 1] = row;
  }
}
