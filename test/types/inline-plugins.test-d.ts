import { createChat, definePlugin } from '@confab/server';
import type { ChatStore } from '@confab/server';
import { testChat } from '@confab/server/testing';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { dice } from './extended-chat.js';
import type { HostTx } from './extended-chat.js';

declare const store: ChatStore<HostTx>;
const viewer = () => null;

// A plugin that is written where it is used knows what its hooks are given, and takes nothing from those beside it.
const chat = createChat({
  store,
  viewer,
  plugins: [
    dice,
    {
      id: 'audit',
      on: {
        'message.send': {
          around: async ({ input, next }) => {
            expectTypeOf(input.content).toEqualTypeOf<string>();
            const message = await next();
            expectTypeOf(message.seq).toEqualTypeOf<number>();
            return message;
          },
        },
      },
    },
  ],
  events: { 'order.paid': z.object({ cents: z.int() }) },
});
expectTypeOf(chat.as('ada').dice.mine()).resolves.toEqualTypeOf<{ userId: string }>();
chat.error('NO_DICE');
chat.events.on('dice.rolled', ({ data }) => expectTypeOf(data.sides).toEqualTypeOf<number>());
// @ts-expect-error -- it has no procedures
void chat.as('ada').audit;

// The same in a chat under test.
void testChat({ plugins: [dice, { id: 'audit', on: { 'room.get': { around: ({ next }) => next() } } }] }).then((t) =>
  expectTypeOf(t.as('ada').dice.mine()).resolves.toEqualTypeOf<{ userId: string }>(),
);

// Without plugins there is nothing of any.
const plain = createChat({ store, viewer });
// @ts-expect-error -- there is no plugin
void plain.as('ada').dice;
// @ts-expect-error -- there is no such code
plain.error('NO_DICE');

// A hook in the transaction knows the host's own, also when it is for some inputs only.
createChat({
  store,
  viewer,
  on: {
    'message.send': {
      inTransaction: true,
      when: ({ input }) => input.content.startsWith('/order '),
      before: async ({ input, tx }) => void (await tx.order.create({ data: { id: input.content } })),
    },
    'message.edit': {
      // @ts-expect-error -- this one is not in the transaction
      before: ({ tx }) => void tx,
    },
  },
});

// What no operation is called can't be hooked, nor can what an operation does not have be returned.
createChat({
  store,
  viewer,
  // @ts-expect-error -- there is no such operation
  on: { 'message.sent': { before: () => undefined } },
});
definePlugin({
  id: 'wrong',
  on: {
    'message.send': {
      // @ts-expect-error -- content is a text
      before: ({ input }) => ({ ...input, content: 7 }),
    },
  },
});
