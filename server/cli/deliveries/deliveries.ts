import type { DeliveryKind, DeliveryState } from '../../store/deliveries/queue.js';
import type { ChatStore } from '../../store/port.js';
import type { Config } from '../config.js';
import { openDatabase } from '../open-database.js';

/** Deliveries read at once. */
const pageSize = 100;

interface Which {
  readonly state: DeliveryState | undefined;
  readonly kind: DeliveryKind | undefined;
  readonly most: number;
}

/** Prints what waits for an attempt or was given up, newest first, each as a line of JSON. */
export function printDeliveries(config: Config, { state, kind, most }: Which): Promise<void> {
  return withStore(config, async (store) => {
    let cursor: string | undefined;
    for (let left = most; left > 0; left -= pageSize) {
      const input = { state, kind, limit: Math.min(left, pageSize), cursor };
      const page = await store.read((tx) => store.methods.listDeliveries(tx, input));
      for (const { queue: _queue, ...delivery } of page.items) console.log(JSON.stringify(delivery));
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  });
}

/** Has them tried at once. Rejects when one of them is not there, after the others were seen to. */
export function retryDeliveries(config: Config, ids: readonly string[]): Promise<void> {
  return each(config, ids, (store, id) => store.write((tx) => store.methods.retryDelivery(tx, { id, at: new Date() })));
}

/** Drops them for good. Rejects when one of them is not there, after the others were seen to. */
export function discardDeliveries(config: Config, ids: readonly string[]): Promise<void> {
  return each(config, ids, (store, id) => store.write((tx) => store.methods.discardDelivery(tx, { id })));
}

async function each(
  config: Config,
  ids: readonly string[],
  act: (store: ChatStore, id: string) => Promise<string>,
): Promise<void> {
  const unknown: string[] = [];
  await withStore(config, async (store) => {
    for (const id of ids) {
      const outcome = await act(store, id);
      if (outcome === 'unknown') unknown.push(id);
      else console.log(`${id} ${outcome === 'unchanged' ? 'is being tried' : outcome}`);
    }
  });
  if (unknown.length > 0) throw new Error(`There is no delivery ${unknown.join(', ')}.`);
}

async function withStore(config: Config, work: (store: ChatStore) => Promise<void>): Promise<void> {
  const { store, close } = await openDatabase(config.database, () => undefined);
  try {
    await store.open();
    await work(store);
  } finally {
    await store.close();
    await close();
  }
}
