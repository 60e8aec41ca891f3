import { messageOperations, notificationOperations } from '../operations/messages/index.js';
import { roomOperations } from '../operations/rooms/index.js';
import { presenceOperations, sessionOperations } from '../operations/users/index.js';
import { sync } from '../operations/sync.js';
import { eventsProcedure } from './events.js';
import { createKit } from './kit.js';
import type { Kit, KitOptions } from './kit.js';
import { t } from './trpc.js';

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
    ack: kit.mutation(notificationOperations.ack),
  });
}

/** The router of one chat, to nest under `chat` in a host's own. */
export function createRouter(options: KitOptions) {
  const kit = createKit(options);
  return t.router({
    room: roomRouter(kit),
    message: messageRouter(kit),
    session: sessionRouter(kit),
    notification: notificationRouter(kit),
    presence: t.router({ get: kit.query(presenceOperations.get) }),
    events: eventsProcedure(kit),
    sync: kit.query(sync),
  });
}

export type ChatRouter = ReturnType<typeof createRouter>;
