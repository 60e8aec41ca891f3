import type { ChatEvent } from '@confab/shared';
import { rethrowLater } from './rethrow.js';

/** What a listener of one type of event, or of all (`*`), is called with. */
export type ListenedEvent<Type extends string, Event extends { readonly type: string } = ChatEvent> = Type extends '*'
  ? Event
  : Event extends { readonly type: Type }
    ? Event
    : never;

export interface Listeners {
  /** The returned function ends it. */
  add(type: string, listener: (event: ChatEvent) => void): () => void;
  /** Calls all who listen, in the order they came; what one throws is rethrown later and stops nobody. */
  call(event: ChatEvent): void;
  clear(): void;
}

/** Creates an empty set of listeners. */
export function createListeners(): Listeners {
  const byType = new Map<string, Set<(event: ChatEvent) => void>>();
  return {
    add(type, listener) {
      const set = byType.get(type) ?? new Set();
      byType.set(type, set);
      // One's own, so that a function may listen twice.
      const own = (event: ChatEvent): void => listener(event);
      set.add(own);
      return () => void set.delete(own);
    },
    call(event) {
      for (const listener of [...(byType.get(event.type) ?? []), ...(byType.get('*') ?? [])]) {
        try {
          listener(event);
        } catch (error) {
          rethrowLater(error);
        }
      }
    },
    clear() {
      byType.clear();
    },
  };
}
