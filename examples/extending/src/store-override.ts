import type { PrismaStoreOptions } from '@confab/server';
import { testChat } from '@confab/server/testing';

/**
 * One method of the store, replaced: the operation goes on around it, with its permissions, hooks and events. In an app:
 * `createChat({ store: prismaStore(prisma, { override }) })`.
 */
export const signing = (sign: (content: string) => string): NonNullable<PrismaStoreOptions['override']> => ({
  sendMessage: (base) => (tx, input) =>
    base(tx, { ...input, message: { ...input.message, content: sign(input.message.content ?? '') } }),
});

export async function play() {
  await using t = await testChat({ override: signing((content) => `${content} [signed]`) });
  const bob = await t.client('bob');
  const { id: roomId } = await t.as('ada').room.create({ kind: 'direct', members: ['bob'] });
  await t.as('ada').message.send({ roomId, content: 'Hello' });
  return (await bob.next('message.created')).data.message.content;
}
