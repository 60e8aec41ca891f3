import { createChat } from '@confab/server';
import type { ChatStore, Hooks } from '@confab/server';
import { describe, expect, test } from 'vitest';
import type { Db } from '../../server/store/transaction.js';
import { expectRefusal, refusalOf } from '../support/client.js';
import { eachDatabase, onPostgresql } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

/** A served chat with these hooks, and how many messages went the fast path. */
async function hooked(database: Database, on: Hooks) {
  let plain = 0;
  const store = await database.store();
  const counting: ChatStore = new Proxy(store, {
    get(target, name, receiver): unknown {
      if (name === 'sendPlain') plain += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  const chat = createChat({
    store: counting,
    viewer: (ctx: HostContext) => viewer(ctx),
    errors: { define: { QUOTA: { status: 4_030, trpc: 'FORBIDDEN' } } },
    on,
  });
  return { chat, plain: () => plain, ...(await serveChat(chat)) };
}

/** A row of the host's own, for which Confab's table of users will do. */
const keep = (tx: unknown, id: string) => (tx as Db).chatUser.create({ data: { id, updatedAt: new Date() } });

eachDatabase((database) => {
  const kept = (id: string) => database.db.chatUser.count({ where: { id } });

  test('what a hook writes is committed together with the operation', async () => {
    const seen: number[] = [];
    const id = `order-${database.provider}`;
    await using served = await hooked(database, {
      'message.send': {
        inTransaction: true,
        async before({ tx }) {
          await keep(tx, id);
          seen.push(await kept(id));
        },
        afterCommit: async () => void seen.push(await kept(id)),
      },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    await ann.api.message.send.mutate({ roomId, content: 'hi' });
    await served.chat.close();
    expect(seen).toEqual([0, 1]);
  });

  test('a throw of the hook’s, or of the operation’s, undoes both', async () => {
    await using served = await hooked(database, {
      'message.send': {
        inTransaction: true,
        async before({ input, tx }) {
          await keep(tx, `${input.content}-${database.provider}`);
          if (input.content === 'vetoed') throw served.chat.error('QUOTA');
        },
      },
    });
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben], { slowModeSeconds: 60 });
    expect(await refusalOf(ann.api.message.send.mutate({ roomId, content: 'vetoed' }))).toMatchObject({
      code: 'QUOTA',
    });
    await ben.api.message.send.mutate({ roomId, content: 'first' });
    await expectRefusal(ben.api.message.send.mutate({ roomId, content: 'too soon' }), 'RATE_LIMITED');
    expect(await kept(`vetoed-${database.provider}`)).toBe(0);
    expect(await kept(`first-${database.provider}`)).toBe(1);
    expect(await kept(`too soon-${database.provider}`)).toBe(0);
    expect(await database.db.chatMessage.count({ where: { roomId } })).toBe(1);
  });

  test('such a send leaves the fast path; one with other hooks or none does not', async () => {
    await using inside = await hooked(database, { 'message.send': { inTransaction: true, before: () => undefined } });
    await using outside = await hooked(database, { 'message.send': { before: () => undefined } });
    await using others = await hooked(database, {
      'message.send': { inTransaction: true, when: ({ input }) => input.content !== 'hi', before: () => undefined },
    });
    await using without = await hooked(database, { 'message.react': { before: () => undefined } });
    for (const { chat } of [inside, outside, others, without]) {
      const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'A room' });
      await chat.as('ann').message.send({ roomId, content: 'hi' });
    }
    expect([inside, outside, others, without].map(({ plain }) => plain())).toEqual([0, 1, 1, 1]);
  });

  test('several of them share one transaction, with those in between', async () => {
    const seen: number[] = [];
    const id = `shared-${database.provider}`;
    const on: Hooks = { 'room.update': { inTransaction: true, before: async ({ tx }) => void (await keep(tx, id)) } };
    const store = await database.store();
    await using chat = createChat({
      store,
      viewer: () => null,
      on,
      plugins: [
        { id: 'between', on: { 'room.update': { around: ({ next }) => next() } } },
        {
          id: 'inner',
          on: {
            'room.update': {
              inTransaction: true,
              async before({ tx }) {
                seen.push(await (tx as Db).chatUser.count({ where: { id } }));
                throw new Error('undo it all');
              },
            },
          },
        },
      ],
    });
    const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'A room' });
    await expect(chat.as('ann').room.update({ roomId, name: 'Renamed' })).rejects.toMatchObject({
      cause: { code: 'INTERNAL' },
    });
    expect(seen).toEqual([1]);
    expect(await kept(id)).toBe(0);
    expect(await chat.as('ann').room.get({ roomId })).toMatchObject({ name: 'A room', seq: 1 });
  });

  describe('inside a transaction of the host’s', () => {
    test('a refused call leaves nothing of its hook’s, and the rest goes on', async () => {
      await using served = await hooked(database, {
        'message.send': {
          inTransaction: true,
          async before({ input, tx }) {
            await keep(tx, `nested ${input.content} ${database.provider}`);
            if (input.content === 'refused') throw served.chat.error('QUOTA');
          },
        },
      });
      const { chat } = served;
      const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'A room' });
      await chat.transaction(async ({ tx, chat: inside }) => {
        await inside.as('ann').message.send({ roomId, content: 'first' });
        await expect(inside.as('ann').message.send({ roomId, content: 'refused' })).rejects.toMatchObject({
          cause: { code: 'QUOTA' },
        });
        await keep(tx, `host ${database.provider}`);
        await Promise.all(['a', 'b'].map((content) => inside.as('ann').message.send({ roomId, content })));
      });
      for (const name of ['nested first', 'nested a', 'nested b', 'host']) {
        expect(await kept(`${name} ${database.provider}`)).toBe(1);
      }
      expect(await kept(`nested refused ${database.provider}`)).toBe(0);
      const { items } = await chat.as('ann').message.list({ roomId });
      expect(items.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    });
  });

  test('operations that look after sessions do not wait for the transaction they are in', async () => {
    await using served = await hooked(database, {
      'session.heartbeat': { inTransaction: true, before: () => undefined },
      'session.list': { inTransaction: true, before: () => undefined },
    });
    const [ann] = await served.users('ann');
    await ann.api.session.heartbeat.mutate({});
    expect((await ann.api.session.list.query({})).items).toHaveLength(1);
  });
});

