import { ChatError } from '@confab/shared';
import type { Page } from '@confab/shared';
import { z } from 'zod';
import * as inputs from '../operations/inputs.js';
import type { Settings } from '../settings.js';
import type { DeliveryRow } from '../store/deliveries/index.js';
import { parsed, whenReady } from './host-call.js';
import type { HostCall } from './host-call.js';

/** Something that is to reach a device or an address outside, or was given up. What it says is rendered when it is sent. */
export type Delivery = Omit<DeliveryRow, 'queue'>;

/** What the host does with what could not be delivered. */
export interface SystemDeliveryCalls {
  /**
   * What waits for an attempt (`waiting`) and what was given up after too many (`dead`), newest first. What has arrived is
   * not kept; what is older than 30 days is dropped.
   */
  list(of?: {
    readonly kind?: Delivery['kind'];
    readonly state?: Delivery['state'];
    readonly limit?: number;
    readonly cursor?: string;
  }): Promise<Page<Delivery>>;
  /** Has one tried again at once, with all its attempts before it. `NOT_FOUND` when there is none. */
  retry(one: { readonly id: string }): Promise<Record<never, never>>;
  /** Drops one. `NOT_FOUND` when there is none. An attempt that is under way is not called back. */
  discard(one: { readonly id: string }): Promise<Record<never, never>>;
}

const listInput = (settings: Settings) =>
  z.strictObject({
    kind: z.enum(['push', 'webhook']).optional(),
    state: z.enum(['waiting', 'dead']).optional(),
    limit: inputs.limit(settings),
    cursor: inputs.cursor.optional(),
  });

const one = z.strictObject({ id: inputs.id });

/** Makes them, within the store of a call. */
export function createDeliveryCalls(call: HostCall): SystemDeliveryCalls {
  const { kernel, store } = call.op;
  const { methods } = store;
  const lists = listInput(kernel.settings);
  return {
    async list(of = {}) {
      const { kind, state, limit, cursor } = parsed(lists, of);
      await whenReady(call);
      const page = await store.read((tx) => methods.listDeliveries(tx, { kind, state, limit, cursor }));
      const items = page.items.map(({ queue: _queue, ...delivery }) => delivery);
      return { items, nextCursor: page.nextCursor };
    },
    async retry(given) {
      const { id } = parsed(one, given);
      await whenReady(call);
      const outcome = await store.write((tx) => methods.retryDelivery(tx, { id, at: kernel.clock.now() }));
      if (outcome === 'unknown') throw new ChatError('NOT_FOUND');
      return {};
    },
    async discard(given) {
      const { id } = parsed(one, given);
      await whenReady(call);
      const outcome = await store.write((tx) => methods.discardDelivery(tx, { id }));
      if (outcome === 'unknown') throw new ChatError('NOT_FOUND');
      return {};
    },
  };
}
