import type { FrontLog } from '../front/options.js';
import { createParts } from '../parts.js';
import type { Clock, Ids } from '../ports.js';
import type { ChatStore } from '../store/port.js';
import type { Channel } from './channel.js';

/** Events dealt with in one transaction. */
const eventsPerStep = 100;

export interface ConsumerOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: FrontLog;
  readonly channel: Channel;
  /** Told when something was put into the queue. */
  readonly enqueued: () => void;
}

/** Follows the log for one channel, over all nodes and restarts: every event is worked out once, in order per shard. */
export interface Consumer {
  /** Begins at the heads, if it never has before. */
  start(): Promise<void>;
  /** Works out what has been committed since. Rejects when it failed in any shard; the next call goes on. */
  catchUp(): Promise<void>;
  /** Has a `catchUp` end after the transaction it is in. */
  stop(): void;
}

interface Step {
  readonly isMore: boolean;
  /** Positions that were no longer there. */
  readonly lost: number;
  readonly count: number;
}

const nothing: Step = { isMore: false, lost: 0, count: 0 };

/**
 * What is to be delivered and how far the consumer has come are written together, so an event is enqueued once however
 * often a node dies; and a place is held by one node at a time.
 */
export function createConsumer({ store, clock, ids, log, channel, enqueued }: ConsumerOptions): Consumer {
  const { methods } = store;
  const { name, kind } = channel;
  let isStopped = false;

  function step(shard: number): Promise<Step> {
    return store.write(async (tx) => {
      const place = await methods.holdConsumer(tx, { name, shard });
      if (place === null) return nothing;
      const { headPos, rows } = await methods.readShard(tx, { shard, afterPos: place.pos, limit: eventsPerStep });
      const [first] = rows;
      if (first === undefined) {
        // Everything was pruned, or the database is an older one than it was.
        if (headPos !== place.pos) await methods.moveConsumer(tx, { name, shard, pos: headPos, afterId: null });
        return { ...nothing, lost: Math.max(0, headPos - place.pos) };
      }
      const isSame = first.pos === place.pos + 1;
      const worked = await channel.workOut(tx, { rows, afterId: isSame ? place.afterId : null });
      const deliveries = worked.deliveries.map((delivery) => ({ ...delivery, id: ids.next(), queue: name, kind }));
      await methods.enqueueDeliveries(tx, { deliveries, at: clock.now() });
      const next = rows[worked.done];
      const pos = next === undefined ? (rows.at(-1)?.pos ?? place.pos) : next.pos - 1;
      await methods.moveConsumer(tx, { name, shard, pos, afterId: worked.afterId });
      return {
        isMore: next !== undefined || rows.length === eventsPerStep,
        lost: pos - place.pos - worked.done,
        count: deliveries.length,
      };
    });
  }

  async function catchUpIn(shard: number): Promise<void> {
    for (let isMore = true; isMore && !isStopped;) {
      const done = await step(shard);
      if (done.count > 0) enqueued();
      if (done.lost > 0) {
        log.warn({ consumer: name, shard, events: done.lost }, 'events were pruned before they were delivered');
      }
      ({ isMore } = done);
      if (isMore) await clock.turn();
    }
  }

  return {
    start: () => store.write((tx) => methods.startConsumer(tx, { name })),
    async catchUp() {
      const parts = createParts(`working out deliveries of ${name}`);
      for (const shard of await store.read((tx) => methods.laggingShards(tx, { name }))) {
        await parts.attempt(() => catchUpIn(shard));
      }
      parts.end();
    },
    stop() {
      isStopped = true;
    },
  };
}
