import type { Bus } from '../bus/bus.js';
import type { Clock } from '../ports.js';
import type { LogRow } from './log.js';

/** Tells the other nodes how far the log reaches, at most once per turn of the event loop. */
export interface HintPublisher {
  committed(rows: readonly LogRow[]): void;
  stop(): void;
}

export function createHintPublisher(bus: Bus, clock: Clock): HintPublisher {
  const heads = new Map<number, number>();
  let isStopped = false;

  function publish(): void {
    if (isStopped) return;
    const message = [...heads].map(([shard, pos]) => ({ shard, pos }));
    heads.clear();
    bus.publish({ kind: 'heads', heads: message });
  }

  return {
    committed(rows) {
      if (isStopped || rows.length === 0) return;
      if (heads.size === 0) void clock.turn().then(publish);
      for (const { shard, pos } of rows) heads.set(shard, Math.max(pos, heads.get(shard) ?? 0));
    },
    stop() {
      isStopped = true;
    },
  };
}
