import type { Clock, Random, Timer } from '../ports.js';
import type { ClaimedDelivery } from '../store/deliveries/index.js';
import type { ChatStore } from '../store/port.js';
import { backOffMs } from './back-off.js';
import type { Attempt, Channel, Outcome } from './channel.js';
import { createSettler } from './settler.js';

/** For everything around an attempt, and for clocks that differ. */
const leaseMs = 30_000;

/** How long attempts under way are waited for at the end. */
const patienceMs = 3_000;

export interface WorkerOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly channel: Channel;
  /** Told of passing faults; the next `wake` goes on. */
  readonly onError: (error: unknown) => void;
  /** Told of a delivery that will not be tried again. */
  readonly onDead: (delivery: ClaimedDelivery) => void;
}

/** Works off the queue of one channel, on this node. */
export interface Worker {
  /** Takes what is due, as far as there is room for it. Never throws. */
  wake(): void;
  /** Takes nothing more, lets attempts under way end, and gives back those that don't. */
  stop(): Promise<void>;
}

/** An attempt under way. */
interface Running {
  readonly delivery: ClaimedDelivery;
  readonly claimedUntil: Date;
  /** Ends it as if it had not been made. */
  readonly release: () => void;
  readonly ended: Promise<void>;
}

type End = Outcome | { readonly outcome: 'released' };

export function createWorker({ store, clock, random, channel, onError, onDead }: WorkerOptions): Worker {
  const { name: queue, concurrency, timeoutMs } = channel;
  const settler = createSettler({ store, clock });
  const running = new Set<Running>();
  let pausedUntil = 0;
  let isStopped = false;
  let pumping: Promise<void> | undefined;
  let isAwake = false;

  function giveUp(delivery: ClaimedDelivery, claimedUntil: Date, error: string): void {
    settler.put(claimedUntil, delivery.id, { outcome: 'dead', error });
    onDead(delivery);
  }

  function settle(delivery: ClaimedDelivery, claimedUntil: Date, end: End): void {
    const { id, attempts } = delivery;
    if (end.outcome === 'dead') return giveUp(delivery, claimedUntil, end.error);
    if (end.outcome !== 'failed') return settler.put(claimedUntil, id, end);
    const { error, retryAfterMs = 0 } = end;
    const now = clock.now().getTime();
    if (retryAfterMs > 0) pausedUntil = Math.max(pausedUntil, now + retryAfterMs);
    if (attempts >= channel.attempts) return giveUp(delivery, claimedUntil, error);
    const nextAttemptAt = new Date(now + Math.max(retryAfterMs, backOffMs(attempts, random)));
    settler.put(claimedUntil, id, { outcome: 'later', nextAttemptAt, error });
  }

  function begin(delivery: ClaimedDelivery, claimedUntil: Date, attempt: Attempt): void {
    const controller = new AbortController();
    let timer: Timer | undefined;
    let release = (): void => undefined;
    const cut = new Promise<End>((resolve) => {
      release = () => resolve({ outcome: 'released' });
      timer = clock.after(timeoutMs, () =>
        resolve({ outcome: 'failed', error: `There was no answer within ${timeoutMs} ms.` }),
      );
    });
    // Not before this turn has ended, so that a function of the host's that throws at once is no different.
    const made = Promise.resolve()
      .then(() => attempt(controller.signal))
      .catch((error: unknown): End => ({ outcome: 'failed', error: messageOf(error) }));
    const ended = Promise.race([made, cut]).then((end) => {
      timer?.clear();
      controller.abort();
      running.delete(entry);
      if (end.outcome === 'gone') settler.forget(delivery.target);
      settle(delivery, claimedUntil, end);
      wake();
    });
    const entry: Running = { delivery, claimedUntil, release, ended };
    running.add(entry);
  }

  async function take(): Promise<boolean> {
    const now = clock.now();
    const limit = concurrency - running.size;
    if (limit <= 0 || now.getTime() < pausedUntil) return false;
    if (!(await store.read((tx) => store.methods.hasDueDelivery(tx, { queue, now })))) return false;
    const claimedUntil = new Date(now.getTime() + timeoutMs + leaseMs);
    const claim = { queue, now, claimedUntil, limit };
    const claimed = await store.write((tx) => store.methods.claimDeliveries(tx, claim));
    try {
      const prepared = await channel.prepare(claimed);
      for (const delivery of claimed) {
        const next = prepared.get(delivery.id) ?? { outcome: 'done' };
        if (isStopped) settle(delivery, claimedUntil, { outcome: 'released' });
        else if (typeof next === 'function') begin(delivery, claimedUntil, next);
        else settle(delivery, claimedUntil, next);
      }
    } catch (error) {
      for (const delivery of claimed) settle(delivery, claimedUntil, { outcome: 'failed', error: messageOf(error) });
      throw error;
    }
    return claimed.length === limit;
  }

  async function pump(): Promise<void> {
    try {
      do {
        isAwake = false;
        while (!isStopped && (await take()));
        await settler.flush();
      } while (isAwake && !isStopped);
    } catch (error) {
      onError(error);
    } finally {
      pumping = undefined;
    }
  }

  function wake(): void {
    isAwake = true;
    if (!isStopped) pumping ??= pump();
  }

  return {
    wake,
    async stop() {
      isStopped = true;
      const timer = clock.after(
        patienceMs,
        () => {
          for (const { release } of running) release();
        },
        { holdsProcess: true },
      );
      await pumping;
      while (running.size > 0) await Promise.all([...running].map(({ ended }) => ended));
      timer.clear();
      await settler.flush().catch(onError);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
