import type { FrontLog } from '../front/options.js';
import type { Clock, Ids, Random, Timer } from '../ports.js';
import type { ClaimedDelivery } from '../store/deliveries/index.js';
import type { ChatStore } from '../store/port.js';
import type { Channel } from './channel.js';
import { createConsumer } from './consumer.js';
import { createWorker } from './worker.js';

/** How long what was committed is gathered before it is worked out, so that a burst is a batch. */
const gatherMs = 50;

/** How often a look is taken at what other nodes have committed, and at what has come due. */
const pollMs = 1_000;

export interface OutboxOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: FrontLog;
  /** The ways out; with none there is nothing to do. */
  readonly channels: readonly Channel[];
}

/**
 * Brings events out of the chat. The log is what it works from, so sending a message costs nothing for it and a crash at any
 * moment loses nothing: what is to go out is kept in the database until it has, whichever node takes it there.
 */
export interface Outbox {
  /** Begins with what is committed from now on, or where it ended the last time. */
  start(): Promise<void>;
  /** Lets attempts under way end; what does not end within a few seconds is given back, for another node. */
  stop(): Promise<void>;
}

export function createOutbox({ channels, ...ports }: OutboxOptions): Outbox {
  const { store, clock, log } = ports;
  const onError = (error: unknown): void => log.warn({ error }, 'delivering goes on in a moment');
  const lanes = channels.map((channel) => {
    const onDead = ({ id, target, attempts }: ClaimedDelivery): void =>
      log.warn({ channel: channel.name, delivery: id, target, attempts }, 'a delivery was given up');
    const worker = createWorker({ ...ports, channel, onError, onDead });
    return { worker, consumer: createConsumer({ ...ports, channel, enqueued: worker.wake }) };
  });
  let isStopped = false;
  let isBehind = false;
  let catching: Promise<void> | undefined;
  let gathering: Timer | undefined;
  let poller: Timer | undefined;
  let unsubscribe: (() => void) | undefined;

  async function catchUp(): Promise<void> {
    do {
      isBehind = false;
      for (const { consumer } of lanes) await consumer.catchUp().catch(onError);
    } while (isBehind && !isStopped);
    catching = undefined;
  }

  function look(): void {
    isBehind = true;
    if (!isStopped) catching ??= catchUp();
  }

  function gather(): void {
    if (isStopped) return;
    gathering ??= clock.after(gatherMs, () => {
      gathering = undefined;
      look();
    });
  }

  return {
    async start() {
      if (lanes.length === 0) return;
      for (const { consumer } of lanes) await consumer.start();
      unsubscribe = store.onCommit(gather);
      poller = clock.every(pollMs, () => {
        look();
        for (const { worker } of lanes) worker.wake();
      });
    },
    async stop() {
      isStopped = true;
      unsubscribe?.();
      poller?.clear();
      gathering?.clear();
      for (const { consumer } of lanes) consumer.stop();
      await catching;
      await Promise.all(lanes.map(({ worker }) => worker.stop()));
    },
  };
}
