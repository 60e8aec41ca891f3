import type { Positions } from '../../events/cursor.js';
import type { StreamsParts } from '../../events/create-streams.js';
import { createStreams, productionParts } from '../../events/create-streams.js';
import type { LoggedEvent } from '@confab/shared';
import type { LogRow, LogStore } from '../../events/log.js';
import type { Streams } from '../../events/streams.js';
import type { Database } from './database.js';
import type { Defect } from './defect.js';
import type { Io, Owner } from './io.js';
import { SimulatedClock } from './io.js';
import type { Network } from './network.js';
import type { Prng } from './prng.js';
import type { Tally } from './tally.js';

/** The small limits of a run, so that few events reach them. */
export interface RunLimits {
  readonly eventsPerRoom: number;
  readonly events: number;
  readonly bytes: number;
  readonly rooms: number;
  readonly ringEvents: number;
  readonly page: number;
  readonly pendingRows: number;
  readonly heldEvents: number;
}

export interface NodeWorld {
  readonly io: Io;
  readonly prng: Prng;
  readonly tally: Tally;
  readonly database: Database;
  readonly network: Network;
  readonly epoch: string;
  readonly shardCount: number;
  readonly limits: RunLimits;
  readonly defect: Defect | undefined;
}

interface Life extends Owner {
  /** It was told of what is not there, and has not looked yet. */
  isMisled: boolean;
}

/** One life of a server process: the real streams over simulated ports. */
export interface SimulatedNode extends Owner {
  readonly streams: Streams;
  readonly clock: SimulatedClock;
  /** Rows committed here that the streams have not been offered yet. */
  readonly unoffered: { readonly rows: readonly LogRow[]; readonly events: readonly LoggedEvent[] | undefined }[];
  isStarted: boolean;
  /** Whether its streams have not applied all of these yet. */
  lacks(rows: readonly LogRow[]): boolean;
  deliver(): boolean;
  /** Tells it of positions that are not there. */
  mislead(heads: readonly { readonly shard: number; readonly pos: number }[]): void;
  crash(): void;
}

export function createNode(world: NodeWorld): SimulatedNode {
  const { io, prng, tally, database, network, limits, defect } = world;
  const life: Life = { isAlive: true, isMisled: false };
  const clock = new SimulatedClock(life, io, 1_000_000 + prng.below(100_000));
  let tail: Positions = [];
  const bus = network.connect(() => tail);
  const log = createLog(world, life);
  const observed = countingRing(productionParts, tally);
  const parts = defect?.parts?.(observed) ?? observed;
  const streams = createStreams(
    {
      log: defect?.log?.(log) ?? log,
      bus,
      clock: defect?.clock?.(clock) ?? clock,
      random: prng,
      settings: {
        replay: limits,
        ring: { events: limits.ringEvents, bytes: 1_000_000 },
        page: limits.page,
        pendingRows: limits.pendingRows,
        heldEvents: limits.heldEvents,
      },
    },
    parts,
  );
  streams.onApplied((row) => {
    const next = [...tail];
    next[row.shard] = row.pos;
    tail = next;
  });
  const node: SimulatedNode = {
    get isAlive() {
      return life.isAlive;
    },
    streams,
    clock,
    unoffered: [],
    isStarted: false,
    lacks: (rows) => rows.some(({ shard, pos }) => pos > (tail[shard] ?? 0)),
    deliver: bus.deliver,
    mislead(heads) {
      life.isMisled = true;
      bus.hear({ kind: 'heads', heads });
    },
    crash() {
      life.isAlive = false;
      node.isStarted = false;
      void bus.close();
      void streams.stop();
    },
  };
  tail = database.heads().map((head) => head.pos);
  streams.start().then(
    () => {
      node.isStarted = life.isAlive;
    },
    () => node.crash(),
  );
  return node;
}

function countingRing(parts: StreamsParts, tally: Tally): StreamsParts {
  const createRing: StreamsParts['createRing'] = (bounds) => {
    const ring = parts.createRing(bounds);
    return {
      ...ring,
      slice: (slice, limit) => {
        const found = ring.slice(slice, limit);
        if (found !== undefined) tally.effects.replayedFromRing += 1;
        return found;
      },
    };
  };
  return { ...parts, createRing };
}

function createLog({ io, database, tally, epoch, shardCount }: NodeWorld, life: Life): LogStore {
  return {
    identity: { epoch, shardCount },
    heads: () => io.call(life, () => database.heads()),
    read: (shard, afterPos, uptoPos, limit) =>
      io.call(life, () => {
        const rows = database.read(shard, afterPos, uptoPos, limit);
        if (rows.length > 0) tally.effects.gapFills += 1;
        if (life.isMisled && uptoPos > (database.heads()[shard]?.pos ?? 0)) {
          life.isMisled = false;
          tally.faults.falseHint += 1;
        }
        return rows;
      }),
    snapshot: (userId, since) => io.call(life, () => database.snapshot(userId, since)),
    slices: (slices, limit) =>
      io.call(life, () => {
        tally.effects.replayedFromLog += 1;
        return database.slices(slices, limit);
      }),
    render: (rows) => io.call(life, () => rows.map((row) => database.render(row))),
  };
}
