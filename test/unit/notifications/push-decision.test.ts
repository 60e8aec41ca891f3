import type { NotificationPreferences } from '@confab/shared';
import { expect, test } from 'vitest';
import { decidePush, presenceOf } from '../../../server/operations/notifications/push-decision.js';
import type {
  PushedMessage,
  PushedNotification,
  PushMember,
  PushQuestion,
} from '../../../server/operations/notifications/push-decision.js';

const now = new Date('2026-03-02T12:00:00Z');
const bob: PushMember = { userId: 'bob', status: 'in', joinSeq: 1, readSeq: 5, notify: 'all', archived: false };
const message: PushedMessage = {
  ...{ type: 'message', actorId: 'ada', roomKind: 'group', seq: 9 },
  ...{ isSystem: false, isDeleted: false, mentions: [], answeredId: null, threadId: null },
};
const question: PushQuestion = {
  ...{ event: message, member: bob, preferences: null, presence: 'away', blocked: false, now },
};

const said = (change: Partial<PushedMessage>): PushedMessage => ({ ...message, ...change });
const told = (kind: PushedNotification['kind'], change: Partial<PushedNotification> = {}): PushedNotification => ({
  ...{ type: 'notification', kind, actorId: 'ada', isDeleted: false },
  ...change,
});
const who = (change: Partial<PushMember>): PushMember => ({ ...bob, ...change });
const prefer = (change: Partial<NotificationPreferences>): NotificationPreferences => ({
  ...{ notify: 'all', doNotDisturb: null },
  ...change,
});

const toBob = said({ mentions: ['bob'] });
const toAll = said({ mentions: ['@room'] });
const answer = said({ answeredId: 'bob' });
const inThread = said({ threadId: 'root' });
const direct = said({ roomKind: 'direct' });
const follower = who({ thread: { following: true, readSeq: 0 } });
const [mentionsOnly, none] = [who({ notify: 'mentions' }), who({ notify: 'none' })];
const archived = who({ archived: true });
const [overallMentions, overallNone] = [prefer({ notify: 'mentions' }), prefer({ notify: 'none' })];
const muted: PushMember & { readonly mutedUntil: Date } = { ...bob, mutedUntil: new Date('2027-01-01') };
const night = { from: '22:00', to: '07:00', timeZone: 'UTC' };

