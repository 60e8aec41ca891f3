import { launch } from '../servers/launch.js';
import type { Database } from '../servers/launch.js';
import { inBatches, openArena } from './arena.js';
import { interleave } from './rounds.js';
import type { Line, Scale } from './rounds.js';

const content = 'x'.repeat(200);

/** Durable sends a second into one room: closed-loop senders on connections of their own, and one subscriber. */
export function sends(database: Database, senders: number, scale: Scale): Promise<Line> {
  return interleave(`sends, ${database}, ${senders} senders`, 'sends/s', scale.rounds, async (contestant) => {
    await using server = await launch(contestant, database);
    const arena = await openArena(contestant, server.url, senders + 1);
    let delivered = 0;
    const subscriber = await arena.connect(0);
    await subscriber.listen(() => (delivered += 1));
    const callers = await inBatches(1, senders, (index) => arena.connect(index));

    const loop = async (ms: number): Promise<number> => {
      const end = performance.now() + ms;
      const counts = await Promise.all(
        callers.map(async (caller) => {
          let sent = 0;
          while (performance.now() < end) {
            await caller.send(content);
            sent += 1;
          }
          return sent;
        }),
      );
      return counts.reduce((total, count) => total + count, 0);
    };

    const warm = await loop(scale.sendMs / 4);
    const began = performance.now();
    const sent = await loop(scale.sendMs);
    const seconds = (performance.now() - began) / 1_000;
    await allDelivered(() => delivered >= warm + sent);
    for (const caller of [subscriber, ...callers]) caller.close();
    return sent / seconds;
  });
}

/** A figure counts only if everything acknowledged also arrived. */
async function allDelivered(isDone: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!isDone()) {
    if (performance.now() > end) throw new Error('acknowledged messages did not all reach the subscriber');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
