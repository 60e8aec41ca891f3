import { createChat, memoryBus } from '@confab/server';
import { expect, test } from 'vitest';
import { eachDatabase } from '../support/databases.js';

eachDatabase((database) => {
  const open = async () => createChat({ store: await database.store(), bus: memoryBus(), viewer: () => null });

  test("the system reads somebody's rooms page by page, and of a stranger there are none", async () => {
    await using chat = await open();
    for (const name of ['one', 'two', 'three']) {
      await chat.as('ann').room.create({ kind: 'group', name, members: ['ben'] });
    }
    const first = await chat.system.user.rooms({ userId: 'ben', limit: 2 });
    const cursor = first.nextCursor ?? undefined;
    const second = await chat.system.user.rooms({ userId: 'ben', limit: 2, cursor });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['three', 'two', 'one']);
    expect(await chat.system.user.rooms({ userId: 'nobody' })).toEqual({ items: [], nextCursor: null });
  });

  test("somebody's rooms follow every adding and removing, also many at once, each user's apart", async () => {
    await using chat = await open();
    const [who, other] = ['zoë 世界', '7'];
    const names = async (userId: string) => {
      const { items } = await chat.system.user.rooms({ userId, limit: 100 });
      return items.map(({ id }) => id).sort();
    };
    expect(await names(who)).toEqual([]);
    const rooms: string[] = [];
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      rooms.push((await chat.as('dan').room.create({ kind: 'group', name })).id);
    }
    const add = (roomId: string, userId: string) => chat.system.room.addMembers({ roomId, userIds: [userId] });
    const remove = (roomId: string, userId: string) => chat.system.room.removeMembers({ roomId, userIds: [userId] });
    const [first = '', second = '', third = ''] = rooms;
    await Promise.all([...rooms, first].map((roomId) => add(roomId, who)));
    await add(first, other);
    expect(await names(who)).toEqual([...rooms].sort());
    expect(await names(other)).toEqual([first]);
    await Promise.all([remove(first, who), remove(second, who), remove(second, who), add(third, other)]);
    expect(await names(who)).toEqual(rooms.slice(2).sort());
    expect(await names(other)).toEqual([first, third].sort());
  });

  test("within a transaction it reads the transaction's own state", async () => {
    await using chat = await open();
    const inside = await chat.transaction(async ({ chat: within }) => {
      await within.as('cleo').room.create({ kind: 'group', name: 'new' });
      return (await within.system.user.rooms({ userId: 'cleo' })).items.length;
    });
    expect(inside).toBe(1);
  });
});
