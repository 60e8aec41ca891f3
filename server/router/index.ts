import { scheduledOperations } from '../operations/scheduled/index.js';
import { draftOperations } from '../operations/drafts/index.js';
import { messageOperations, notificationOperations } from '../operations/messages/index.js';
import { pushOperations } from '../operations/push/index.js';
import { reportOperations } from '../operations/reports/index.js';
import { roomOperations } from '../operations/rooms/index.js';
import { threadOperations } from '../operations/threads/index.js';
import { uploadOperations } from '../operations/uploads/index.js';
import { presenceOperations, sessionOperations, userOperations } from '../operations/users/index.js';
import { sync } from '../operations/sync.js';
import { eventsProcedure } from './events.js';
import { createKit } from './kit.js';
import type { Kit } from './kit.js';
import type { BaseOptions } from './base.js';
import { t } from '../trpc/instance.js';
import type { ReshapeRecord } from '../extend/types/reshape.js';
import type { PlainShape, Shape } from '../extend/types/shape.js';
import type { TRPCBuiltRouter, TRPCRouterRecord } from '@trpc/server';

function roomRouter(kit: Kit) {
  return t.router({
    create: kit.mutation(roomOperations.create),
    get: kit.query(roomOperations.get),
    list: kit.query(roomOperations.list),
    update: kit.mutation(roomOperations.update),
    delete: kit.mutation(roomOperations.delete),
    join: kit.mutation(roomOperations.join),
    leave: kit.mutation(roomOperations.leave),
    members: kit.query(roomOperations.members),
    addMembers: kit.mutation(roomOperations.addMembers),
    removeMembers: kit.mutation(roomOperations.removeMembers),
    setRole: kit.mutation(roomOperations.setRole),
    grant: kit.mutation(roomOperations.grant),
    revoke: kit.mutation(roomOperations.revoke),
    updateMember: kit.mutation(roomOperations.updateMember),
    transferOwnership: kit.mutation(roomOperations.transferOwnership),
    ban: kit.mutation(roomOperations.ban),
    unban: kit.mutation(roomOperations.unban),
    bans: kit.query(roomOperations.bans),
    mute: kit.mutation(roomOperations.mute),
    unmute: kit.mutation(roomOperations.unmute),
    joinRequests: kit.query(roomOperations.joinRequests),
    answerJoinRequest: kit.mutation(roomOperations.answerJoinRequest),
    createInvite: kit.mutation(roomOperations.createInvite),
    revokeInvite: kit.mutation(roomOperations.revokeInvite),
    acceptInvite: kit.mutation(roomOperations.acceptInvite),
    declineInvite: kit.mutation(roomOperations.declineInvite),
    invites: kit.query(roomOperations.invites),
    discover: kit.query(roomOperations.discover),
    setPreferences: kit.mutation(roomOperations.setPreferences),
  });
}

function messageRouter(kit: Kit) {
  return t.router({
    send: kit.mutation(messageOperations.send),
    edit: kit.mutation(messageOperations.edit),
    delete: kit.mutation(messageOperations.delete),
    react: kit.mutation(messageOperations.react),
    unreact: kit.mutation(messageOperations.unreact),
    ack: kit.mutation(messageOperations.ack),
    read: kit.mutation(messageOperations.read),
    list: kit.query(messageOperations.list),
    get: kit.query(messageOperations.get),
    receipts: kit.query(messageOperations.receipts),
    typing: kit.mutation(messageOperations.typing),
    versions: kit.query(messageOperations.versions),
    forward: kit.mutation(messageOperations.forward),
    pin: kit.mutation(messageOperations.pin),
    unpin: kit.mutation(messageOperations.unpin),
    pins: kit.query(messageOperations.pins),
    search: kit.query(messageOperations.search),
    schedule: kit.mutation(scheduledOperations.schedule),
    unschedule: kit.mutation(scheduledOperations.unschedule),
    scheduled: kit.query(scheduledOperations.scheduled),
  });
}

function threadRouter(kit: Kit) {
  return t.router({
    list: kit.query(threadOperations.list),
    read: kit.mutation(threadOperations.read),
    follow: kit.mutation(threadOperations.follow),
    unfollow: kit.mutation(threadOperations.unfollow),
  });
}

