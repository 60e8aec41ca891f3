import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/**
 * The rooms somebody is in are read from the database, where the truth is. What must be quick keeps a copy by membership
 * events, which come in the order of the log, and reads again when it starts.
 */
export function createIndexedChat(base: TestBase, index: Map<string, Set<string>>) {
  const chat = createChat(base);
  const roomsOf = (userId: string): Set<string> => index.get(userId) ?? new Set();
  chat.events.on('room.created', ({ roomId, data }) => {
    for (const { userId } of data.members) index.set(userId, roomsOf(userId).add(roomId));
  });
  chat.events.on('member.added', ({ roomId, data }) => {
    for (const { userId } of data.members) index.set(userId, roomsOf(userId).add(roomId));
  });
  chat.events.on('member.removed', ({ roomId, data }) => {
    for (const userId of data.userIds) roomsOf(userId).delete(roomId);
  });
  return chat;
}

export async function play() {
  const index = new Map<string, Set<string>>();
  await using t = await testChat((base) => createIndexedChat(base, index));
  const bob = await t.client('bob');
  for (const name of ['Tea', 'Chess']) {
    await t.as('ada').room.create({ kind: 'group', name, members: ['bob', 'cy'] });
  }
  const { items } = await t.system.user.rooms({ userId: 'bob' });
  await t.as('bob').room.leave({ roomId: items[0]?.id ?? '' });
  await bob.next('member.removed');
  const left = await t.system.user.rooms({ userId: 'bob', kinds: ['group'] });
  const isSame = left.items.length === index.get('bob')?.size;
  return { before: items.map(({ name }) => name), after: left.items.map(({ name }) => name), isSame };
}
