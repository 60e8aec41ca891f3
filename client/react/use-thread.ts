'use client';
import { useCallback, useEffect, useMemo } from 'react';
import type { ThreadSnapshot } from '../live/snapshots.js';
import type { ChatTypes, DefaultTypes } from '../live/types.js';
import { useClient } from './context.js';
import type { Sendable } from './use-messages.js';
import { useSnapshot } from './use-snapshot.js';

const noThread: ThreadSnapshot = {
  ...{ root: null, messages: [], outgoing: [], status: 'absent', isLoading: false },
  ...{ hasOlder: false, isLoadingOlder: false, error: null },
};
const loadingThread: ThreadSnapshot = { ...noThread, status: 'loading', isLoading: true };

export interface ThreadResult<Types extends ChatTypes = DefaultTypes> extends ThreadSnapshot<Types> {
  /** Loads a page before the first message; also tries again after an `error`. Does nothing while one is on its way. */
  loadOlder(): void;
  /** Says something in the thread; it is in `outgoing` at once. Returns its `clientId`. Throws without a thread. */
  send(message: Sendable<Types>): string;
  /** Marks the thread as read up to its newest message. */
  markRead(): void;
}

/** What was said in the thread of a message. `null`: none. */
export function useThread(roomId: string | null, threadId: string | null): ThreadResult {
  const { store } = useClient();
  const isNone = roomId === null || threadId === null;
  useEffect(() => (isNone ? undefined : store.openThread(roomId, threadId)), [store, roomId, threadId, isNone]);
  const snapshot = useSnapshot(
    (own) => (isNone ? noThread : own.thread(roomId, threadId)),
    isNone ? noThread : loadingThread,
  );
  const loadOlder = useCallback(() => {
    if (threadId !== null) store.loadOlderInThread(threadId);
  }, [store, threadId]);
  const markRead = useCallback(() => {
    if (threadId !== null) store.markThreadRead(threadId);
  }, [store, threadId]);
  const send = useCallback(
    (message: Sendable) => {
      if (roomId === null || threadId === null) throw new Error('There is no thread to send to.');
      const input = typeof message === 'string' ? { content: message } : message;
      return store.send(roomId, { ...input, threadId });
    },
    [store, roomId, threadId],
  );
  return useMemo(() => ({ ...snapshot, loadOlder, send, markRead }), [snapshot, loadOlder, send, markRead]);
}