onPostgresql((database) => {
  test('a deadlock of what hooks write repeats the whole transaction', async () => {
    const ids = ['dead-a', 'dead-b'];
    for (const id of ids) await database.db.chatUser.create({ data: { id, updatedAt: new Date() } });
    let attempts = 0;
    let arrive = (): void => undefined;
    const bothHere = new Promise<void>((resolve) => (arrive = resolve));
    const touch = (tx: unknown, id: string) =>
      (tx as Db).chatUser.update({ where: { id }, data: { name: `by ${id}`, updatedAt: new Date() } });
    await using served = await hooked(database, {
      'message.send': {
        inTransaction: true,
        async before({ input, tx }) {
          attempts += 1;
          const [first = '', second = ''] = input.content === 'forth' ? ids : ids.toReversed();
          await touch(tx, first);
          if (attempts === 2) arrive();
          await bothHere;
          await touch(tx, second);
        },
      },
    });
    const { chat } = served;
    const rooms = [];
    for (const name of ['One', 'Two']) rooms.push(await chat.as('ann').room.create({ kind: 'group', name }));
    const contents = ['forth', 'back'];
    await Promise.all(
      rooms.map(({ id: roomId }, index) => chat.as('ann').message.send({ roomId, content: contents[index] ?? '' })),
    );
    expect(attempts).toBe(3);
    for (const { id: roomId } of rooms) {
      expect((await chat.as('ann').message.list({ roomId })).items).toHaveLength(1);
    }
  });
});
