import { createChatClient, defineClientPlugin } from '@confab/client';
import type { PluginTools } from '@confab/client';
import { linkPreviews as previewsHalf } from '@confab/client/plugins/link-previews';
import type { LinkPreview } from '@confab/client/plugins/link-previews';
import { polls as pollsHalf } from '@confab/client/plugins/polls';
import type { Poll } from '@confab/client/plugins/polls';
import { createChat } from '@confab/server';
import type { ChatStore } from '@confab/server';
import { linkPreviews } from '@confab/server/plugins/link-previews';
import { polls } from '@confab/server/plugins/polls';
import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { ExtendedRouter } from './extended-chat.js';

declare const store: ChatStore;

const chat = createChat({
  store,
  viewer: (ctx: { readonly userId: string }) => ({ id: ctx.userId }),
  plugins: [polls({ maxOptions: 20 }), linkPreviews({ cacheMs: 0 })],
  custom: { message: z.object({ priority: z.enum(['low', 'high']) }) },
  permissions: { 'polls.create': ({ me, next }) => (me?.role === 'owner' ? next() : 'PERMISSION_DENIED') },
});
const t = initTRPC.context<{ readonly userId: string }>().create({ transformer });
const appRouter = t.router({ support: chat.router });

// Nested under another name.
const client = createChatClient<typeof appRouter>({ url: 'ws://127.0.0.1/trpc', path: 'support' });
const api = client.api.support;

// Procedures.
expectTypeOf(api.polls.vote.mutate).returns.resolves.toEqualTypeOf<Poll>();
expectTypeOf(api.polls.get.query).returns.resolves.toHaveProperty('mine').toEqualTypeOf<readonly string[]>();
void api.polls.create.mutate({ roomId: 'r', question: '?', options: ['a', 'b'], results: 'afterVote' });
expectTypeOf(chat.as('ada').polls.close).returns.resolves.toEqualTypeOf<Poll>();

// Events.
client.on('polls.updated', ({ data }) => {
  expectTypeOf(data.messageId).toEqualTypeOf<string>();
  // @ts-expect-error -- an event is the same for everyone: it knows nobody's own vote
  void data.poll?.mine;
});
client.on('polls.voted', ({ data }) => expectTypeOf(data.mine).toEqualTypeOf<readonly string[]>());
client.on('linkPreviews.updated', ({ data }) => {
  expectTypeOf(data.previews).toEqualTypeOf<readonly LinkPreview[]>();
});

// Errors.
const error: unknown = null;
if (client.isChatError(error, 'POLL_CLOSED')) expectTypeOf(error.data.chat.code).toEqualTypeOf<'POLL_CLOSED'>();

// The client halves.
expectTypeOf(client.use(pollsHalf).poll('m')).toEqualTypeOf<Poll | null | undefined>();
expectTypeOf(client.use(previewsHalf).previews('m')).toEqualTypeOf<readonly LinkPreview[] | undefined>();
const extended = createChatClient<ExtendedRouter>({ url: 'ws://127.0.0.1/trpc' });
const listening = defineClientPlugin({
  id: 'dice',
  setup: ({
    on,
  }: PluginTools<unknown, { readonly type: 'dice.rolled'; readonly data: { readonly sides: number } }>) => ({
    off: on('dice.rolled', ({ data }) => expectTypeOf(data.sides).toEqualTypeOf<number>()),
  }),
});
expectTypeOf(extended.use(listening).off).toEqualTypeOf<() => void>();

// Wrong use does not compile.
// @ts-expect-error -- there is no such result
void api.polls.create.mutate({ roomId: 'r', question: '?', options: ['a', 'b'], results: 'never' });
// @ts-expect-error -- there is no such option
polls({ maxOption: 3 });
// @ts-expect-error -- the router has no polls
extended.use(pollsHalf);
// @ts-expect-error -- the client has no such event
client.use(listening);
// @ts-expect-error -- there is no such code
client.isChatError(error, 'POLL_OPEN');
