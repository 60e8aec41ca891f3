import { createChatClient } from '@confab/client';
import type { ChatClient } from '@confab/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { afterEach } from 'vitest';
import { WebSocket } from 'ws';

/** Where a chat under test is, and how one logs in. */
interface Place {
  readonly url: string;
  token(userId: string): string;
}

/** The product's own clients, which are closed after each test. */
export function createClients<Router extends AnyTRPCRouter>() {
  const open = new Set<ChatClient<Router>>();
  afterEach(async () => {
    const closing = [...open];
    open.clear();
    await Promise.all(closing.map((client) => client.close()));
  });

  /** Connects as a user. `cut` takes the network away, and `restore` brings it back. */
  return function connect({ url, token }: Place, userId: string) {
    const sockets = new Set<WebSocket>();
    let isCut = false;
    class CuttableSocket extends WebSocket {
      constructor(address: string | URL) {
        // Nobody listens there.
        super(isCut ? 'ws://127.0.0.1:1' : address);
        sockets.add(this);
        this.on('close', () => sockets.delete(this));
      }
    }
    const client = createChatClient<Router>({
      url: `${url.replace('http', 'ws')}/trpc`,
      token: () => token(userId),
      WebSocket: CuttableSocket,
      retry: { baseMs: 20, maxMs: 40 },
    });
    open.add(client);
    return {
      client,
      cut() {
        isCut = true;
        for (const socket of sockets) socket.terminate();
      },
      restore() {
        isCut = false;
      },
    };
  };
}
