import type { ProcedureName, RoomAction } from '@confab/shared';
import type { Actor, MatrixChat, RoomName, World } from './world.js';

type Me = ReturnType<MatrixChat['as']>;

/** How somebody tries a procedure on something. */
export interface Call {
  /** What it is done to, where the rule depends on that. */
  readonly object?: string;
  /** Any one of these has to allow it; left out: it is about the caller's own things. */
  readonly actions?: readonly RoomAction[];
  /** Where more than the table decides: the code expected of it, or `undefined` for what the table says. */
  readonly expected?: (actor: Actor, room: RoomName) => string | undefined;
  readonly isSender?: boolean;
  /** Whoever may not do it does not know of it either. */
  readonly isHidden?: true;
  readonly work: (me: Me, on: World, actor: Actor) => Promise<unknown>;
}

const emoji = '👍';
const upload = { name: 'plan.pdf', mime: 'application/pdf', size: 1_000 };
const soon = (): Date => new Date(Date.now() + 3_600_000);

const guarded = (action: RoomAction, work: Call['work'], object?: string): Call => ({
  actions: [action],
  work,
  ...(object === undefined ? {} : { object }),
});
const own = (work: Call['work'], expected?: Call['expected'], object?: string): Call => ({
  work,
  ...(expected === undefined ? {} : { expected }),
  ...(object === undefined ? {} : { object }),
});
/** There are no invites to direct rooms, and one that was made for somebody is nobody else's. */
const strangersOnly: Call['expected'] = (actor, room) =>
  room !== 'direct' && actor === 'stranger' ? undefined : 'NOT_FOUND';
/** What goes by whose message it is. */
const byAuthor = (actions: readonly RoomAction[], work: (me: Me, messageId: string) => Promise<unknown>) => [
  { object: 'own', actions, isSender: true, work: (me: Me, on: World, actor: Actor) => work(me, on.own(actor)) },
  { object: 'another’s', actions, work: (me: Me, { theirs }: World) => work(me, theirs) },
];

