import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createChat } from '@confab/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { chatErrorOf } from '../../server/trpc/error-shape.js';
import { clientId, expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase, onPostgresql } from '../support/databases.js';
import { makeRoom, range } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { ordersOn } from './orders.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const events = { 'order.placed': z.object({ orderId: z.string() }) };
const custom = { message: z.object({ orderId: z.string().optional() }) };
const errors = { define: { SOLD_OUT: { status: 4_031, trpc: 'CONFLICT' } } } as const;

eachDatabase((database) => {
  const orders = ordersOn(database);
  const open = async () =>
    createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      ...{ events, custom, errors },
    });
  type ShopChat = Awaited<ReturnType<typeof open>>;
  let chat: ShopChat;
  let served: ServedChat;

  beforeAll(async () => {
    chat = await open();
    served = await serveChat(chat);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  type Scope = Parameters<Parameters<ShopChat['transaction']>[0]>[0];

  /** Everything an order needs; resolves to its room. */
  async function order({ tx, chat: inside }: Scope, orderId: string, buyer: Connection, others: Connection[]) {
    await orders.place(tx, orderId);
    const members = others.map(({ id }) => id);
    const room = await inside.as(buyer.id).room.create({ kind: 'group', name: 'Order', members });
    await inside.system.message.send({ roomId: room.id, content: 'Your order', custom: { orderId } });
    await inside.system.publish({ to: { roomId: room.id }, type: 'order.placed', data: { orderId } });
    return room.id;
  }

  describe('an order, its room and its card in one transaction', () => {
    test('are there together, and members hear of them after the commit, in order', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const orderId = clientId();
      const roomId = await chat.transaction(async (scope) => {
        const made = await order(scope, orderId, ann, [ben]);
        // Reads, each with a round trip: on SQLite a write would wait for this transaction.
        for (const user of [ann, ben]) {
          await user.api.notification.unread.query({});
          expect(user.events('room.created')).toEqual([]);
          await expectRefusal(user.api.room.get.query({ roomId: made }), 'NOT_FOUND');
        }
        expect(await orders.count(orderId)).toBe(0);
        return made;
      });
      expect(await orders.count(orderId)).toBe(1);
      for (const user of [ann, ben]) {
        await waitFor(() => told(user, 'order.placed').length === 1, { what: 'the last event of it' });
        expect(user.seqs(roomId)).toEqual([1, 2, 3]);
        const [card] = user.events('message.created');
        expect(card?.data.message).toMatchObject({ content: 'Your order', custom: { orderId } });
      }
    });

    test('are not there at all when the host’s code throws after all of them', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const orderId = clientId();
      let roomId = '';
      const failing = chat.transaction(async (scope) => {
        roomId = await order(scope, orderId, ann, [ben]);
        throw chat.error('SOLD_OUT');
      });
      await expect(failing).rejects.toMatchObject({ code: 'SOLD_OUT' });
      expect(await orders.count(orderId)).toBe(0);
      await expectRefusal(ann.api.room.get.query({ roomId }), 'NOT_FOUND');
      await ben.settle();
      expect(ben.received.filter(({ event }) => event.seq !== undefined)).toEqual([]);
      expect(await database.db.chatEvent.count({ where: { roomId } })).toBe(0);
    });

    test('are not there when the database refuses the host’s own write', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const orderId = clientId();
      await chat.transaction(({ tx }) => orders.place(tx, orderId));
      const before = (await ann.api.room.list.query({})).items;
      const failing = chat.transaction(async (scope) => {
        await scope.chat.as(ann.id).room.create({ kind: 'group', name: 'First', members: [ben.id] });
        await order(scope, orderId, ann, [ben]);
      });
      await expect(failing).rejects.toThrow();
      expect((await ann.api.room.list.query({})).items).toEqual(before);
      expect(await orders.count(orderId)).toBe(1);
    });

    test('are not there when a call of the chat is refused and the host lets that through', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: locked } = await makeRoom('group', ann, [ben], { locked: true });
      const orderId = clientId();
      const failing = chat.transaction(async (scope) => {
        await order(scope, orderId, ben, [ann]);
        await scope.chat.as(ben.id).message.send({ roomId: locked, content: 'I bought it' });
      });
      await expect(failing).rejects.toMatchObject({ cause: { code: 'PERMISSION_DENIED' } });
      expect(await orders.count(orderId)).toBe(0);
      expect((await ben.api.room.list.query({})).items.map(({ id }) => id)).toEqual([locked]);
    });
  });

  describe('when the process dies', () => {
    /** Takes an order in a process of its own, which is killed at that moment. */
    async function orderAndDie(moment: 'before' | 'after', orderId: string, [buyer, seller]: Connection[]) {
      const { provider, url } = database;
      const env = { ORDER_ID: orderId, BUYER: buyer?.id, SELLER: seller?.id, PROVIDER: provider, DATABASE_URL: url };
      const script = fileURLToPath(new URL('dying-shop.js', import.meta.url));
      const child = spawn(process.execPath, [script, moment], { env: { ...process.env, ...env }, stdio: 'inherit' });
      const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      expect(signal).toBe('SIGKILL');
    }

    test('right after the commit, members hear of everything all the same', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const orderId = clientId();
      await orderAndDie('after', orderId, [ann, ben]);
      for (const user of [ann, ben]) {
        const { data, roomId = '' } = await user.event('message.created');
        expect(data.message.content).toBe(`Order ${orderId}`);
        expect(user.events('room.created')[0]).toMatchObject({ roomId, data: { room: { name: orderId } } });
        expect(user.seqs(roomId)).toEqual([1, 2]);
      }
      expect(await orders.count(orderId)).toBe(1);
    });

    test('right before it, nothing is left, and nothing is in the way of what follows', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const orderId = clientId();
      await orderAndDie('before', orderId, [ann, ben]);
      expect(await orders.count(orderId)).toBe(0);
      const roomId = await chat.transaction((scope) => order(scope, orderId, ann, [ben]));
      await waitFor(() => told(ben, 'order.placed').length === 1, { what: 'the second order' });
      const heard = ben.received.filter(({ event }) => event.seq !== undefined);
      expect(heard.map(({ event }) => event.roomId)).toEqual([roomId, roomId, roomId]);
      expect((await ann.api.room.list.query({})).items.map(({ id }) => id)).toEqual([roomId]);
    });
  });

  test('what it reads is what it wrote', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    await chat.transaction(async (scope) => {
      const roomId = await order(scope, clientId(), ann, [ben]);
      const inside = scope.chat.as(ben.id);
      expect(await inside.room.get({ roomId })).toMatchObject({ seq: 3, memberCount: 2 });
      expect((await inside.message.list({ roomId })).items).toMatchObject([{ content: 'Your order', seq: 2 }]);
      expect(await inside.notification.unread({})).toMatchObject({ total: 0 });
    });
  });

  const crossing = '32 at once on two nodes, each crossing another on the same rooms, all come through, once';
  test(crossing, { timeout: 120_000 }, async () => {
    const other = await open();
    await using elsewhere = await serveChat(other);
    const [ann, ben] = await served.users('ann', 'ben');
    const far = await elsewhere.connect(ben.person);
    const roomIds = [(await makeRoom('group', ann, [ben])).id, (await makeRoom('group', ann, [ben])).id];
    const mark = clientId();
    let attempts = 0;
    const cross = (nth: number) =>
      (nth % 4 < 2 ? chat : other).transaction(async ({ tx, chat: inside }) => {
        attempts += 1;
        await orders.place(tx, `${mark}-${nth}`);
        for (const roomId of nth % 2 === 0 ? roomIds : roomIds.toReversed()) {
          await inside.as(ann.id).message.send({ roomId, content: `crossing ${nth}` });
        }
      });
    /** As a host would: what took too long on a busy machine was not done, and is done again. */
    const insist = (nth: number): Promise<void> =>
      cross(nth).catch((error: unknown) => {
        if (chatErrorOf(error)?.code === 'UNAVAILABLE') return insist(nth);
        throw error;
      });
    await Promise.all(range(1, 32).map(insist));
    expect(await orders.count(mark)).toBe(32);
    // On SQLite writers queue, and nobody can lose.
    if (database.provider === 'postgresql') expect(attempts).toBeGreaterThan(32);
    for (const user of [ann, ben, far]) {
      for (const roomId of roomIds) {
        const seen = () => user.seqs(roomId);
        await waitFor(() => seen().at(-1) === 33, { what: 'all that was said', seen });
        expect(seen().slice(-32)).toEqual(range(2, 33));
        const said = user.events('message.created', (event) => event.roomId === roomId);
        expect(new Set(said.map(({ data }) => data.message.content)).size).toBe(32);
      }
    }
  });
});

onPostgresql((database) => {
  test('as many as there are connections, each speaking for a user nobody knows yet, do not wait for another', async () => {
    const store = await database.store();
    await using chat = createChat({ store, viewer: () => null });
    const connections = 8;
    let missing = connections;
    let open = (): void => undefined;
    const allOpen = new Promise<void>((resolve) => (open = resolve));
    const rooms = await Promise.all(
      range(1, connections).map((nth) =>
        chat.transaction(async ({ chat: inside }) => {
          missing -= 1;
          if (missing === 0) open();
          await allOpen;
          return inside.as(`stranger-${nth}`).room.create({ kind: 'group', name: 'A room' });
        }),
      ),
    );
    expect(rooms.map(({ ownerId }) => ownerId)).toEqual(range(1, connections).map((nth) => `stranger-${nth}`));
  });
});
