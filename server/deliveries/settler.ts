import type { Clock } from '../ports.js';
import type { Settlement } from '../store/deliveries/index.js';
import type { ChatStore } from '../store/port.js';

/** Characters of an error that are kept. */
const errorLength = 500;

/** What is to be kept of one attempt. */
export type Settled =
  | { readonly outcome: 'done' | 'gone' | 'released' }
  | { readonly outcome: 'later'; readonly nextAttemptAt: Date; readonly error: string }
  | { readonly outcome: 'dead'; readonly error: string };

/** Keeps how attempts came out: what comes while it writes goes into the next transaction. */
export interface Settler {
  put(claimedUntil: Date, id: string, settled: Settled): void;
  /** The device can't be reached any more. */
  forget(subscriptionId: string): void;
  /** Writes what waits. Rejects when the database is away: it waits on, and a lease that ends meanwhile ends. */
  flush(): Promise<void>;
}

interface Entry {
  readonly claimedUntil: Date;
  readonly id: string;
  readonly settled: Settled;
}

export function createSettler({ store, clock }: { readonly store: ChatStore; readonly clock: Clock }): Settler {
  let waiting: readonly Entry[] = [];
  let gone: readonly string[] = [];

  async function write(entries: readonly Entry[], ids: readonly string[]): Promise<void> {
    await store.write(async (tx) => {
      for (const settlement of settlementsOf(entries, clock.now())) {
        await store.methods.settleDeliveries(tx, settlement);
      }
      await store.methods.dropSubscriptions(tx, { ids });
    });
  }

  return {
    put(claimedUntil, id, settled) {
      waiting = [...waiting, { claimedUntil, id, settled }];
    },
    forget(subscriptionId) {
      gone = [...gone, subscriptionId];
    },
    async flush() {
      while (waiting.length + gone.length > 0) {
        const [entries, ids] = [waiting, gone];
        [waiting, gone] = [[], []];
        try {
          await write(entries, ids);
        } catch (error) {
          [waiting, gone] = [
            [...entries, ...waiting],
            [...ids, ...gone],
          ];
          throw error;
        }
      }
    },
  };
}

/** One settlement for each lease. */
function settlementsOf(entries: readonly Entry[], at: Date): Settlement[] {
  const leases = new Map<number, Entry[]>();
  for (const entry of entries) {
    const lease = entry.claimedUntil.getTime();
    leases.set(lease, [...(leases.get(lease) ?? []), entry]);
  }
  return [...leases].map(([lease, group]) => ({
    at,
    claimedUntil: new Date(lease),
    done: group.flatMap(({ id, settled }) => (settled.outcome === 'done' || settled.outcome === 'gone' ? [id] : [])),
    released: group.flatMap(({ id, settled }) => (settled.outcome === 'released' ? [id] : [])),
    later: group.flatMap(({ id, settled }) =>
      settled.outcome === 'later'
        ? [{ id, nextAttemptAt: settled.nextAttemptAt, lastError: bounded(settled.error) }]
        : [],
    ),
    dead: group.flatMap(({ id, settled }) =>
      settled.outcome === 'dead' ? [{ id, lastError: bounded(settled.error) }] : [],
    ),
  }));
}

/** As a database takes it. */
function bounded(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ').slice(0, errorLength);
}
