import type { MessageState, PushRegistration, UserProfile } from '@confab/shared';
import type { PushKind } from '../operations/notifications/push-decision.js';
import type { Clock } from '../ports.js';
import type { Settings } from '../settings.js';
import type { ClaimedDelivery, PushAsk, PushSubject, PushSubscriptionRow } from '../store/deliveries/index.js';
import type { ChatStore } from '../store/port.js';
import type { Attempt, Channel, Outcome } from './channel.js';
import { PushGoneError } from './push-option.js';
import type { Push, PushOption } from './push-option.js';
import { actorOf, askOf, decide } from './push-questions.js';
import { placeKey } from './place.js';
import { workOutPushes } from './work-out-pushes.js';

const attempts = 8;
const dayMs = 24 * 60 * 60 * 1_000;

export interface PushChannelOptions {
  readonly option: PushOption;
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly settings: Pick<Settings, 'inactivityThresholdMs'>;
}

/** A push that is still wanted. */
interface Wanted {
  readonly delivery: ClaimedDelivery;
  readonly subscription: PushSubscriptionRow;
  readonly subject: PushSubject;
  readonly kind: PushKind;
}

/** The way out to devices, through the host's own function. */
export function createPushChannel({ option, store, clock, settings }: PushChannelOptions): Channel {
  const { methods } = store;
  const { inactivityThresholdMs } = settings;
  const maxAgeMs = option.maxAgeMs ?? dayMs;

  /** Everything is decided again: it may have been read, deleted or left meanwhile. */
  function findWanted(deliveries: readonly ClaimedDelivery[]): Promise<readonly Wanted[]> {
    return store.read(async (tx) => {
      const now = clock.now();
      const ids = [...new Set(deliveries.map(({ target }) => target))];
      const subscriptions = await methods.findSubscriptions(tx, { ids });
      const rows = await methods.findEvents(tx, { places: deliveries });
      const fresh = rows.filter(({ at }) => now.getTime() - at.getTime() <= maxAgeMs);
      const subjects = new Map(
        (await methods.pushSubjects(tx, { rows: fresh })).map((subject) => [placeKey(subject.event), subject]),
      );
      const found = deliveries.flatMap((delivery) => {
        const subscription = subscriptions.get(delivery.target);
        const subject = subjects.get(placeKey(delivery));
        const isTheirs = subscription?.userId === delivery.userId;
        if (subscription === undefined || subject === undefined || !isTheirs) return [];
        return [{ delivery, subscription, subject, ask: askOf(subject, subscription) }];
      });
      const people = await methods.pushPeople(tx, { asks: found.map(({ ask }) => ask), now });
      return found.flatMap(({ ask, ...rest }: Omit<Wanted, 'kind'> & { readonly ask: PushAsk }) => {
        const decision = decide(rest.subject, ask, people, { now, inactivityThresholdMs });
        return decision.push ? [{ ...rest, kind: decision.reason }] : [];
      });
    });
  }

  async function describe(wanted: readonly Wanted[]): Promise<readonly Push[]> {
    return store.read(async (tx) => {
      const rows = new Map(
        wanted.flatMap(({ subject: { message } }) => (message === null ? [] : [[message.id, message]])),
      );
      const messages = await methods.pushedMessages(tx, { rows: [...rows.values()] });
      const userIds = [...new Set(wanted.map(({ subject }) => actorOf(subject)))];
      const senders = await methods.findProfiles(tx, { userIds });
      const unread = new Map<string, Push['notification']['unread']>();
      for (const userId of new Set(wanted.map(({ subscription }) => subscription.userId))) {
        const { total, mentions } = await methods.unreadOf(tx, { userId });
        unread.set(userId, { total, mentions });
      }
      return wanted.map((push) => pushOf(push, { messages, senders, unread }));
    });
  }

  return {
    name: 'push',
    kind: 'push',
    concurrency: option.concurrency ?? 16,
    timeoutMs: option.timeoutMs ?? 10_000,
    attempts,
    workOut: (tx, batch) => workOutPushes(methods, tx, batch, { now: clock.now(), inactivityThresholdMs, maxAgeMs }),
    async prepare(deliveries) {
      const wanted = await findWanted(deliveries);
      const prepared = new Map<string, Attempt | Outcome>(deliveries.map(({ id }) => [id, { outcome: 'done' }]));
      for (const push of wanted.length === 0 ? [] : await describe(wanted)) {
        prepared.set(push.id, (signal) => attempt(option, push, signal));
      }
      return prepared;
    },
  };
}

async function attempt(option: PushOption, push: Push, signal: AbortSignal): Promise<Outcome> {
  try {
    const result = await option.deliver(push, { signal });
    return { outcome: result?.gone === true ? 'gone' : 'done' };
  } catch (error) {
    if (error instanceof PushGoneError) return { outcome: 'gone' };
    throw error;
  }
}

interface Described {
  readonly messages: ReadonlyMap<string, MessageState>;
  readonly senders: ReadonlyMap<string, UserProfile>;
  readonly unread: ReadonlyMap<string, Push['notification']['unread']>;
}

function pushOf({ delivery, subscription, subject, kind }: Wanted, { messages, senders, unread }: Described): Push {
  const { room, message, event } = subject;
  const { id, userId, registration } = subscription;
  const senderId = actorOf(subject);
  return {
    id: delivery.id,
    subscription: { id, userId, registration: JSON.parse(registration) as PushRegistration },
    notification: {
      kind,
      roomId: room.id,
      room: { kind: room.kind === 'user' ? 'direct' : room.kind, name: room.name, image: room.image },
      messageId: message?.id ?? null,
      message: messages.get(message?.id ?? '') ?? null,
      senderId,
      sender: senders.get(senderId) ?? { id: senderId, name: null, image: null },
      unread: unread.get(userId) ?? { total: 0, mentions: 0 },
      at: event.at,
    },
  };
}
