import { createChat, memoryBus, memoryWire } from '@confab/server';
import type { Bus } from '@confab/server';
import { expect, test, vi } from 'vitest';
import { serveChat, viewer } from '../extend/served-chat.js';
import { expectRefusal, person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';

/** A bus that carries nothing. */
const deadBus: Bus = { publish: () => undefined, subscribe: () => () => undefined, close: () => Promise.resolve() };

vi.setConfig({ testTimeout: 60_000 });

eachDatabase((database) => {
  async function open(bus: Bus = memoryBus()) {
    const chat = createChat({ store: await database.store(), bus, viewer });
    return { chat, served: await serveChat(chat) };
  }
  type Served = Awaited<ReturnType<typeof open>>['served'];
  type Device = Awaited<ReturnType<Served['connect']>>;

  const closed = (device: Device, timeoutMs = 3_000) =>
    waitFor(() => device.closes.some(({ code }) => code === 4011), {
      what: 'the device to be closed with 4011',
      timeoutMs,
      seen: () => device.closes,
    });

  test('a banned user is told, closed with 4011 on every device, and kept out until the ban is lifted', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = person('ada');
    const phone = await served.connect(ada, { params: { device: 'phone' } });
    const laptop = await served.connect(ada, { params: { device: 'laptop' } });
    const [bob] = await served.users('bob');
    const room = await bob.api.room.create.mutate({ kind: 'group', name: 'Team', members: [ada.id] });
    const ban = await chat.system.user.ban({ userId: ada.id, reason: 'spam' });
    expect(ban).toMatchObject({ userId: ada.id, until: null, reason: 'spam', user: { id: ada.id } });
    expect((await phone.event('session.revoked')).data).toMatchObject({ reason: 'banned' });
    expect((await laptop.event('session.revoked')).data).toMatchObject({ reason: 'banned' });
    await Promise.all([closed(phone), closed(laptop)]);
    const again = await served.connect(ada, { subscribe: false });
    await expectRefusal(again.api.room.list.query({}), 'UNAUTHENTICATED');
    await closed(again);
    // Still a member.
    const { items } = await bob.api.room.members.query({ roomId: room.id });
    expect(items.map(({ userId }) => userId)).toContain(ada.id);
    await bob.settle();
    expect(bob.closes).toEqual([]);
    await chat.system.user.unban({ userId: ada.id });
    const back = await served.connect(ada);
    expect((await back.api.room.list.query({})).items).toHaveLength(1);
  });

  test('over plain HTTP a banned user is told, their stream ends, and calls are refused', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = await served.connectHttp(person('ada'));
    await ada.api.room.create.mutate({ kind: 'group', name: 'Alone' });
    await chat.system.user.ban({ userId: ada.id });
    expect((await ada.event('session.revoked')).data).toMatchObject({ reason: 'banned' });
    await expectRefusal(ada.api.room.list.query({}), 'UNAUTHENTICATED');
    const told = ada.received.length;
    await chat.system.room.create({ kind: 'group', name: 'Later', members: [ada.id] });
    ada.drop();
    await waitFor(() => ada.errors.length > 0, { what: 'the stream to be refused' });
    expect(ada.received.slice(told).map(({ event }) => event.type)).toEqual([]);
  });

  test('a ban ends by itself', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = person('ada');
    await chat.system.user.ban({ userId: ada.id, until: new Date(Date.now() + 700) });
    const early = await served.connect(ada, { subscribe: false });
    await expectRefusal(early.api.room.list.query({}), 'UNAUTHENTICATED');
    expect((await chat.system.user.bans({ limit: 100 })).items.map(({ userId }) => userId)).toContain(ada.id);
    await waitFor(
      async () => {
        const device = await served.connect(ada, { subscribe: false });
        return device.api.room.list.query({}).then(
          () => true,
          () => false,
        );
      },
      { what: 'the ban to end' },
    );
    expect((await chat.system.user.bans({ limit: 100 })).items.map(({ userId }) => userId)).not.toContain(ada.id);
  });

  test('another node closes within a second, and lets in again', async () => {
    const wire = memoryWire();
    const [one, two] = [await open(memoryBus(wire)), await open(memoryBus(wire))];
    await using _one = one.served;
    await using _two = two.served;
    const ada = person('ada');
    const device = await two.served.connect(ada);
    await one.chat.system.user.ban({ userId: ada.id });
    await device.event('session.revoked', undefined, { timeoutMs: 1_000 });
    await closed(device, 1_000);
    await one.chat.system.user.unban({ userId: ada.id });
    expect((await two.served.connect(ada)).events('ready')).toHaveLength(1);
  });

  test('without a bus another node closes within 6 s', async () => {
    const [one, two] = [await open(deadBus), await open(deadBus)];
    await using _one = one.served;
    await using _two = two.served;
    const ada = person('ada');
    const device = await two.served.connect(ada);
    await one.chat.system.user.ban({ userId: ada.id });
    await closed(device, 6_500);
    expect(device.events('session.revoked')).toHaveLength(1);
    await one.chat.system.user.unban({ userId: ada.id });
    await waitFor(
      async () => {
        const back = await two.served.connect(ada, { subscribe: false });
        return back.api.room.list.query({}).then(
          () => true,
          () => false,
        );
      },
      { what: 'the other node to let her in', timeoutMs: 7_000 },
    );
  });

  test('within a transaction it holds once that is committed, and not at all if it fails', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const [ada] = await served.users('ada');
    const failing = chat.transaction(async ({ chat: inside }) => {
      await inside.system.user.ban({ userId: ada.id });
      throw new Error('on second thoughts');
    });
    await expect(failing).rejects.toThrow('on second thoughts');
    await ada.settle();
    await chat.transaction(async ({ chat: inside }) => {
      await inside.system.user.ban({ userId: ada.id });
      // SQLite has one writer, which is this transaction; a read does not wait for it.
      expect((await ada.api.room.list.query({})).items).toEqual([]);
      expect(ada.closes).toEqual([]);
    });
    await closed(ada);
  });

  test('bans are listed newest first, in pages, without those that were lifted', async () => {
    const { chat, served } = await open();
    await using _ = served;
    for (const { userId } of (await chat.system.user.bans({ limit: 100 })).items) {
      await chat.system.user.unban({ userId });
    }
    const users = [person('ada'), person('bob'), person('cyd')].map(({ id }) => id);
    for (const userId of users) await chat.system.user.ban({ userId });
    await chat.system.user.unban({ userId: users[1] ?? '' });
    await chat.system.user.unban({ userId: users[1] ?? '' });
    const first = await chat.system.user.bans({ limit: 1 });
    const second = await chat.system.user.bans({ limit: 1, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ userId }) => userId)).toEqual([users[2], users[0]]);
    expect(second.nextCursor).toBeNull();
  });

  test('a ban replaces an earlier one, the same again changes nothing, and malformed ones are refused', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const { id: userId } = person('ada');
    const first = await chat.system.user.ban({ userId, reason: 'spam' });
    const again = await chat.system.user.ban({ userId, reason: 'spam' });
    expect(again.createdAt).toEqual(first.createdAt);
    const until = new Date(Date.now() + 60_000);
    expect(await chat.system.user.ban({ userId, until })).toMatchObject({ until, reason: null });
    const code = (call: Promise<unknown>) => call.then(() => 'allowed').catch((error: { code?: string }) => error.code);
    expect(await code(chat.system.user.ban({ userId: '' }))).toBe('VALIDATION');
    expect(await code(chat.system.user.ban({ userId, until: new Date(0) }))).toBe('VALIDATION');
    expect(await code(chat.system.user.ban({ userId, forever: true } as { userId: string }))).toBe('VALIDATION');
    expect(await code(chat.system.user.bans({ limit: 101 }))).toBe('VALIDATION');
  });

  test('a profile is kept in step by the host, and those who share a room hear of it', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const [ada, bob] = await served.users('ada', 'bob');
    await bob.api.room.create.mutate({ kind: 'group', name: 'Team', members: [ada.id] });
    const image = 'https://example.org/a.png';
    expect(await chat.system.user.upsert({ userId: ada.id, name: ' Ada\u202e L. ', image })).toEqual({
      ...{ id: ada.id, name: 'Ada L.', image },
    });
    const told = await bob.event('user.updated', ({ data }) => data.user.id === ada.id);
    expect(told.data.user).toEqual({ id: ada.id, name: 'Ada L.', image });
    // What is left out stays.
    expect(await chat.system.user.upsert({ userId: ada.id, image: null })).toMatchObject({
      name: 'Ada L.',
      image: null,
    });
    const { id: stranger } = person('cyd');
    const all = await chat.system.user.upsert({ users: [{ userId: stranger, name: 'Cyd' }, { userId: ada.id }] });
    expect(all.map(({ name }) => name)).toEqual(['Cyd', 'Ada L.']);
  });

  test('a profile set in a transaction that fails is not', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const { id: userId } = person('ada');
    const failing = chat.transaction(async ({ chat: inside }) => {
      await inside.system.user.upsert({ userId, name: 'Ada' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await chat.as(userId).user.me({})).toMatchObject({ name: null });
    await chat.transaction(({ chat: inside }) => inside.system.user.upsert({ userId, name: 'Ada' }));
    expect(await chat.as(userId).user.me({})).toMatchObject({ name: 'Ada' });
  });

  test('the host lists anybody’s devices', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const ada = person('ada');
    await served.connect(ada, { params: { device: 'phone-01' } });
    const { items } = await chat.system.session.list({ userId: ada.id, state: 'active' });
    expect(items).toMatchObject([{ id: 'phone-01', current: false }]);
  });
});
