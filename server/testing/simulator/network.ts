import type { Bus, BusMessage } from '../../bus/bus.js';
import type { Prng } from './prng.js';
import type { Tally } from './tally.js';

interface Endpoint {
  readonly listeners: Set<(message: BusMessage) => void>;
  readonly inbox: { readonly message: BusMessage; readonly isCopy: boolean }[];
  readonly tail: () => readonly number[];
  isOpen: boolean;
}

/** The bus between the nodes: it drops, doubles and reorders. */
export class Network {
  isFaulty = true;
  readonly #endpoints = new Set<Endpoint>();
  readonly #prng: Prng;
  readonly #tally: Tally;

  constructor(prng: Prng, tally: Tally) {
    this.#prng = prng;
    this.#tally = tally;
  }

  /** @param tail - Where the node stands, to tell a fault that matters from one that does not. */
  connect(
    tail: () => readonly number[],
  ): Bus & { readonly deliver: () => boolean; readonly hear: (message: BusMessage) => void } {
    const endpoint: Endpoint = { listeners: new Set(), inbox: [], tail, isOpen: true };
    this.#endpoints.add(endpoint);
    const hear = (message: BusMessage): void => {
      for (const listener of endpoint.listeners) listener(message);
    };
    return {
      publish: (message) => {
        if (endpoint.isOpen) for (const other of this.#endpoints) if (other !== endpoint) this.#send(other, message);
      },
      subscribe: (listener) => {
        endpoint.listeners.add(listener);
        return () => void endpoint.listeners.delete(listener);
      },
      close: () => {
        endpoint.isOpen = false;
        this.#endpoints.delete(endpoint);
        return Promise.resolve();
      },
      deliver: () => this.#deliver(endpoint, hear),
      hear,
    };
  }

  #send(endpoint: Endpoint, message: BusMessage): void {
    if (this.isFaulty && this.#prng.chance(0.15)) {
      if (isNews(endpoint, message)) this.#tally.faults.busDropped += 1;
      return;
    }
    endpoint.inbox.push({ message, isCopy: false });
    if (this.isFaulty && this.#prng.chance(0.1)) endpoint.inbox.push({ message, isCopy: true });
  }

  #deliver(endpoint: Endpoint, hear: (message: BusMessage) => void): boolean {
    const isReordered = this.isFaulty && this.#prng.chance(0.4);
    const index = isReordered ? this.#prng.below(endpoint.inbox.length) : 0;
    const [letter] = endpoint.inbox.splice(index, 1);
    if (letter === undefined) return false;
    if (index > 0) this.#tally.faults.busReordered += 1;
    if (letter.isCopy) this.#tally.faults.busDuplicated += 1;
    hear(letter.message);
    return true;
  }
}

function isNews(endpoint: Endpoint, message: BusMessage): boolean {
  return message.kind === 'heads' && message.heads.some(({ shard, pos }) => pos > (endpoint.tail()[shard] ?? 0));
}
