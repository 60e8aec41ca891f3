import type { ChatEvent } from '@confab/shared';
import { reduce } from '../../client/store/reduce.js';
import type { ChatStore } from '../../server/store/port.js';
import type { StoreOverrides } from '../../server/store/methods-override.js';
import type { Reduce } from './device.js';

/** A promise taken out, to see that it is missed. */
export interface ModelDefect {
  readonly name: string;
  /** In the client. */
  readonly reduce?: Reduce;
  /** In what is stored and counted. */
  readonly override?: StoreOverrides;
  /** In what the node is told of commits. */
  readonly store?: (store: ChatStore) => ChatStore;
}

/** The reducer with something done to each event on its way in. */
function hearing(change: (event: ChatEvent) => ChatEvent): Reduce {
  return (state, inputs) =>
    reduce(
      state,
      inputs.map((input) => (input.kind === 'event' ? { ...input, event: change(input.event) } : input)),
    );
}

const unreadOfDeleted: ModelDefect = {
  name: 'unread counts that go on counting what was deleted',
  override: {
    unreadOf: (base) => async (tx, input) => {
      const { userId } = input;
      const counted = await base(tx, input);
      const deleted = await tx.db.chatMessage.findMany({
        where: { deletedAt: { not: null }, senderId: { not: userId } },
      });
      const rooms = await Promise.all(
        counted.rooms.map(async (room) => {
          const me = await tx.db.chatMember.findFirstOrThrow({ where: { roomId: room.roomId, userId } });
          const more = deleted.filter(
            ({ roomId, seq }) => roomId === room.roomId && seq > me.readSeq && seq > me.joinSeq,
          );
          return { ...room, unread: room.unread + more.length };
        }),
      );
      return { ...counted, rooms, total: rooms.reduce((sum, { unread }) => sum + unread, 0) };
    },
  },
};

const replacedReaction: ModelDefect = {
  name: 'a reducer that keeps the reaction that another one replaced',
  reduce: hearing((event) => {
    if (event.type !== 'message.reaction') return event;
    const { replaced: _replaced, ...data } = event.data;
    return { ...event, data };
  }),
};

const staleRoutes: ModelDefect = {
  name: 'a node that goes on telling a room to those who were removed from it',
  store: (store) => ({
    ...store,
    onCommit: (listener) =>
      store.onCommit((rows, events) => {
        const kept = rows.map((row) =>
          row.type === 'member.removed' ? { ...row, data: { ...row.data, userIds: [] } } : row,
        );
        listener(kept, events);
      }),
  }),
};

const unreadBeforeJoining: ModelDefect = {
  name: 'a mark that is lost when somebody comes back',
  override: {
    addMembers: (base) => async (tx, input) => {
      await base(tx, input);
      const { roomId, userIds } = input;
      await tx.db.chatMember.updateMany({ where: { roomId, userId: { in: [...userIds] } }, data: { readSeq: 0 } });
    },
  },
};

const forgottenNotice: ModelDefect = {
  name: 'people who are added and not told',
  override: {
    notify:
      (base) =>
      (tx, { notifications }) =>
        base(tx, { notifications: notifications.slice(1) }),
  },
};

const sentTwice: ModelDefect = {
  name: 'a scheduled message that is sent twice',
  override: {
    claimScheduled: (base) => async (tx, input) => {
      const claimed = await base(tx, input);
      return claimed.flatMap((row) => [row, { ...row, id: row.id.replace(/.$/u, 'z'), attempts: 1 }]);
    },
  },
};

const toldNotKept: ModelDefect = {
  name: 'a notification that is told and not kept',
  override: {
    notify: (base) => async (tx, input) => {
      await base(tx, input);
      const ids = input.notifications.map(({ id }) => id);
      await tx.db.chatNotification.deleteMany({ where: { id: { in: ids } } });
    },
  },
};

const keptOpen: ModelDefect = {
  name: 'a report that is dismissed and stays open',
  override: {
    resolveReports: (base) => (tx, input) => (input.action === 'dismiss' ? Promise.resolve() : base(tx, input)),
  },
};

export const modelDefects: readonly ModelDefect[] = [
  ...[unreadOfDeleted, replacedReaction, staleRoutes, unreadBeforeJoining, forgottenNotice],
  ...[sentTwice, toldNotKept, keptOpen],
];
