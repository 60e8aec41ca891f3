import { createChat, definePlugin, memoryBus } from '@confab/server';
import type { Gone } from '@confab/server';
import { expect, test, vi } from 'vitest';
import type { StoreOverrides } from '../../server/store/methods-override.js';
import { systemClock } from '../../server/system.js';
import { serveChat, told, viewer } from '../extend/served-chat.js';
import { expectRefusal, person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';

vi.setConfig({ testTimeout: 60_000 });

const dayMs = 86_400_000;
const hourMs = 3_600_000;

eachDatabase((database) => {
  async function open(purge = (_what: Gone): void | Promise<void> => undefined, override: StoreOverrides = {}) {
    const gone: Gone[] = [];
    const keeper = definePlugin({
      id: 'keeper',
      async purge(_kit, _scope, what) {
        await purge(what);
        gone.push(what);
      },
    });
    const hourly: (() => void)[] = [];
    const clock: typeof systemClock = {
      ...systemClock,
      every(ms, run) {
        if (ms !== hourMs) return systemClock.every(ms, run);
        hourly.push(run);
        return { clear: () => undefined };
      },
    };
    const store = await database.store({ override });
    const chat = createChat({ store, bus: memoryBus(), viewer, ports: { clock }, plugins: [keeper] });
    const anHourPasses = (): void => hourly.forEach((run) => run());
    return { chat, anHourPasses, gone, served: await serveChat(chat) };
  }

  /** As if they had been sent so many days ago. */
  const age = (ids: readonly string[], days: number) =>
    database.db.chatMessage.updateMany({
      where: { id: { in: [...ids] } },
      data: { createdAt: new Date(Date.now() - days * dayMs) },
    });

  test('what is older than its room keeps it is removed for good, with all that hangs on it', async () => {
    const { chat, anHourPasses, gone, served } = await open();
    await using _ = served;
    const [ada, bob] = await served.users('ada', 'bob');
    const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name: 'Short', members: [bob.id] });
    const say = (content: string, more: object = {}) => ada.api.message.send.mutate({ roomId, content, ...more });
    const clientId = 'an-old-message-of-mine';
    const old = await say('old', { clientId, mentions: [bob.id] });
    const pinned = await say('pinned');
    await ada.api.message.edit.mutate({ messageId: old.id, content: 'older' });
    await bob.api.message.react.mutate({ messageId: old.id, emoji: '👍' });
    await ada.api.message.pin.mutate({ messageId: pinned.id });
    const tombstone = await say('gone');
    await ada.api.message.delete.mutate({ messageIds: [tombstone.id] });
    const young = await say('young', { mentions: [bob.id], replyToId: old.id });
    await age([old.id, pinned.id, tombstone.id], 8);
    await age([young.id], 6);
    expect(await chat.system.room.setRetention({ roomId, days: 7 })).toEqual({ roomId, days: 7 });
    expect(await chat.system.room.getRetention({ roomId })).toEqual({ roomId, days: 7 });
    expect(await bob.api.notification.unread.query({})).toMatchObject({ total: 3, mentions: 2 });
    anHourPasses();
    const { data } = await bob.event('message.deleted', (event) => event.data.messageIds.includes(old.id));
    expect([...data.messageIds].toSorted()).toEqual([old.id, pinned.id].toSorted());
    const { items } = await bob.api.message.list.query({ roomId });
    expect(items).toMatchObject([{ id: young.id, content: 'young' }]);
    expect(JSON.stringify(items)).not.toContain('older');
    expect(await bob.api.notification.unread.query({})).toMatchObject({ total: 1, mentions: 1 });
    await expectRefusal(bob.api.message.get.query({ messageId: old.id }), 'NOT_FOUND');
    expect((await bob.api.message.pins.query({ roomId })).items).toEqual([]);
    const where = { where: { messageId: { in: [old.id, pinned.id, tombstone.id] } } };
    expect(await database.db.chatReaction.count(where)).toBe(0);
    expect(await database.db.chatMention.count(where)).toBe(0);
    expect(await database.db.chatMessageVersion.count(where)).toBe(0);
    expect(await database.db.chatNotification.count(where)).toBe(0);
    // Its client id stays taken: the message does not come back by a retry.
    expect(await say('old', { clientId, mentions: [bob.id] })).toMatchObject({ id: old.id, content: null });
    const purged = gone.flatMap((what) => ('messageId' in what ? what.messageId.in : []));
    expect(purged.toSorted()).toEqual([old.id, pinned.id, tombstone.id].toSorted());
  });

  test('a hundred are told of at a time, and other rooms keep theirs', async () => {
    const { chat, anHourPasses, served } = await open();
    await using _ = served;
    const [ada] = await served.users('ada');
    const rooms = [];
    for (const name of ['Short', 'Long', 'Ever']) {
      const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name });
      const ids: string[] = [];
      const count = name === 'Short' ? 130 : 2;
      for (let nth = 0; nth < count; nth += 1) {
        ids.push((await chat.as(ada.id).message.send({ roomId, content: `${nth}` })).id);
      }
      await age(ids, 10);
      rooms.push({ roomId, count });
    }
    const [short, long, ever] = rooms.map(({ roomId }) => roomId);
    await chat.system.room.setRetention({ roomId: short ?? '', days: 9 });
    await chat.system.room.setRetention({ roomId: long ?? '', days: 11 });
    await chat.system.room.setRetention({ roomId: ever ?? '', days: 9 });
    await chat.system.room.setRetention({ roomId: ever ?? '', days: null });
    anHourPasses();
    await waitFor(() => told(ada, 'message.deleted').length === 2, { what: 'both events' });
    const deletions = told<{ messageIds: string[] }>(ada, 'message.deleted');
    expect(deletions.map(({ roomId, data }) => [roomId, data.messageIds.length])).toEqual([
      [short, 100],
      [short, 30],
    ]);
    for (const { roomId } of rooms.slice(1)) {
      expect((await ada.api.message.list.query({ roomId })).items).toHaveLength(2);
    }
    expect((await ada.api.message.list.query({ roomId: short ?? '' })).items).toEqual([]);
    anHourPasses();
    await ada.settle();
    expect(told(ada, 'message.deleted')).toHaveLength(2);
  });

  test('a room whose messages can’t be removed keeps no other room from losing theirs', async () => {
    let stuck = '';
    const { chat, anHourPasses, served } = await open((what) => {
      if ('messageId' in what && what.messageId.in.includes(stuck)) throw new Error('the plugin is at a loss');
    });
    await using _ = served;
    const [ada] = await served.users('ada');
    const old: string[] = [];
    for (const name of ['First', 'Second']) {
      const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name });
      old.push((await ada.api.message.send.mutate({ roomId, content: 'old' })).id);
      await chat.system.room.setRetention({ roomId, days: 1 });
    }
    [stuck = ''] = old;
    await age(old, 2);
    anHourPasses();
    await ada.event('message.deleted', ({ data }) => data.messageIds.includes(old[1] ?? ''));
    expect(await ada.api.message.get.query({ messageId: stuck })).toMatchObject({ content: 'old' });
    stuck = '';
    anHourPasses();
    await ada.event('message.deleted', ({ data }) => data.messageIds.includes(old[0] ?? ''));
  });

  test('a chat that is closed removes nothing more', async () => {
    let close = (): void => undefined;
    const { chat, anHourPasses, gone, served } = await open(async () => {
      close();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await using _ = served;
    const ada = person('ada').id;
    const old: string[] = [];
    for (let nth = 0; nth < 20; nth += 1) {
      const { id: roomId } = await chat.as(ada).room.create({ kind: 'group', name: `Room ${nth}` });
      old.push((await chat.as(ada).message.send({ roomId, content: 'old' })).id);
      await chat.system.room.setRetention({ roomId, days: 1 });
    }
    await age(old, 2);
    const closed = new Promise<void>((resolve) => {
      close = () => void chat.close().then(resolve);
    });
    anHourPasses();
    await closed;
    const count = gone.length;
    expect(count).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(gone).toHaveLength(count);
    expect(await database.db.chatMessage.count({ where: { id: { in: old } } })).toBe(old.length - count);
    expect(count).toBeLessThan(old.length);
  });

  test('what a room keeps is asked when its turn comes: it may keep more than when the rooms were listed', async () => {
    const { chat, anHourPasses, gone, served } = await open(undefined, {
      // As if it had been read a moment before the host set it.
      roomsWithRetention: (base) => async (tx, input) =>
        (await base(tx, input)).map((room) => ({ ...room, retentionDays: 1 })),
    });
    await using _ = served;
    const [ada] = await served.users('ada');
    const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name: 'Longer' });
    const say = async (content: string) => (await ada.api.message.send.mutate({ roomId, content })).id;
    const [kept, old] = [await say('kept'), await say('old')];
    await chat.system.room.setRetention({ roomId, days: 30 });
    await age([kept], 20);
    anHourPasses();
    await ada.settle();
    await age([kept], 40);
    await age([old], 20);
    anHourPasses();
    const purged = () => gone.flatMap((what) => ('messageId' in what ? what.messageId.in : []));
    await waitFor(() => purged().includes(kept), { what: 'what is too old to go' });
    expect(await ada.api.message.get.query({ messageId: old })).toMatchObject({ content: 'old' });
  });

  test('only the host sets it, for rooms that are there, to whole days', async () => {
    const { chat, served } = await open();
    await using _ = served;
    const [ada] = await served.users('ada');
    const { id: roomId } = await ada.api.room.create.mutate({ kind: 'group', name: 'Mine' });
    const set = (id: string, days: number) =>
      chat.system.room.setRetention({ roomId: id, days }).catch((error: { code?: string }) => error.code);
    expect(await set(roomId, 0)).toBe('VALIDATION');
    expect(await set(roomId, 1.5)).toBe('VALIDATION');
    expect(await set('no-room', 1)).toBe('VALIDATION');
    expect(await set('01890a5d-ac96-774b-bcce-b302099a8057', 1)).toBe('NOT_FOUND');
    await ada.api.room.delete.mutate({ roomId });
    expect(await set(roomId, 1)).toBe('NOT_FOUND');
    expect(await chat.system.user.rooms({ userId: person('eve').id })).toMatchObject({ items: [] });
  });
});
