import type { ChatEvent, EventOf, EventType } from '@confab/shared';
import { rethrowLater } from './rethrow.js';

/** What a listener of one type of event, or of all (`*`), is called with. */
export type ListenedEvent<Type extends EventType | '*'> = Type extends EventType ? EventOf<Type> : ChatEvent;

export interface Listeners {
  /** The returned function ends it. */
  add<Type extends EventType | '*'>(type: Type, listener: (event: ListenedEvent<Type>) => void): () => void;
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
      // Sound, because `call` looks listeners up by the event's own type.
      const own = (event: ChatEvent): void => listener(event as ListenedEvent<typeof type>);
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
