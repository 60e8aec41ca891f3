'use client';
import { useEffect, useSyncExternalStore } from 'react';
import type { ChatStore } from '../live/store.js';
import type { Part } from '../live/openings.js';
import { useClient } from './context.js';

/**
 * A part of what the store shows; the component renders again when it is another object.
 *
 * @param empty - What a server renders, and a browser when it takes that over.
 */
export function useSnapshot<Value>(select: (store: ChatStore) => Value, empty: Value): Value {
  const { store } = useClient();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store),
    () => empty,
  );
}

/** Keeps a part of a room loaded while the component is there. */
export function useOpen(roomId: string | null, part: Part): void {
  const { store } = useClient();
  useEffect(() => (roomId === null ? undefined : store.open(roomId, part)), [store, roomId, part]);
}

/** Keeps a user's presence known while the component is there. */
export function useWatchedPresence(userId: string | null): void {
  const { store } = useClient();
  useEffect(() => (userId === null ? undefined : store.watchPresence(userId)), [store, userId]);
}
