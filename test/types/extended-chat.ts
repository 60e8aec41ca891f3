import { createChat, definePlugin, pluginModels, renderedEvent } from '@confab/server';
import type { ChatStore } from '@confab/server';
import { initTRPC, TRPCError } from '@trpc/server';
import { transformer } from '@confab/shared';
import { z } from 'zod';

/** A host's database, as far as these tests look at it. */
export interface HostTx {
  readonly order: { create(args: { readonly data: { readonly id: string } }): Promise<{ readonly id: string }> };
}

export interface HostContext {
  readonly session: { readonly userId: string; readonly name: string } | null;
}

/** A plugin with one of everything. */
export const dice = definePlugin({
  id: 'dice',
  errors: { NO_DICE: { status: 4_100, trpc: 'CONFLICT', sentence: 'There are no dice.' } },
  events: {
    'dice.rolled': z.object({ sides: z.int(), at: z.date() }),
    'dice.kept': renderedEvent({
      facts: z.object({ rollId: z.string() }),
      render: (_tx, facts) => Promise.resolve(facts.map(({ rollId }) => ({ rollId, total: 7 }))),
    }),
  },
  permissions: {
    'dice.roll': { direct: { least: 'member' }, group: { least: 'member' }, channel: { least: 'admin' } },
  },
  limits: { rolls: { perSecond: 1, burst: 2 } },
  models: pluginModels<{ chatRoll: { count(): Promise<number> } }>('chatRoll'),
  procedures: (kit) => ({
    roll: kit
      .room('dice.roll', { rate: 'rolls' })
      .input(z.object({ sides: z.int().min(2) }))
      .mutation(async ({ ctx, input }) => {
        if (input.sides > 100) throw kit.error('NO_DICE');
        return kit.writeRoom(ctx.chat, 'dice.roll', input.roomId, async ({ publish, models, room }) => {
          await publish({ roomId: room.id }, 'dice.rolled', { sides: input.sides, at: new Date() });
          return { rolls: await models.chatRoll.count(), by: ctx.chat.user.id, in: ctx.room.name };
        });
      }),
    mine: kit.user().query(({ ctx }) => ({ userId: ctx.chat.user.id })),
  }),
  on: (kit) => ({
    'message.send': {
      before({ input }) {
        if (input.content === 'no dice') throw kit.error('NO_DICE');
        return { ...input, content: input.content.trim() };
      },
    },
  }),
});

declare const store: ChatStore<HostTx>;

/** A chat extended in every way there is. */
export function extendedChat() {
  return createChat({
    store,
    viewer: (ctx: HostContext) => ctx.session && { id: ctx.session.userId, name: ctx.session.name },
    plugins: [dice],
    events: { 'order.paid': z.object({ orderId: z.string(), cents: z.int() }) },
    errors: { define: { QUOTA: { status: 4_030, trpc: 'FORBIDDEN' } } },
    custom: {
      message: z.object({ priority: z.enum(['low', 'high']).default('low'), expiresAt: z.string().optional() }),
      room: z.object({ archived: z.boolean().default(false) }),
      member: z.object({ title: z.string().default('') }),
    },
    present: { message: (message) => ({ ...message, shout: message.content?.toUpperCase() ?? null }) },
    omit: ['room.setRole'],
    on: {
      'message.send': {
        inTransaction: true,
        async before({ input, tx }) {
          const priority: 'low' | 'high' = input.custom.priority;
          await tx.order.create({ data: { id: priority } });
        },
        afterCommit({ result }) {
          const shout: string | null = result.shout;
          void shout;
        },
      },
    },
    permissions: {
      'message.send': ({ room, me, next }) =>
        room.custom.archived && me?.custom.title !== 'vip' ? 'PERMISSION_DENIED' : next(),
      'dice.roll': ({ next }) => next(),
    },
  });
}

const t = initTRPC.context<HostContext>().create({ transformer });

/** The host's router around it. */
export function hostRouter(chat: ReturnType<typeof extendedChat>) {
  return t.router({
    chat: chat.router,
    place: t.procedure
      .concat(chat.procedures.member)
      .input(z.object({ item: z.string() }))
      .mutation(({ ctx, input }) => {
        if (ctx.session === null) throw new TRPCError({ code: 'UNAUTHORIZED' });
        return {
          item: input.item,
          room: ctx.room.id,
          archived: ctx.room.custom.archived,
          title: ctx.member.custom.title,
        };
      }),
  });
}

export type ExtendedRouter = ReturnType<typeof hostRouter>;
