import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { codeOf } from './code-of.js';

/** As much of a host's Prisma transaction as this needs. */
interface HostTx {
  readonly chatMessage: {
    count(args: {
      readonly where: { readonly senderId: string; readonly createdAt: { readonly gt: Date } };
    }): Promise<number>;
  };
}

const dayMs = 86_400_000;

/** So many messages a day. `inTransaction` gives `before` the host's own transaction, in which the message is sent. */
export const createChatWithQuota = (base: TestBase, perDay: number) => {
  const chat = createChat({
    ...base,
    errors: { define: { QUOTA: { status: 4_030, trpc: 'FORBIDDEN', sentence: 'That is enough for today.' } } },
    on: {
      'message.send': {
        inTransaction: true,
        async before({ ctx, tx }) {
          const { chatMessage } = tx as HostTx;
          const since = new Date(base.ports.clock.now().getTime() - dayMs);
          const sent = await chatMessage.count({ where: { senderId: ctx.user.id, createdAt: { gt: since } } });
          if (sent >= perDay) throw chat.error('QUOTA', undefined, { details: { retryAfterMs: dayMs } });
        },
      },
    },
  });
  return chat;
};

export async function play(): Promise<readonly string[]> {
  await using t = await testChat((base) => createChatWithQuota(base, 2));
  const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
  const told: string[] = [];
  for (const content of ['one', 'two'])
    told.push(String((await t.as('ada').message.send({ roomId, content })).content));
  told.push(await codeOf(t.as('ada').message.send({ roomId, content: 'three' })));
  await t.clock.advance(dayMs + 1);
  told.push(String((await t.as('ada').message.send({ roomId, content: 'next day' })).content));
  return told;
}
