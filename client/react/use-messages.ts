'use client';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { UserProfile } from '@confab/shared';
import type { ChatFailure, MessagesSnapshot, OutgoingMessage } from '../live/snapshots.js';
import type { ChatTypes, DefaultTypes } from '../live/types.js';
import { useClient } from './context.js';
import { useOpen, useSnapshot } from './use-snapshot.js';

const noMessages: MessagesSnapshot = {
  messages: [],
  outgoing: [],
  isLoading: false,
  hasOlder: false,
  isLoadingOlder: false,
  error: null,
};
const loadingMessages: MessagesSnapshot = { ...noMessages, isLoading: true };
const nobody: readonly UserProfile[] = [];

export interface MessagesResult<Types extends ChatTypes = DefaultTypes> extends MessagesSnapshot<Types> {
  /** Loads a page before the first message; also tries again after an `error`. Does nothing while one is on its way. */
  loadOlder(): void;
}

/** A room's newest messages and, page by page, what was said before. */
export function useMessages(roomId: string | null): MessagesResult {
  const { store } = useClient();
  useOpen(roomId, 'messages');
  const snapshot = useSnapshot(
    (own) => (roomId === null ? noMessages : own.messages(roomId)),
    roomId === null ? noMessages : loadingMessages,
  );
  const loadOlder = useCallback(() => {
    if (roomId !== null) store.loadOlder(roomId);
  }, [store, roomId]);
  return useMemo(() => ({ ...snapshot, loadOlder }), [snapshot, loadOlder]);
}

/** Marks a room as read up to its newest message for as long as its page is looked at. `null`: none. */
export function useAutoRead(roomId: string | null): void {
  const { store } = useClient();
  const newest = useSnapshot((own) => (roomId === null ? 0 : (own.messages(roomId).messages.at(-1)?.seq ?? 0)), 0);
  useEffect(() => {
    if (roomId === null || newest === 0) return undefined;
    const mark = (): void => {
      if (document.visibilityState === 'visible' && document.hasFocus()) store.markRead(roomId, newest);
    };
    mark();
    window.addEventListener('focus', mark);
    document.addEventListener('visibilitychange', mark);
    return () => {
      window.removeEventListener('focus', mark);
      document.removeEventListener('visibilitychange', mark);
    };
  }, [store, roomId, newest]);
}

export interface TypingResult {
  /** Who types, in the order they began; never the user. */
  readonly users: readonly UserProfile[];
  /** Call it at every keystroke: the others are told as often as needed, and that it ended when the component goes. */
  setTyping(isTyping: boolean): void;
}

/** Who types in a room, and telling the others that one does oneself. */
export function useTyping(roomId: string | null): TypingResult {
  const { store } = useClient();
  const users = useSnapshot((own) => (roomId === null ? nobody : own.typing(roomId)), nobody);
  /** A component that only shows who types does not end what another one began. */
  const isBegun = useRef(false);
  useEffect(() => {
    if (roomId === null) return undefined;
    return () => {
      if (isBegun.current) store.setTyping(roomId, false);
      isBegun.current = false;
    };
  }, [store, roomId]);
  const setTyping = useCallback(
    (isTyping: boolean) => {
      if (roomId === null) return;
      isBegun.current = isTyping;
      store.setTyping(roomId, isTyping);
    },
    [store, roomId],
  );
  return useMemo(() => ({ users, setTyping }), [users, setTyping]);
}

/** What `send` takes: an input, or the text alone where the host asks for no more. */
export type Sendable<Types extends ChatTypes = DefaultTypes> =
  Types['send'] | ({ content: string } extends Types['send'] ? string : never);

export interface SendResult<Types extends ChatTypes = DefaultTypes> {
  /**
   * Sends a message; it is in `useMessages(roomId).outgoing` at once. Returns its `clientId`. Throws without a room, and
   * when 1,000 messages wait.
   */
  send(message: Sendable<Types>): string;
  /** Sends a failed message again. */
  retry(clientId: string): void;
  /** Lets a failed message go. */
  discard(clientId: string): void;
  /** Whether anything is on its way to the server. */
  readonly isSending: boolean;
  /** Why the last of the failed messages failed; `null` when there is none. */
  readonly error: ChatFailure | null;
}

/** Sends messages to a room, and says how those that are on their way are doing. */
export function useSend(roomId: string | null): SendResult {
  const { store } = useClient();
  const outgoing = useSnapshot<readonly OutgoingMessage[]>(
    (own) => (roomId === null ? noMessages : own.messages(roomId)).outgoing,
    noMessages.outgoing,
  );
  const send = useCallback(
    (message: Sendable) => {
      if (roomId === null) throw new Error('There is no room to send to.');
      return store.send(roomId, typeof message === 'string' ? { content: message } : message);
    },
    [store, roomId],
  );
  const { retry, discard } = store;
  return useMemo(
    () => ({
      send,
      retry,
      discard,
      isSending: outgoing.some(({ status }) => status === 'sending'),
      error: outgoing.findLast(({ failure }) => failure !== null)?.failure ?? null,
    }),
    [send, retry, discard, outgoing],
  );
}