function reportRouter(kit: Kit) {
  return t.router({
    create: kit.mutation(reportOperations.create),
    list: kit.query(reportOperations.list),
    resolve: kit.mutation(reportOperations.resolve),
  });
}

function sessionRouter(kit: Kit) {
  return t.router({
    list: kit.query(sessionOperations.list),
    revoke: kit.mutation(sessionOperations.revoke),
    heartbeat: kit.mutation(sessionOperations.heartbeat),
  });
}

function notificationRouter(kit: Kit) {
  return t.router({
    pending: kit.query(notificationOperations.pending),
    unread: kit.query(notificationOperations.unread),
    list: kit.query(notificationOperations.list),
    ack: kit.mutation(notificationOperations.ack),
    preferences: kit.query(notificationOperations.preferences),
    setPreferences: kit.mutation(notificationOperations.setPreferences),
  });
}

function draftRouter(kit: Kit) {
  return t.router({
    get: kit.query(draftOperations.get),
    set: kit.mutation(draftOperations.set),
    clear: kit.mutation(draftOperations.clear),
    list: kit.query(draftOperations.list),
  });
}

function userRouter(kit: Kit) {
  return t.router({
    me: kit.query(userOperations.me),
    block: kit.mutation(userOperations.block),
    unblock: kit.mutation(userOperations.unblock),
    blocked: kit.query(userOperations.blocked),
    invites: kit.query(userOperations.invites),
  });
}

/** The core's part of the router of one chat. */
export function createCoreRouter(options: BaseOptions) {
  const kit = createKit(options);
  return t.router({
    room: roomRouter(kit),
    message: messageRouter(kit),
    thread: threadRouter(kit),
    report: reportRouter(kit),
    session: sessionRouter(kit),
    notification: notificationRouter(kit),
    draft: draftRouter(kit),
    user: userRouter(kit),
    upload: t.router({ sign: kit.mutation(uploadOperations.sign) }),
    presence: t.router({ get: kit.query(presenceOperations.get) }),
    push: t.router({
      subscribe: kit.mutation(pushOperations.subscribe),
      unsubscribe: kit.mutation(pushOperations.unsubscribe),
    }),
    events: eventsProcedure(kit),
    sync: kit.query(sync),
  });
}

/** The procedures without those that are omitted, named `namespace.procedure`. */
export function withoutOmitted(
  procedures: TRPCRouterRecord,
  omitted: ReadonlySet<string>,
  path = '',
): TRPCRouterRecord {
  const kept = Object.entries(procedures).flatMap(([key, value]) => {
    const name = path === '' ? key : `${path}.${key}`;
    if (omitted.has(name)) return [];
    return [[key, typeof value === 'object' ? withoutOmitted(value, omitted, name) : value] as const];
  });
  return Object.fromEntries(kept);
}

type WholeRecord = ReturnType<typeof createCoreRouter>['_def']['record'];

/** The procedures of the core that every chat has. */
export type CoreRecord = Omit<WholeRecord, 'upload'>;

/** `upload.sign`, where the host signs uploads. */
type UploadRecord<S extends Shape, Omitted extends string = never> = [S['signed']] extends [never]
  ? unknown
  : ReshapeRecord<Pick<WholeRecord, 'upload'>, S, Omitted>;

/** Server-side calls of the core's procedures. */
export type CoreCaller = CallerOf<CoreRecord>;

/** Server-side calls of these procedures. */
export type CallerOf<Procedures extends TRPCRouterRecord> = ReturnType<
  ReturnType<typeof t.createCallerFactory<Procedures>>
>;

type Root = (typeof t)['_config']['$types'];

/** The procedures of a chat of this shape. */
export type ChatRecord<S extends Shape = PlainShape> = ReshapeRecord<CoreRecord, S> & UploadRecord<S> & S['plugins'];

/** Server-side calls of every procedure, typed like the router. */
export type ChatCaller<S extends Shape = PlainShape> = CallerOf<ChatRecord<S>>;

/** The router of a chat of this shape, to nest under `chat` in a host's own. */
export type ChatRouter<S extends Shape = PlainShape> = TRPCBuiltRouter<
  Root,
  ReshapeRecord<CoreRecord, S, S['omitted']> & UploadRecord<S, S['omitted']> & S['plugins']
>;
