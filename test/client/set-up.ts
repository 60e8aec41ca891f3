import { WebSocket } from 'ws';
import { createChatClient } from '@confab/client';
import type { ChatClient, ChatClientOptions, ChatEvent, ConnectionState } from '@confab/client';
import type { ToyRouter, ToyServer } from './toy-server.js';

export type ToyClient = ChatClient<ToyRouter>;

/** A client of the toy server that retries within milliseconds. */
export function createToyClient(server: ToyServer, options: Partial<ChatClientOptions> = {}): ToyClient {
  return createChatClient<ToyRouter>({
    url: server.url,
    WebSocket,
    retry: { baseMs: 20, maxMs: 40 },
    ...options,
  });
}

/** Collects the `seq`s of a room's messages as they come. */
export function collect(client: ToyClient): number[] {
  const seqs: number[] = [];
  client.on('*', (event: ChatEvent) => {
    if (event.seq !== undefined) seqs.push(event.seq);
  });
  return seqs;
}

/** Collects the states a connection goes through. */
export function states(client: ToyClient): ConnectionState[] {
  const seen: ConnectionState[] = [client.connection.state];
  client.connection.subscribe(({ state }) => seen.push(state));
  return seen;
}

export function message(seq: number, roomId = 'r'): Record<string, unknown> {
  return { type: 'message.created', roomId, seq, data: {} };
}
