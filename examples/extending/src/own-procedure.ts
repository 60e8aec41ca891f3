import { createChat } from '@confab/server';
import { transformer } from '@confab/shared';
import { testChat } from '@confab/server/testing';
import type { TestBase, TestContext } from '@confab/server/testing';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';

/** The host's own procedures, in its own router: who calls is known and a member before they run. */
export function createApp(base: TestBase) {
  const chat = createChat(base);
  const t = initTRPC.context<TestContext>().create({ transformer });
  const router = t.router({
    chat: chat.router,
    invoice: t.procedure
      .concat(chat.procedures.member)
      .input(z.object({ cents: z.int().min(1) }))
      .mutation(async ({ ctx, input }) => {
        const content = `Invoice for ${ctx.room.name}: ${(input.cents / 100).toFixed(2)}`;
        await chat.system.message.send({ roomId: ctx.room.id, content, mentions: [ctx.member.userId] });
        return { billed: ctx.member.userId };
      }),
  });
  return { chat, router };
}

export async function play() {
  await using t = await testChat(createApp);
  const [ada, eve] = [await t.client('ada'), await t.client('eve')];
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
  const { billed } = await ada.api.invoice.mutate({ roomId, cents: 1_250 });
  const { data } = await ada.next('message.created');
  const stranger = await eve.api.invoice.mutate({ roomId, cents: 1 }).catch((error: Error) => error.message);
  return { billed, said: data.message.content, stranger: typeof stranger };
}
