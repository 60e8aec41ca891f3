import { afterEach } from 'vitest';
import { WebSocket } from 'ws';
import { createChatClient } from '@confab/client';
import type { ChatClient, ChatClientOptions, ChatContract, Message, WebSocketClass } from '@confab/client';
import { person, tokenFor } from '../support/client.js';
import type { Person } from '../support/client.js';
import type { TestServer } from '../support/server.js';
import type { Suite } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

export type Store = ChatClient<ChatContract>['store'];

/** The network between one client and its server. */
export interface Network {
  readonly WebSocket: WebSocketClass;
  /** Sockets opened so far. */
  readonly opened: number;
  /** Cuts every connection and lets no other through. */
  cut(): void;
  restore(): void;
  /** Lets what is sent through, and nothing that comes back. */
  deafen(): void;
  /** Loses the next frame that comes with this in it. */
  lose(text: string): void;
}

export function createNetwork(): Network {
  const sockets = new Set<WebSocket>();
  let isCut = false;
  let opened = 0;
  let lost: string | null = null;

  class CuttableSocket extends WebSocket {
    constructor(address: string | URL) {
      // Nobody listens there.
      super(isCut ? 'ws://127.0.0.1:1' : address);
      opened += 1;
      sockets.add(this);
      this.on('close', () => sockets.delete(this));
    }

    override emit(name: string | symbol, ...args: unknown[]): boolean {
      if (name !== 'message' || lost === null || !String(args[0]).includes(lost)) return super.emit(name, ...args);
      lost = null;
      return true;
    }
  }

  return {
    WebSocket: CuttableSocket,
    get opened() {
      return opened;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.terminate();
    },
    restore() {
      isCut = false;
    },
    deafen() {
      for (const socket of sockets) socket.pause();
    },
    lose(text) {
      lost = text;
    },
  };
}

/** A person with the product's own client. */
export interface Member {
  readonly id: string;
  readonly person: Person;
  readonly client: ChatClient<ChatContract>;
  readonly store: Store;
  readonly network: Network;
}

/** Opens a client whose store has begun and knows its rooms. */
export async function openMember(
  server: TestServer,
  user: string | Person,
  options: Partial<ChatClientOptions> = {},
): Promise<Member> {
  const who = typeof user === 'string' ? person(user) : user;
  const network = createNetwork();
  const client = createChatClient({
    url: `${server.url}/trpc`,
    token: await tokenFor(server, who),
    WebSocket: network.WebSocket,
    retry: { baseMs: 20, maxMs: 100 },
    ...options,
  });
  const { store } = client;
  store.subscribe(() => undefined);
  await until(() => !store.rooms().isLoading, 'the rooms to be loaded', store);
  return { id: who.id, person: who, client, store, network };
}

/** Opens members that are closed when the test ends. */
export function guests(suite: Suite) {
  const open: Member[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ client }) => client.close()));
  });
  return async (user: string | Person, options: Partial<ChatClientOptions> = {}): Promise<Member> => {
    const member = await openMember(suite.server, user, options);
    open.push(member);
    return member;
  };
}

/** Makes a group and waits until all of them know it. */
export async function group(owner: Member, ...others: readonly Member[]): Promise<string> {
  const members = others.map(({ id }) => id);
  const { id } = await owner.client.api.chat.room.create.mutate({ kind: 'group', name: 'A group', members });
  for (const { store } of [owner, ...others]) await until(() => store.room(id).room, 'the room', store);
  return id;
}

/** Sends texts one after the other, as calls, and resolves to the messages. */
export async function say(member: Member, roomId: string, ...contents: readonly string[]): Promise<Message[]> {
  const sent: Message[] = [];
  for (const content of contents) {
    sent.push(await member.client.api.chat.message.send.mutate({ roomId, content }));
  }
  return sent;
}

/** Waits until something holds, and says what the store shows if it never does. */
export async function until(holds: () => unknown, what: string, store?: Store): Promise<void> {
  await waitFor(async () => Boolean(await holds()), { what, seen: () => store?.rooms() });
}

/** What a room's messages say. */
export function texts(store: Store, roomId: string): (string | null)[] {
  return store.messages(roomId).messages.map(({ content }) => content);
}

/** What has not been logged yet, and how it stands. */
export function outgoing(store: Store, roomId: string): string[] {
  return store.messages(roomId).outgoing.map(({ content, status }) => `${content} ${status}`);
}
