import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createDatabase, isPostgresThere } from '../support/server.js';
import type { Provider, TestDatabase } from '../support/server.js';
import { refusalOf } from '../support/client.js';
import { waitFor } from '../support/wait.js';
import { connect, connectHttp, logIn } from './guest.js';
import type { Credentials, Guest, Order } from './guest.js';
import { start } from './host.js';
import type { Host } from './host.js';
import { prepare } from './workshop.js';
import type { Workshop } from './workshop.js';

/** What a test of one example can use. */
export interface Visit {
  readonly host: Host;
  /** Someone new, logged in. */
  join(name: string): Promise<Credentials>;
  /** Connects until the end of the test. */
  enter(credentials: Credentials | null, origin?: string): Guest;
  enterHttp(credentials: Credentials): Guest;
}

/** Tests what every example must be able to do; `more` adds what only this one can. */
export async function visit(
  name: string,
  provider: Provider = 'sqlite',
  more: (visit: Visit) => void = () => undefined,
): Promise<void> {
  const isSkipped = provider === 'postgresql' && !(await isPostgresThere());
  describe.skipIf(isSkipped)(name, () => {
    let workshop: Workshop | undefined;
    let database: TestDatabase | undefined;
    let host: Host | undefined;
    let people = 0;

    beforeAll(async () => {
      workshop = await prepare(name);
      database = await createDatabase(provider);
      host = await start(workshop.folder, database.url);
    });
    afterAll(async () => {
      host?.kill();
      await database?.[Symbol.asyncDispose]();
      await workshop?.[Symbol.asyncDispose]();
    });

    const untilTheEnd = (guest: Guest): Guest => {
      onTestFinished(() => guest.close());
      return guest;
    };
    const place: Visit = {
      get host() {
        if (host === undefined) throw new Error('the host is there from `beforeAll` on');
        return host;
      },
      join: (person) => logIn(place.host.url, `${person}${String((people += 1))}`),
      enter: (credentials, origin) => untilTheEnd(connect(place.host.url, credentials, origin)),
      enterHttp: (credentials) => untilTheEnd(connectHttp(place.host.url, credentials)),
    };
    testMounting(place);
    more(place);
    testEnd(place);
  });
}

function testMounting(place: Visit): void {
  test('carries a message from one member to the other', async () => {
    const ada = place.enter(await place.join('ada'));
    const bob = place.enter(await place.join('bob'));
    await ada.listen();
    const bobId = await bob.listen();
    const room = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: [bobId] });
    const sent = await ada.api.chat.message.send.mutate({ roomId: room.id, content: 'Hello' });
    for (const guest of [ada, bob]) {
      const { data } = await guest.event('message.created');
      expect(data.message).toMatchObject({ id: sent.id, content: 'Hello', createdAt: sent.createdAt });
    }
    expect(room.memberCount).toBe(2);
    expect(bob.events.map(({ type }) => type).filter((type) => type === 'message.created')).toHaveLength(1);
  });

  test("serves the host's own procedure and subscription on the same socket", async () => {
    const ada = place.enter(await place.join('ada'));
    const adaId = await ada.listen();
    const orders: Order[] = [];
    let isStarted = false;
    const mine = ada.api.orders.placed.subscribe(undefined, {
      onStarted: () => (isStarted = true),
      onData: (order) => orders.push(order),
      onError: (error) => expect.fail(String(error)),
    });
    await waitFor(() => isStarted, { what: 'the subscription to start' });
    const order = await ada.api.orders.place.mutate({ item: 'tea', quantity: 2 });
    expect(order).toMatchObject({ userId: adaId, item: 'tea', quantity: 2, createdAt: expect.any(Date) });
    await waitFor(() => orders.length > 0, { what: 'the order to be told' });
    expect(orders).toEqual([order]);
    await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Same socket' });
    await ada.event('room.created');
    expect(ada.sockets).toBe(1);
    mine.unsubscribe();
  });

  test("formats the host's errors as the host does, and the chat's with a code of its own", async () => {
    const ada = place.enter(await place.join('ada'));
    const own = await refusalOf(ada.api.orders.place.mutate({ item: 'tea', quantity: 0 }));
    expect(own).toMatchObject({ trpc: 'BAD_REQUEST', data: { fields: { quantity: [expect.any(String)] } } });
    expect(own.data).not.toHaveProperty('chat');
    const chat = await refusalOf(ada.api.chat.room.create.mutate({ kind: 'group' }));
    expect(chat).toMatchObject({ trpc: 'BAD_REQUEST', data: { chat: { code: 'VALIDATION', status: 4003 } } });
    const missing = await refusalOf(ada.api.chat.room.get.query({ roomId: '01890000-0000-7000-8000-000000000000' }));
    expect(missing).toMatchObject({ trpc: 'NOT_FOUND', data: { chat: { code: 'NOT_FOUND', status: 4004 } } });
  });

  test('works over plain HTTP: batches and server-sent events', async () => {
    const credentials = await place.join('ada');
    const ada = place.enterHttp(credentials);
    const socket = place.enter(credentials);
    const adaId = await ada.listen();
    expect(await socket.listen()).toBe(adaId);
    const [room, order] = await Promise.all([
      ada.api.chat.room.create.mutate({ kind: 'group', name: 'Over HTTP' }),
      ada.api.orders.place.mutate({ item: 'cake', quantity: 1 }),
    ]);
    expect(order.userId).toBe(adaId);
    await ada.api.chat.message.send.mutate({ roomId: room.id, content: 'From HTTP' });
    for (const guest of [ada, socket]) {
      expect((await guest.event('message.created')).data.message.content).toBe('From HTTP');
    }
    const refused = await refusalOf(ada.api.chat.room.create.mutate({ kind: 'group' }));
    expect(refused).toMatchObject({ data: { chat: { code: 'VALIDATION' } } });
  });

  test('answers nobody who is not logged in', async () => {
    const nobody = place.enter(null);
    const chat = await refusalOf(nobody.api.chat.room.list.query({}));
    expect(chat).toMatchObject({ trpc: 'UNAUTHORIZED', data: { chat: { code: 'UNAUTHENTICATED' } } });
    const own = await refusalOf(nobody.api.orders.place.mutate({ item: 'tea', quantity: 1 }));
    expect(own).toMatchObject({ trpc: 'UNAUTHORIZED' });
    expect(own.data).not.toHaveProperty('chat');
  });

  test('adds nobody to a room who is not a user', async () => {
    const ada = place.enter(await place.join('ada'));
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Users only' });
    const { added, skipped } = await ada.api.chat.room.addMembers.mutate({ roomId, userIds: ['nobody'] });
    expect({ added, skipped }).toEqual({ added: [], skipped: [{ userId: 'nobody', reason: 'refused' }] });
  });

  test('refuses a page of another origin', async () => {
    const socket = new WebSocket(`${place.host.url.replace('http', 'ws')}/trpc`, { origin: 'https://evil.example' });
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
    socket.terminate();
  });
}

function testEnd(place: Visit): void {
  test('ends with 0 on SIGTERM, whatever is open', async () => {
    const credentials = await place.join('ada');
    const guests = [place.enter(credentials), place.enterHttp(credentials)];
    for (const guest of guests) await guest.listen();
    expect(await place.host.end()).toEqual({ code: 0, signal: null });
  });
}
