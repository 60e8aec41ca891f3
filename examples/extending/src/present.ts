import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** What rows become on their way out, the same for every reader; what is added is typed up to the client. */
export const createPresentedChat = (base: TestBase) =>
  createChat({
    ...base,
    present: {
      message: (message) => ({ ...message, words: message.content === null ? 0 : message.content.split(/\s+/).length }),
      room: (room) => ({ ...room, link: `https://chat.example/r/${room.id}` }),
    },
  });

export async function play() {
  await using t = await testChat(createPresentedChat);
  const bob = await t.client('bob');
  const room = await t.as('ada').room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
  await t.as('ada').message.send({ roomId: room.id, content: 'Tea is at four' });
  const told = await bob.next('message.created');
  const [read] = (await bob.api.chat.message.list.query({ roomId: room.id })).items;
  return { told: told.data.message.words, read: read?.words, isLinked: room.link.endsWith(room.id) };
}
