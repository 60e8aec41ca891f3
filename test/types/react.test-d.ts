import { createChatHooks } from '@confab/client/react';
import { expectTypeOf } from 'vitest';
import type { ExtendedRouter } from './extended-chat.js';

const { useEvent, useMessages, useRooms, useSend, useClient } = createChatHooks<ExtendedRouter>();

// Custom fields and what `present` makes of a message, in the hooks.
declare const messages: ReturnType<typeof useMessages>['messages'];
expectTypeOf(messages).items.toHaveProperty('shout').toEqualTypeOf<string | null>();
expectTypeOf(messages).items.toHaveProperty('custom').toHaveProperty('priority').toEqualTypeOf<'low' | 'high'>();
declare const rooms: ReturnType<typeof useRooms>['rooms'];
expectTypeOf(rooms).items.toHaveProperty('custom').toEqualTypeOf<{ archived: boolean }>();

// The plugin's procedures, events and errors.
declare const client: ReturnType<typeof useClient>;
void client.api.chat.dice.roll.mutate({ roomId: 'r', sides: 6 });
client.on('dice.kept', ({ data }) => expectTypeOf(data.total).toEqualTypeOf<number>());
useEvent('dice.kept', ({ data }) => expectTypeOf(data.total).toEqualTypeOf<number>());

declare const send: ReturnType<typeof useSend>['send'];
send('Hello');
send({ content: 'Hello', custom: { priority: 'high' } });

// Wrong use does not compile.
// @ts-expect-error -- a priority is low or high
send({ content: 'Hello', custom: { priority: 'medium' } });
// @ts-expect-error -- there is no such event
client.on('dice.lost', () => undefined);
// @ts-expect-error -- nor a hook for it
useEvent('dice.lost', () => undefined);