/** Every procedure there is, tried so that it succeeds for whoever may. */
export const calls: Readonly<Record<ProcedureName, readonly Call[]>> = {
  'room.create': [own((me) => me.room.create({ kind: 'group', name: 'Mine' }))],
  'room.get': [guarded('room.get', (me, { roomId }) => me.room.get({ roomId }))],
  'room.list': [own((me) => me.room.list({}))],
  'room.update': [
    guarded('room.update', (me, { roomId }) => me.room.update({ roomId, preferences: { theme: 'sea' } })),
  ],
  'room.delete': [guarded('room.delete', (me, { roomId }) => me.room.delete({ roomId }))],
  'room.join': [guarded('room.join', (me, { roomId }) => me.room.join({ roomId }))],
  'room.leave': [guarded('room.leave', (me, { roomId }) => me.room.leave({ roomId }))],
  'room.members': [guarded('room.members', (me, { roomId }) => me.room.members({ roomId }))],
  'room.addMembers': [
    guarded('room.addMembers', (me, { roomId }) => me.room.addMembers({ roomId, userIds: ['somebody'] })),
  ],
  'room.removeMembers': [
    guarded('room.removeMembers', (me, { roomId, target }) => me.room.removeMembers({ roomId, userIds: [target] })),
  ],
  'room.setRole': [
    guarded(
      'room.setRole',
      (me, { roomId, target }) => me.room.setRole({ roomId, userIds: [target], role: 'admin' }),
      'a member',
    ),
  ],
  'room.grant': [
    guarded(
      'room.grant',
      (me, { roomId, target }) => me.room.grant({ roomId, userIds: [target], permissions: ['message.pin'] }),
      'a member',
    ),
  ],
  'room.revoke': [
    guarded(
      'room.revoke',
      (me, { roomId, target }) => me.room.revoke({ roomId, userIds: [target], permissions: ['message.pin'] }),
      'a member',
    ),
  ],
  'room.updateMember': [
    guarded('room.updateMember', (me, { roomId }) => me.room.updateMember({ roomId, custom: { a: 1 } }), 'oneself'),
    guarded(
      'room.updateOthers',
      (me, { roomId, target }) => me.room.updateMember({ roomId, userId: target, custom: { a: 1 } }),
      'a member',
    ),
  ],
  'room.discover': [own((me) => me.room.discover({}))],
  'room.setPreferences': [
    guarded('room.setPreferences', (me, { roomId }) => me.room.setPreferences({ roomId, pinned: true })),
  ],
  'room.transferOwnership': [
    guarded('room.transferOwnership', (me, { roomId, target }) =>
      me.room.transferOwnership({ roomId, userId: target }),
    ),
  ],
  'room.ban': [guarded('room.ban', (me, { roomId, target }) => me.room.ban({ roomId, userId: target }), 'a member')],
  'room.unban': [guarded('room.unban', (me, { roomId }) => me.room.unban({ roomId, userId: 'banned' }))],
  'room.bans': [guarded('room.bans', (me, { roomId }) => me.room.bans({ roomId }))],
  'room.mute': [guarded('room.mute', (me, { roomId, target }) => me.room.mute({ roomId, userId: target }), 'a member')],
  'room.unmute': [
    guarded('room.unmute', (me, { roomId, target }) => me.room.unmute({ roomId, userId: target }), 'a member'),
  ],
  'room.joinRequests': [guarded('room.joinRequests', (me, { roomId }) => me.room.joinRequests({ roomId }))],
  'room.answerJoinRequest': [
    guarded('room.answerJoinRequest', (me, { roomId, applicant }) =>
      me.room.answerJoinRequest({ roomId, userId: applicant, accept: true }),
    ),
  ],
  'room.createInvite': [guarded('room.createInvite', (me, { roomId }) => me.room.createInvite({ roomId }))],
  'room.revokeInvite': [
    guarded('room.revokeInvite', (me, { roomId, invite }) => me.room.revokeInvite({ roomId, id: invite.id })),
  ],
  'room.acceptInvite': [
    own(
      (me, { invite: { token } }) => me.room.acceptInvite({ token }),
      // There are no invites to direct rooms, and whoever has a token knows of the room.
      (actor, room) => (room === 'direct' ? 'NOT_FOUND' : actor === 'banned' ? 'PERMISSION_DENIED' : undefined),
    ),
    own((me, { invitationId: id }) => me.room.acceptInvite({ id }), strangersOnly, 'for the stranger'),
  ],
  'room.declineInvite': [own((me, { invitationId: id }) => me.room.declineInvite({ id }), strangersOnly)],
  'room.invites': [guarded('room.invites', (me, { roomId }) => me.room.invites({ roomId }))],
  'message.send': [guarded('message.send', (me, { roomId }) => me.message.send({ roomId, content: 'hello' }))],
  'message.edit': byAuthor(['message.edit'], (me, messageId) => me.message.edit({ messageId, content: 'changed' })),
  'message.delete': byAuthor(['message.delete', 'message.moderate'], (me, messageId) =>
    me.message.delete({ messageIds: [messageId] }),
  ),
  'message.react': [guarded('message.react', (me, { theirs: messageId }) => me.message.react({ messageId, emoji }))],
  'message.unreact': [
    guarded('message.unreact', (me, { theirs: messageId }) => me.message.unreact({ messageId, emoji })),
  ],
  'message.ack': [guarded('message.ack', (me, { roomId, seq }) => me.message.ack({ roomId, seq }))],
  'message.read': [guarded('message.read', (me, { roomId, seq }) => me.message.read({ roomId, seq }))],
  'message.list': [guarded('message.list', (me, { roomId }) => me.message.list({ roomId }))],
  'message.get': [guarded('message.get', (me, { theirs: messageId }) => me.message.get({ messageId }))],
  'message.receipts': [guarded('message.receipts', (me, { theirs: messageId }) => me.message.receipts({ messageId }))],
  'message.typing': [guarded('message.typing', (me, { roomId }) => me.message.typing({ roomId, typing: true }))],
  'message.versions': [guarded('message.versions', (me, { theirs: messageId }) => me.message.versions({ messageId }))],
  'message.forward': [
    guarded('message.get', async (me, { theirs: messageId }) => {
      const { id } = await me.room.create({ kind: 'group', name: 'Mine' });
      return me.message.forward({ messageId, roomIds: [id] });
    }),
  ],
  'message.pin': [guarded('message.pin', (me, { theirs: messageId }) => me.message.pin({ messageId }))],
  'message.unpin': [guarded('message.unpin', (me, { theirs: messageId }) => me.message.unpin({ messageId }))],
  'message.pins': [guarded('message.pins', (me, { roomId }) => me.message.pins({ roomId }))],
  'message.search': [
    own((me) => me.message.search({ query: 'theirs' })),
    guarded('message.list', (me, { roomId }) => me.message.search({ query: 'theirs', roomId }), 'one room'),
  ],
  'message.schedule': [
    guarded('message.schedule', (me, { roomId }) => me.message.schedule({ roomId, content: 'later', sendAt: soon() })),
  ],
  'message.unschedule': [
    {
      ...own(
        (me, { theirs }) => me.message.unschedule({ id: theirs }),
        () => 'NOT_FOUND',
      ),
      object: 'another’s',
    },
  ],
  'message.scheduled': [own((me) => me.message.scheduled({}))],
  'thread.list': [
    own((me) => me.thread.list({})),
    guarded('message.list', (me, { roomId }) => me.thread.list({ roomId }), 'one room'),
  ],
  'thread.read': [guarded('thread.read', (me, { theirs: threadId, seq }) => me.thread.read({ threadId, seq }))],
  'thread.follow': [guarded('thread.follow', (me, { theirs: threadId }) => me.thread.follow({ threadId }))],
  'thread.unfollow': [guarded('thread.unfollow', (me, { theirs: threadId }) => me.thread.unfollow({ threadId }))],
  'draft.get': [guarded('draft.get', (me, { roomId }) => me.draft.get({ roomId }))],
  'draft.set': [guarded('draft.set', (me, { roomId }) => me.draft.set({ roomId, content: 'begun' }))],
  'draft.clear': [guarded('draft.clear', (me, { roomId }) => me.draft.clear({ roomId }))],
  'draft.list': [own((me) => me.draft.list({}))],
  'report.create': [
    guarded('report.create', (me, { theirs: messageId }) => me.report.create({ messageId, reason: 'rude' })),
  ],
  'report.list': [guarded('report.list', (me, { roomId }) => me.report.list({ roomId }))],
  'report.resolve': [
    {
      ...guarded('report.resolve', (me, { reportId }) => me.report.resolve({ reportId, action: 'dismiss' })),
      isHidden: true,
    },
  ],
  'upload.sign': [
    own((me) => me.upload.sign(upload)),
    guarded('message.send', (me, { roomId }) => me.upload.sign({ ...upload, roomId }), 'for a room'),
  ],
  'push.subscribe': [own((me) => me.push.subscribe({ registration: 'a device' }))],
  'push.unsubscribe': [own((me) => me.push.unsubscribe({ registration: 'a device' }))],
  'notification.preferences': [own((me) => me.notification.preferences({}))],
  'notification.setPreferences': [own((me) => me.notification.setPreferences({ notify: 'mentions' }))],
  'session.list': [own((me) => me.session.list({}))],
  'session.revoke': [
    own(
      (me) => me.session.revoke({ sessionId: 'another' }),
      () => 'NOT_FOUND',
    ),
  ],
  'session.heartbeat': [own((me) => me.session.heartbeat({}))],
  'notification.pending': [own((me) => me.notification.pending({}))],
  'notification.unread': [own((me) => me.notification.unread({}))],
  'notification.ack': [own((me, { theirs }) => me.notification.ack({ ids: [theirs] }))],
  'notification.list': [own((me) => me.notification.list({}))],
  'user.block': [own((me, { target }) => me.user.block({ userId: target }))],
  'user.unblock': [own((me, { target }) => me.user.unblock({ userId: target }))],
  'user.blocked': [own((me) => me.user.blocked({}))],
  'user.me': [own((me) => me.user.me({}))],
  'user.invites': [own((me) => me.user.invites({}))],
  'presence.get': [own((me, { target }) => me.presence.get({ userIds: [target] }))],
  sync: [
    own((me) => me.sync({})),
    guarded('message.list', (me, { roomId }) => me.sync({ roomId, afterSeq: 0 }), 'one room'),
  ],
  events: [own(async (me) => first(await me.events({})))],
};

async function first(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const event of stream) return event;
  throw new Error('the stream ended before it began');
}
