import type { ChatEvent } from '@confab/shared';
import { createTRPCClient, createWSClient, httpBatchLink, httpSubscriptionLink, splitLink, wsLink } from '@trpc/client';
import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import type { ChatApi } from '../support/api.js';
import { createEventSource } from '../support/event-source.js';
import { waitFor } from '../support/wait.js';

/** What every example's host has beside the chat. */
export interface Order {
  readonly id: string;
  readonly userId: string;
  readonly item: string;
  readonly quantity: number;
  readonly createdAt: Date;
}

interface OrdersApi {
  readonly place: { mutate(input: { item: string; quantity: number }): Promise<Order> };
  readonly placed: {
    subscribe(
      input: undefined,
      handlers: { onStarted(): void; onData(order: Order): void; onError(error: unknown): void },
    ): { unsubscribe(): void };
  };
}

interface AccountApi {
  readonly signUp: { mutate(input: { name: string; password: string }): Promise<void> };
  readonly logIn: { mutate(input: { name: string; password: string }): Promise<{ token: string }> };
}

export interface ShopApi {
  readonly chat: ChatApi;
  readonly orders: OrdersApi;
  /** Where logging in is done by procedures. */
  readonly account: AccountApi;
}

/** How someone shows who they are: with a cookie, or with a token. */
export type Credentials = { readonly cookie: string } | { readonly token: string };

/** Signs somebody up and logs them in, as this host offers it: by routes that set a cookie, or by procedures. */
export async function logIn(url: string, name: string): Promise<Credentials> {
  const body = { name, password: `password of ${name}` };
  const signUp = await post(`${url}/signup`, body);
  if (signUp.status === 404) return logInByProcedure(url, body);
  if (!signUp.ok) throw new Error(`POST /signup answered ${signUp.status}: ${await signUp.text()}`);
  const answer = await post(`${url}/login`, body);
  const [cookie] = answer.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`POST /login answered ${answer.status}: ${await answer.text()}`);
  return { cookie: cookie.slice(0, cookie.indexOf(';')) };
}

/** On a socket of someone who is nobody yet. */
async function logInByProcedure(url: string, body: { name: string; password: string }): Promise<Credentials> {
  const nobody = connect(url, null);
  try {
    await nobody.api.account.signUp.mutate(body);
    return await nobody.api.account.logIn.mutate(body);
  } finally {
    await nobody.close();
  }
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** A stock tRPC client, and everything its stream of events yielded. */
export interface Guest {
  readonly api: ShopApi;
  readonly events: readonly ChatEvent[];
  /** How often a socket was opened. */
  readonly sockets: number;
  /** Subscribes to the events and resolves to the user's id when they are ready. */
  listen(): Promise<string>;
  /** Waits for an event of one type. */
  event<Type extends ChatEvent['type']>(type: Type): Promise<Extract<ChatEvent, { type: Type }>>;
  close(): Promise<void>;
}

/** Connects as a page of `url` would, over a WebSocket. */
export function connect(url: string, credentials: Credentials | null, origin = url): Guest {
  let sockets = 0;
  const cookie = credentials !== null && 'cookie' in credentials ? credentials.cookie : undefined;

  class PageSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { origin, headers: cookie === undefined ? {} : { cookie } });
      sockets += 1;
    }
  }
  const client = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    // The DOM's type, which `ws` follows but does not declare.
    WebSocket: PageSocket as never,
    ...(credentials !== null && 'token' in credentials && { connectionParams: { token: credentials.token } }),
  });
  return assemble(
    wsLink<AnyTRPCRouter>({ client, transformer: superjson }),
    () => client.close(),
    () => sockets,
  );
}

/** Connects over plain HTTP: calls in batches, events as server-sent events. */
export function connectHttp(url: string, credentials: Credentials): Guest {
  const headers: Record<string, string> =
    'cookie' in credentials ? { cookie: credentials.cookie } : { authorization: `Bearer ${credentials.token}` };
  const source = createEventSource(headers);
  const address = `${url}/trpc`;
  const link = splitLink<AnyTRPCRouter>({
    condition: (operation) => operation.type === 'subscription',
    true: httpSubscriptionLink({ url: address, transformer: superjson, EventSource: source.EventSource as never }),
    false: httpBatchLink({ url: address, transformer: superjson, headers }),
  });
  return assemble(
    link,
    () => Promise.resolve(source.close()),
    () => 0,
  );
}

function assemble(link: TRPCLink<AnyTRPCRouter>, end: () => Promise<void>, sockets: () => number): Guest {
  const api = createTRPCClient<AnyTRPCRouter>({ links: [link] }) as unknown as ShopApi;
  const events: ChatEvent[] = [];
  const errors: unknown[] = [];
  let stream: { unsubscribe(): void } | undefined;

  async function event<Type extends ChatEvent['type']>(type: Type): Promise<Extract<ChatEvent, { type: Type }>> {
    const isOfType = (one: ChatEvent): one is Extract<ChatEvent, { type: Type }> => one.type === type;
    return waitFor(
      () => {
        if (errors.length > 0) throw errors[0];
        return events.find(isOfType);
      },
      { what: type, seen: () => events },
    );
  }
  return {
    api,
    events,
    get sockets() {
      return sockets();
    },
    async listen() {
      stream = api.chat.events.subscribe(
        {},
        { onData: ({ data }) => events.push(data), onError: (error) => errors.push(error) },
      );
      return (await event('ready')).data.userId;
    },
    event,
    async close() {
      stream?.unsubscribe();
      await end();
    },
  };
}
