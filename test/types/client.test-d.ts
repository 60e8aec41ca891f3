import { createChatClient } from '@confab/client';
import { expectTypeOf } from 'vitest';
import type { ExtendedRouter } from './extended-chat.js';

const client = createChatClient<ExtendedRouter>({ url: 'ws://127.0.0.1/trpc' });

// A plugin's procedure, and the host's own on Confab's builders.
void client.api.chat.dice.roll.mutate({ roomId: 'r', sides: 6 });
expectTypeOf(client.api.place.mutate).returns.resolves.toEqualTypeOf<{
  item: string;
  room: string;
  archived: boolean;
  title: string;
}>();

// Events of a plugin and of the host, and the core's with what `present` and `custom` make of them.
client.on('dice.rolled', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ sides: number; at: Date }>());
client.on('order.paid', ({ data }) => expectTypeOf(data).toEqualTypeOf<{ orderId: string; cents: number }>());
client.on('message.created', ({ data: { message } }) => {
  expectTypeOf(message.shout).toEqualTypeOf<string | null>();
  expectTypeOf(message.custom.priority).toEqualTypeOf<'low' | 'high'>();
});
client.on('*', (event) => {
  if (event.type === 'order.paid') expectTypeOf(event.data.cents).toEqualTypeOf<number>();
});

// Error codes of the table, the host and the plugin.
const error: unknown = null;
if (client.isChatError(error, 'QUOTA')) expectTypeOf(error.data.chat.code).toEqualTypeOf<'QUOTA'>();
if (client.isChatError(error, 'NO_DICE')) expectTypeOf(error.data.chat.code).toEqualTypeOf<'NO_DICE'>();

// Wrong use does not compile.
// @ts-expect-error -- there is no such event
client.on('order.lost', () => undefined);
// @ts-expect-error -- there is no such code
client.isChatError(error, 'NO_SUCH_CODE');
// @ts-expect-error -- sides is a number
void client.api.chat.dice.roll.mutate({ roomId: 'r', sides: 'six' });
// @ts-expect-error -- it was omitted
void client.api.chat.room.setRole;
// @ts-expect-error -- a room's custom data has no such field
void client.api.chat.room.create.mutate({ kind: 'group', name: 'x', custom: { archvied: true } });
