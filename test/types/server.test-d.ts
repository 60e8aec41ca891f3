import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { expectTypeOf } from 'vitest';
import type { extendedChat, ExtendedRouter } from './extended-chat.js';

type In = inferRouterInputs<ExtendedRouter>;
type Out = inferRouterOutputs<ExtendedRouter>;
declare const chat: ReturnType<typeof extendedChat>;

// A plugin's procedures.
expectTypeOf<In['chat']['dice']['roll']>().toEqualTypeOf<{ roomId: string; sides: number }>();
expectTypeOf<Out['chat']['dice']['roll']>().toEqualTypeOf<{ rolls: number; by: string; in: string | null }>();
expectTypeOf<Out['chat']['dice']['mine']>().toEqualTypeOf<{ userId: string }>();

// Custom fields, in inputs and results.
expectTypeOf<In['chat']['message']['send']['custom']>().toEqualTypeOf<
  { priority?: 'low' | 'high' | undefined; expiresAt?: string | undefined } | undefined
>();
expectTypeOf<Out['chat']['message']['send']['custom']['priority']>().toEqualTypeOf<'low' | 'high'>();
expectTypeOf<Out['chat']['message']['list']['items'][number]['custom']['priority']>().toEqualTypeOf<'low' | 'high'>();
expectTypeOf<Out['chat']['room']['get']['custom']>().toEqualTypeOf<{ archived: boolean }>();
expectTypeOf<NonNullable<Out['chat']['room']['get']['me']>['custom']>().toEqualTypeOf<{ title: string }>();
expectTypeOf<Out['chat']['room']['members']['items'][number]['custom']>().toEqualTypeOf<{ title: string }>();

// What `present` makes of a message, wherever there is one.
expectTypeOf<Out['chat']['message']['send']['shout']>().toEqualTypeOf<string | null>();
expectTypeOf<NonNullable<Out['chat']['room']['list']['items'][number]['lastMessage']>['shout']>().toEqualTypeOf<
  string | null
>();
expectTypeOf<Out['chat']['message']['send']['reactions'][number]['mine']>().toEqualTypeOf<boolean>();

// Omitted procedures are gone from the router and stay in the server's own calls.
expectTypeOf<Out['chat']['room']>().not.toHaveProperty('setRole');
expectTypeOf(chat.system.room.setRole).toBeFunction();

// Own events.
expectTypeOf(chat.system.publish<'order.paid'>)
  .parameter(0)
  .toHaveProperty('data')
  .toEqualTypeOf<{ orderId: string; cents: number }>();
expectTypeOf(chat.system.publish<'dice.kept'>)
  .parameter(0)
  .toHaveProperty('data')
  .toEqualTypeOf<{ rollId: string }>();
chat.events.on('dice.kept', ({ data, seq }) => {
  expectTypeOf(data).toEqualTypeOf<{ rollId: string; total: number }>();
  expectTypeOf(seq).toEqualTypeOf<number>();
});
chat.events.on('message.created', ({ data }) => expectTypeOf(data.message.shout).toEqualTypeOf<string | null>());

// The host's own transaction.
void chat.transaction(async ({ tx, chat: inside }) => {
  const order = await tx.order.create({ data: { id: 'o1' } });
  const room = await inside.as('ada').room.create({ kind: 'group', name: order.id, custom: { archived: false } });
  await inside.system.publish({ to: { roomId: room.id }, type: 'order.paid', data: { orderId: order.id, cents: 1 } });
});

// Error codes and actions.
chat.error('QUOTA');
chat.error('NO_DICE');
void chat.can('ada', 'dice.roll', { roomId: 'r' });

// Wrong use does not compile.
// @ts-expect-error -- there is no such code
chat.error('NO_SUCH_CODE');
// @ts-expect-error -- there is no such event
void chat.system.publish({ to: { roomId: 'r' }, type: 'order.lost', data: {} });
// @ts-expect-error -- the facts of this event are others
void chat.system.publish({ to: { roomId: 'r' }, type: 'order.paid', data: { orderId: 1 } });
// @ts-expect-error -- there is no such action
void chat.can('ada', 'dice.cheat', { roomId: 'r' });
// @ts-expect-error -- a priority is low or high
void chat.as('ada').message.send({ roomId: 'r', content: 'x', custom: { priority: 'medium' } });
