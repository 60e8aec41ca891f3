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

  test("within a transaction it reads the transaction's own state", async () => {
    await using chat = await open();
    const inside = await chat.transaction(async ({ chat: within }) => {
      await within.as('cleo').room.create({ kind: 'group', name: 'new' });
      return (await within.system.user.rooms({ userId: 'cleo' })).items.length;
    });
    expect(inside).toBe(1);
  });
});
