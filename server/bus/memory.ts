import type { Bus, BusMessage } from './bus.js';

/** What the buses of several nodes in one process are plugged into. */
export interface MemoryWire {
  readonly plugs: Set<(message: BusMessage) => void>;
}

export function memoryWire(): MemoryWire {
  return { plugs: new Set() };
}

/**
 * A bus inside the process. Alone it reaches nobody; nodes that share a wire hear each other, each through a bus of
 * its own.
 *
 * @param wire - Shared by the nodes that shall hear each other. `@default` a new one
 */
export function memoryBus(wire: MemoryWire = memoryWire()): Bus {
  const listeners = new Set<(message: BusMessage) => void>();
  const plug = (message: BusMessage): void => {
    for (const listener of listeners) hand(listener, message);
  };
  wire.plugs.add(plug);
  return {
    publish(message) {
      if (!wire.plugs.has(plug)) return;
      for (const other of wire.plugs) {
        // Later, as on a real wire: who publishes is not called back into. A closed bus hears nothing any more.
        if (other !== plug) queueMicrotask(() => wire.plugs.has(other) && other(message));
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      wire.plugs.delete(plug);
      listeners.clear();
      return Promise.resolve();
    },
  };
}

function hand(listener: (message: BusMessage) => void, message: BusMessage): void {
  try {
    listener(message);
  } catch {
    // A listener's fault is neither the publisher's nor the next listener's.
  }
}