/** What is asked beside the ordinary, and what is decided. */
const rows: readonly (readonly [name: string, asked: Partial<PushQuestion>, decision: string])[] = [
  ['a message', {}, 'push as message'],
  ['a mention', { event: toBob }, 'push as mention'],
  ['a mention of somebody else', { event: said({ mentions: ['cy'] }) }, 'push as message'],
  ['a mention of the room', { event: toAll }, 'push as roomMention'],
  ['an answer', { event: answer }, 'push as reply'],
  ['an answer that names one as well', { event: said({ answeredId: 'bob', mentions: ['bob'] }) }, 'push as mention'],
  ['an answer to somebody else', { event: said({ answeredId: 'cy' }) }, 'push as message'],
  ['a reaction', { event: told('reaction') }, 'push as reaction'],
  ['being added', { event: told('added') }, 'push as added'],
  ['a request to join', { event: told('joinRequest') }, 'push as joinRequest'],
  ['an invitation to who is not in the room', { event: told('invite'), member: null }, 'push as invite'],
  ['a notification of a mention, whose message was pushed', { event: told('mention') }, 'told'],
  ['a notification of an answer, whose message was pushed', { event: told('reply') }, 'told'],

  ['one’s own message', { event: said({ actorId: 'bob' }) }, 'own'],
  ['one’s own message that names oneself', { event: said({ actorId: 'bob', mentions: ['bob'] }) }, 'own'],
  ['one’s own reaction', { event: told('reaction', { actorId: 'bob' }) }, 'own'],
  ['a system message', { event: said({ isSystem: true }) }, 'system'],
  ['a system message that names one', { event: said({ isSystem: true, mentions: ['bob'] }) }, 'system'],
  ['a message that is gone', { event: said({ isDeleted: true }) }, 'deleted'],
  ['a reaction to a message that is gone', { event: told('reaction', { isDeleted: true }) }, 'deleted'],

  ['a message to who never was in the room', { member: null }, 'notMember'],
  ['a message to who has left since', { member: who({ status: 'out' }) }, 'notMember'],
  ['a message from before one joined', { member: who({ joinSeq: 10, readSeq: 0 }) }, 'notMember'],
  ['a reaction to who has left since', { event: told('reaction'), member: who({ status: 'out' }) }, 'notMember'],
  ['being added to what one has left since', { event: told('added'), member: null }, 'notMember'],

  ['a message of somebody blocked', { blocked: true }, 'blocked'],
  ['a mention by somebody blocked', { event: toBob, blocked: true }, 'blocked'],
  ['an invitation by somebody blocked', { event: told('invite'), member: null, blocked: true }, 'blocked'],

  ['a message read meanwhile', { member: who({ readSeq: 9 }) }, 'read'],
  ['a mention read meanwhile', { event: toBob, member: who({ readSeq: 12 }) }, 'read'],
  ['a message after what was read', { member: who({ readSeq: 8 }) }, 'push as message'],

  ['a thread one follows', { event: inThread, member: follower }, 'push as threadReply'],
  ['a thread one has nothing to do with', { event: inThread }, 'notFollowing'],
  [
    'a thread one no longer follows',
    { event: inThread, member: who({ thread: { following: false, readSeq: 0 } }) },
    'notFollowing',
  ],
  [
    'a mention in a thread one does not follow',
    { event: said({ threadId: 'root', mentions: ['bob'] }) },
    'push as mention',
  ],
  [
    'an answer in a thread one does not follow',
    { event: said({ threadId: 'root', answeredId: 'bob' }) },
    'push as reply',
  ],
  [
    'a mention of the room in a thread of others',
    { event: said({ threadId: 'root', mentions: ['@room'] }) },
    'push as roomMention',
  ],
  ['a thread read meanwhile', { event: inThread, member: who({ thread: { following: true, readSeq: 9 } }) }, 'read'],
  [
    'a thread in a room read meanwhile',
    { event: inThread, member: { ...follower, readSeq: 9 } },
    'push as threadReply',
  ],

  ['a message, in a room for mentions', { member: mentionsOnly }, 'roomPreference'],
  ['a mention, in a room for mentions', { event: toBob, member: mentionsOnly }, 'push as mention'],
  ['a mention of the room, in a room for mentions', { event: toAll, member: mentionsOnly }, 'push as roomMention'],
  ['an answer, in a room for mentions', { event: answer, member: mentionsOnly }, 'push as reply'],
  [
    'a followed thread, in a room for mentions',
    { event: inThread, member: { ...follower, notify: 'mentions' } },
    'push as threadReply',
  ],
  ['a reaction, in a room for mentions', { event: told('reaction'), member: mentionsOnly }, 'roomPreference'],
  ['a direct message, in a room for mentions', { event: direct, member: mentionsOnly }, 'roomPreference'],
  ['a mention, in a room for nothing', { event: toBob, member: none }, 'roomPreference'],
  [
    'a followed thread, in a room for nothing',
    { event: inThread, member: { ...follower, notify: 'none' } },
    'roomPreference',
  ],

  ['a message, in an archived room', { member: archived }, 'archived'],
  ['a direct message, in an archived room', { event: direct, member: archived }, 'archived'],
  ['a reaction, in an archived room', { event: told('reaction'), member: archived }, 'archived'],
  ['a mention, in an archived room', { event: toBob, member: archived }, 'push as mention'],
  ['an answer, in an archived room', { event: answer, member: archived }, 'push as reply'],
  [
    'a mention, in an archived room for nothing',
    { event: toBob, member: who({ archived: true, notify: 'none' }) },
    'roomPreference',
  ],

  ['a message to who wants mentions', { preferences: overallMentions }, 'personalPreference'],
  ['a direct message to who wants mentions', { event: direct, preferences: overallMentions }, 'push as message'],
  ['a mention to who wants mentions', { event: toBob, preferences: overallMentions }, 'push as mention'],
  ['a reaction to who wants mentions', { event: told('reaction'), preferences: overallMentions }, 'personalPreference'],
  [
    'an invitation to who wants mentions',
    { event: told('invite'), member: null, preferences: overallMentions },
    'push as invite',
  ],
  ['a mention to who wants nothing', { event: toBob, preferences: overallNone }, 'personalPreference'],
  ['a direct message to who wants nothing', { event: direct, preferences: overallNone }, 'personalPreference'],
  [
    'an invitation to who wants nothing',
    { event: told('invite'), member: null, preferences: overallNone },
    'personalPreference',
  ],
  ['a message, everything wanted but in this room', { member: none, preferences: prefer({}) }, 'roomPreference'],

  ['a member who may not speak still hears', { member: muted }, 'push as message'],

  ['a device in use', { presence: 'active' }, 'active'],
  ['a mention to a device in use', { event: toBob, presence: 'active' }, 'active'],
  ['a device that is connected but silent', { presence: 'idle' }, 'push as message'],

  [
    'quiet until later',
    { preferences: prefer({ doNotDisturb: { until: new Date('2026-03-02T12:00:01Z') } }) },
    'doNotDisturb',
  ],
  [
    'a mention, quiet until later',
    { event: toBob, preferences: prefer({ doNotDisturb: { until: new Date('2026-03-03') } }) },
    'doNotDisturb',
  ],
  ['quiet until now', { preferences: prefer({ doNotDisturb: { until: now } }) }, 'push as message'],
  ['at noon, quiet at night', { preferences: prefer({ doNotDisturb: night }) }, 'push as message'],
  [
    'at midnight, quiet at night',
    { preferences: prefer({ doNotDisturb: night }), now: new Date('2026-03-02T00:00:00Z') },
    'doNotDisturb',
  ],
];

test.each(rows)('%s', (_name, asked, decision) => {
  const { push, reason } = decidePush({ ...question, ...asked });
  expect(push ? `push as ${reason}` : reason).toBe(decision);
});

test('a device is in use while it is connected and was heard of lately', () => {
  const at = { now, inactivityThresholdMs: 60_000 };
  const before = (ms: number) => new Date(now.getTime() - ms);
  expect(presenceOf(null, at)).toBe('away');
  expect(presenceOf({ endedAt: before(10), lastSeenAt: before(10) }, at)).toBe('away');
  expect(presenceOf({ endedAt: null, lastSeenAt: before(59_999) }, at)).toBe('active');
  expect(presenceOf({ endedAt: null, lastSeenAt: before(60_000) }, at)).toBe('idle');
});
