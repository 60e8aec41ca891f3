import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** Who is notified is a pure decision; where it goes, a sink that gets what was committed. */
export const createNotifyingChat = (base: TestBase, push: (userIds: readonly string[]) => void) =>
  createChat({
    ...base,
    notify: {
      // Reactions are not worth a sound; for all else everybody's own preferences decide.
      decide: (event, _member, next) => event.kind !== 'reaction' && next(),
      deliver: (batch) => push(batch.map(({ userId, kind }) => `${userId}: ${kind}`)),
    },
  });

export async function play() {
  const pushed: string[] = [];
  await using t = await testChat((base) => createNotifyingChat(base, (batch) => pushed.push(...batch)));
  const bob = await t.client('bob');
  const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Tea', members: ['bob', 'cy'] });
  const { id: messageId } = await t.as('ada').message.send({ roomId, content: '@Bob, tea?', mentions: ['bob'] });
  const { data } = await bob.next('notification', (event) => event.data.notification.kind === 'mention');
  await bob.api.chat.message.react.mutate({ messageId, emoji: '👍' });
  await bob.api.chat.notification.ack.mutate({ ids: [data.notification.id] });
  await t.chat.close();
  return pushed.filter((line) => !line.endsWith('added'));
}
