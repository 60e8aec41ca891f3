import { createChat } from '@confab/server';
import type { ChatStore, Push, PushResult } from '@confab/server';
import { z } from 'zod';

declare const store: ChatStore;
const viewer = () => null;
const events = { 'order.paid': z.object({ orderId: z.string() }) };
const given = { url: 'https://shop.example/hooks', secret: 'whsec_' };

createChat({
  store,
  viewer,
  events,
  webhooks: [{ ...given, events: ['order.paid', 'message.created', 'notification'] }],
});
// @ts-expect-error nobody declared this event
createChat({ store, viewer, events, webhooks: [{ ...given, events: ['order.painted'] }] });
// @ts-expect-error it is not in the log
createChat({ store, viewer, webhooks: [{ ...given, events: ['typing'] }] });

createChat({ store, viewer, push: { deliver: async ({ subscription }: Push) => void subscription.registration } });
createChat({ store, viewer, push: { deliver: (): PushResult => ({ gone: true }) } });
// @ts-expect-error there is no such answer
createChat({ store, viewer, push: { deliver: () => 'gone' } });
