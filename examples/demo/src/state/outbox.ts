import { isTransportError } from '@confab/client';
import type { Message } from '@confab/client';
import type { ChatState, Client, OutgoingMessage } from './model';
import { merge } from './model';
import type { Store } from './store';

/** Sends what a person wrote: in order within a room, once, and until the server has answered. */
export interface Outbox {
  send(roomId: string, content: string, mentions: readonly string[]): void;
  /** Tries a refused message again. */
  retry(message: OutgoingMessage): void;
  discard(message: OutgoingMessage): void;
}

export function createOutbox(client: Client, store: Store<ChatState>): Outbox {
  const tails = new Map<string, Promise<void>>();

  function put(message: OutgoingMessage): void {
    store.update((state) => {
      const others = (state.outgoing[message.roomId] ?? []).filter(({ clientId }) => clientId !== message.clientId);
      return { ...state, outgoing: { ...state.outgoing, [message.roomId]: [...others, message] } };
    });
  }

  function remove({ roomId, clientId }: OutgoingMessage, committed?: Message): void {
    store.update((state) => {
      const history = state.histories[roomId];
      return {
        ...state,
        outgoing: {
          ...state.outgoing,
          [roomId]: (state.outgoing[roomId] ?? []).filter((message) => message.clientId !== clientId),
        },
        histories:
          history === undefined || committed === undefined
            ? state.histories
            : { ...state.histories, [roomId]: { ...history, items: merge(history.items, [committed]) } },
      };
    });
  }

  async function deliver(message: OutgoingMessage): Promise<void> {
    const { roomId, clientId, content, mentions } = message;
    for (;;) {
      try {
        remove(
          message,
          await client.api.chat.message.send.mutate({ roomId, clientId, content, mentions: [...mentions] }),
        );
        return;
      } catch (error) {
        // Without an answer nobody knows whether it was stored; the same clientId makes asking again safe.
        if (isTransportError(error) && client.connection.state !== 'closed') await live();
        else {
          put({ ...message, failure: error instanceof Error ? error.message : 'It could not be sent.' });
          return;
        }
      }
    }
  }

  /** Resolves when the connection is live, or will not be by itself. */
  function live(): Promise<void> {
    const isSettled = (): boolean => client.connection.state === 'live' || client.connection.state === 'closed';
    if (isSettled()) return new Promise((resolve) => setTimeout(resolve, 500));
    return new Promise((resolve) => {
      const stop = client.connection.subscribe(() => {
        if (!isSettled()) return;
        stop();
        resolve();
      });
    });
  }

  function enqueue(message: OutgoingMessage): void {
    put(message);
    const tail = tails.get(message.roomId) ?? Promise.resolve();
    tails.set(
      message.roomId,
      tail.then(() => deliver(message)),
    );
  }

  return {
    send(roomId, content, mentions) {
      enqueue({ clientId: crypto.randomUUID(), roomId, content, mentions, createdAt: new Date(), failure: null });
    },
    retry: (message) => enqueue({ ...message, failure: null }),
    discard: (message) => remove(message),
  };
}
