import { createOutbox } from './deliveries/outbox.js';
import { createPushChannel } from './deliveries/push-channel.js';
import type { PushOption } from './deliveries/push-option.js';
import { createWebhookChannel } from './deliveries/webhook-channel.js';
import type { EventDefinitions } from './extend/data/definitions.js';
import type { FrontLog } from './front/options.js';
import type { Clock, Ids, Random } from './ports.js';
import type { Settings } from './settings.js';
import { coreEventTypes } from './store/log-render.js';
import type { ChatStore } from './store/port.js';
import { checkWebhooks, createEndpoint } from './webhooks/endpoints.js';
import { createPoster } from './webhooks/poster.js';

interface Surroundings {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly log: FrontLog;
  readonly settings: Settings;
  /** Those that a host and its plugins declared. */
  readonly events: EventDefinitions;
}

/** What leaves the chat by itself: pushes and webhooks, as the host gave them. */
export interface Outgoing {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes it of the options. Throws `ChatConfigError` that names one that can't be used. */
export function createOutgoing(
  options: { readonly push?: PushOption; readonly webhooks?: unknown },
  { settings, events, ...ports }: Surroundings,
): Outgoing {
  const { push } = options;
  const poster = createPoster();
  const types = new Set([...coreEventTypes, ...Object.keys(events)]);
  const endpoints = checkWebhooks(options.webhooks, types).map((webhook) => createEndpoint(webhook, poster));
  const isPushing = push !== undefined && settings.notifications;
  const outbox = createOutbox({
    ...ports,
    channels: [
      ...(isPushing ? [createPushChannel({ ...ports, option: push, settings })] : []),
      ...endpoints.map((endpoint) => createWebhookChannel({ ...ports, endpoint })),
    ],
  });
  return {
    start: () => outbox.start(),
    async stop() {
      await outbox.stop();
      poster.close();
    },
  };
}
