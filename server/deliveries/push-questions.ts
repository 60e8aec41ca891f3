import { decidePush, presenceOf } from '../operations/notifications/push-decision.js';
import type { PushDecision, PushEvent } from '../operations/notifications/push-decision.js';
import type { PushAsk, PushPeople, PushSubject, PushSubscriptionRow } from '../store/deliveries/index.js';

/** What a decision also depends on. */
export interface PushMoment {
  readonly now: Date;
  readonly inactivityThresholdMs: number;
}

/** What has to be known of a device's user to decide whether it is pushed for something. */
export function askOf(
  subject: PushSubject,
  { userId, sessionId }: Pick<PushSubscriptionRow, 'userId' | 'sessionId'>,
): PushAsk {
  const { room, message } = subject;
  return {
    ...{ userId, sessionId, roomId: room.id },
    messageId: message?.id ?? null,
    threadId: message?.threadId ?? null,
    actorId: actorOf(subject),
  };
}

/** Who something is by. */
export function actorOf({ event, notification, message }: PushSubject): string {
  return notification?.actorId ?? message?.senderId ?? event.actorId ?? '';
}

/** Decides by the facts of the moment; what the host keeps out is not pushed whatever the rule says. */
export function decide(subject: PushSubject, ask: PushAsk, people: PushPeople, moment: PushMoment): PushDecision {
  if (people.isBanned(ask)) return { push: false, reason: 'notMember' };
  const member = people.member(ask);
  return decidePush({
    event: eventOf(subject, people.isHidden(ask)),
    member: member === null ? null : { ...member, thread: people.thread(ask) },
    preferences: people.preferences(ask),
    presence: presenceOf(people.session(ask), moment),
    blocked: people.isBlocking(ask),
    now: moment.now,
  });
}

function eventOf(subject: PushSubject, isHidden: boolean): PushEvent {
  const { room, message, notification, answeredId } = subject;
  const actorId = actorOf(subject);
  const isGone = room.deletedAt !== null || isHidden;
  if (notification !== null) {
    const isAboutGone = notification.messageId !== null && (message === null || message.deletedAt !== null);
    return { type: 'notification', kind: notification.kind, actorId, isDeleted: isGone || isAboutGone };
  }
  return {
    type: 'message',
    actorId,
    // Messages are in rooms of people only.
    roomKind: room.kind === 'user' ? 'direct' : room.kind,
    seq: message?.seq ?? 0,
    isSystem: message?.kind === 'system',
    isDeleted: isGone || message === null || message.deletedAt !== null,
    mentions: message?.mentions ?? [],
    answeredId,
    threadId: message?.threadId ?? null,
  };
}
