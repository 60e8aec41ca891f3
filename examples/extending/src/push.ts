import { createChat } from '@confab/server';
import type { Push } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** Hands pushes to the push service of each device. Whoever is pushed, and when it is tried again, is Confab's concern. */
export const createPushingChat = (base: TestBase, send: (token: string, text: string) => Promise<'sent' | 'unknown'>) =>
  createChat({
    ...base,
    push: {
      async deliver({ subscription, notification }: Push) {
        const { sender, message, unread } = notification;
        const text = `${sender.name ?? sender.id}: ${message?.content ?? notification.kind} (${unread.total})`;
        // A token the service does not know any more is forgotten; what it throws is tried again.
        return { gone: (await send(String(subscription.registration), text)) === 'unknown' };
      },
    },
  });

export async function play(): Promise<readonly string[]> {
  const sent: string[] = [];
  await using t = await testChat((base) =>
    createPushingChat(base, (token, text) => {
      sent.push(`${token} ${text}`);
      return Promise.resolve(token === 'old' ? 'unknown' : 'sent');
    }),
  );
  for (const registration of ['old', 'new']) await t.as('bob').push.subscribe({ registration });
  const { id: roomId } = await t.as('ada').room.create({ kind: 'direct', members: ['bob'] });
  for (const content of ['Tea?', 'Cake?']) {
    const before = sent.length;
    await t.as('ada').message.send({ roomId, content });
    // The second one finds the old device forgotten.
    while (sent.length === before || (await t.system.deliveries.list()).items.length > 0) await t.clock.advance(100);
  }
  return sent.toSorted();
}
