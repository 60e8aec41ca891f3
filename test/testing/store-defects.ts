import { createHash } from 'node:crypto';
import type { LoggedEvent } from '@confab/shared';
import type { LogStore } from '../../server/events/log.js';
import type { ChatStore, PlainSend } from '../../server/store/port.js';
import type { RoomRow } from '../../server/store/rows.js';
import type { WriteTx } from '../../server/store/transaction.js';

type Methods = ChatStore['methods'];

/** What is wrong with a store, and which of the tests has to notice. */
export interface StoreDefect {
  readonly what: string;
  readonly caughtBy: string;
  readonly spoil: (store: ChatStore) => ChatStore;
}

/** A store whose transactions are changed. */
function withTx(store: ChatStore, change: (tx: WriteTx) => Partial<WriteTx>): ChatStore {
  return { ...store, write: (work) => store.write((tx) => work({ ...tx, ...change(tx) })) };
}

/** A store some of whose methods are others. */
function withMethods(store: ChatStore, change: (methods: Methods) => Partial<Methods>): ChatStore {
  return { ...store, methods: { ...store.methods, ...change(store.methods) } };
}

/** A store that shows rooms as they were when a transaction was asked for, and numbers from there. */
function readsBeforeTheLock(store: ChatStore): ChatStore {
  const known = new Set<string>();
  const look = async (): Promise<Map<string, RoomRow>> => {
    const found = [...known].map((roomId) => store.read((tx) => store.methods.findRoom(tx, { roomId })));
    return new Map((await Promise.all(found)).flatMap((room) => (room === null ? [] : [[room.id, room]])));
  };
  return {
    ...store,
    async write(work) {
      const rooms = await look();
      return store.write((tx) =>
        work({
          ...tx,
          insertRoom(room) {
            known.add(room.id);
            return tx.insertRoom(room);
          },
          async lock(roomIds) {
            const locked = await tx.lock(roomIds);
            return new Map([...locked].map(([roomId, row]) => [roomId, rooms.get(roomId) ?? row]));
          },
          append(event) {
            const seq = tx.append(event);
            const room = rooms.get(event.roomId);
            if (room === undefined) return seq;
            rooms.set(event.roomId, { ...room, lastSeq: room.lastSeq + 1 });
            return room.lastSeq + 1;
          },
        }),
      );
    },
  };
}

/** A store whose log is read in another way. Which log it is, is known once the store is open. */
function withLog(store: ChatStore, change: Partial<Omit<LogStore, 'identity'>>): ChatStore {
  const { heads, read, snapshot, slices, render } = store.log;
  const log: LogStore = {
    ...{ heads, read, snapshot, slices, render, ...change },
    get identity() {
      return store.log.identity;
    },
  };
  return { ...store, log };
}

/** Sends again what was not sent, the way it would be. */
function insists(
  store: ChatStore,
  outcome: 'fenced' | 'duplicate',
  again: (send: PlainSend) => Promise<PlainSend>,
): ChatStore {
  return {
    ...store,
    async sendPlain(send) {
      const result = await store.sendPlain(send);
      return result.outcome === outcome ? store.sendPlain(await again(send)) : result;
    },
  };
}

export const storeDefects: readonly StoreDefect[] = [
  {
    what: 'takes numbers before the lock',
    caughtBy: 'number without a hole, whoever writes at once',
    spoil: readsBeforeTheLock,
  },
  {
    what: 'shows rooms as they were before the lock',
    caughtBy: 'hand out rooms as they are once they are locked, not as they were',
    spoil: readsBeforeTheLock,
  },
  {
    what: 'finds members in what was committed before the lock',
    caughtBy: 'let nobody act on a right that was taken away before the lock',
    spoil: (store) => {
      // As a cache would that nobody empties.
      const known = new Map<string, ReturnType<Methods['findMember']>>();
      return withMethods(store, (methods) => ({
        findMember(tx, input) {
          const key = JSON.stringify(input);
          const found = known.get(key) ?? methods.findMember(tx, input);
          known.set(key, found);
          return found;
        },
      }));
    },
  },
  {
    what: 'commits what it did before a failure',
    caughtBy: 'leave nothing of a failure, not even a number',
    spoil: (store) => ({
      ...store,
      async write(work) {
        const outcome = await store.write((tx) =>
          work(tx).then(
            (result) => ({ result }),
            (error: unknown) => ({ error }),
          ),
        );
        if ('error' in outcome) throw outcome.error;
        return outcome.result;
      },
    }),
  },
  {
    what: 'runs what is for after the commit at once',
    caughtBy: 'leave nothing of a failure, not even a number',
    spoil: (store) => withTx(store, () => ({ afterCommit: (task) => task() })),
  },
  {
    what: 'tells of a commit before it',
    caughtBy: 'tell of a commit after it, in log order, and then run what waits for it',
    spoil: (store) => {
      const listeners = new Set<Parameters<ChatStore['onCommit']>[0]>();
      return {
        ...withTx(store, (tx) => ({
          append(event) {
            const seq = tx.append(event);
            for (const listener of listeners) listener([{ ...event, seq, pos: 0, shard: 0 }]);
            return seq;
          },
        })),
        onCommit(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
    },
  },
  {
    what: 'lets a listener fail a commit',
    caughtBy: 'keep a listener or an afterthought that throws from looking like a failure',
    spoil: (store) => withTx(store, (tx) => ({ afterCommit: (task) => (task(), tx.afterCommit(task)) })),
  },
  {
    what: 'reads what is not committed',
    caughtBy: 'are not seen by anybody before they are committed',
    spoil: (store) => {
      let inside: WriteTx | undefined;
      return {
        ...store,
        read: (work) => (inside === undefined ? store.read(work) : work(inside)),
        write: (work) =>
          store.write(async (tx) => {
            inside = { ...tx, db: tx.db };
            // What is patched is only stored at the end, so the room is shown as it will be.
            const result = await work(tx).finally(() => (inside = undefined));
            return result;
          }),
        methods: {
          ...store.methods,
          findRoom: async (tx, input) => {
            const found = await store.methods.findRoom(tx, input);
            return inside !== undefined && found !== null ? inside.room(input.roomId) : found;
          },
        },
      };
    },
  },
  {
    what: 'lets the host’s transaction and the chat’s commit by themselves',
    caughtBy: 'takes everything back when it fails',
    spoil: (store) => ({ ...store, transaction: (work) => work({ tx: undefined, store }) }),
  },
  {
    what: 'ends the host’s transaction when one chat call fails',
    caughtBy: 'goes on after a chat call that failed, of which nothing is left',
    spoil: (store) => ({
      ...store,
      transaction: (work) =>
        store.transaction(({ tx, store: inner }) => {
          const write: ChatStore['write'] = (task) =>
            // Whatever was done stays done.
            inner.write((unit) => task(unit).catch((error: unknown) => ({ failed: error }))) as never;
          return work({ tx, store: { ...inner, write } });
        }),
    }),
  },
  {
    what: 'sends by rules that have changed',
    caughtBy: 'are fenced when the rules changed, when the room is deleted and when there is none',
    spoil: (store) =>
      insists(store, 'fenced', async (send) => {
        const { roomId } = send.message;
        const room = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        return { ...send, authzVersion: room?.authzVersion ?? 0 };
      }),
  },
  {
    what: 'doubles a message',
    caughtBy: 'answer "duplicate" for a taken client id, for ever, and burn no number',
    spoil: (store) =>
      insists(store, 'duplicate', (send) => {
        return Promise.resolve({ ...send, message: { ...send.message, clientId: null } });
      }),
  },
  {
    what: 'mixes up the order of what waits',
    caughtBy: 'keep their order, however many wait',
    spoil: (store) => ({
      ...store,
      async sendPlain(send) {
        if (Number(send.message.content) % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        return store.sendPlain(send);
      },
    }),
  },
  {
    what: 'reads past the position it was given',
    caughtBy: 'is read between two positions, in order, up to a limit',
    spoil: (store) =>
      withLog(store, { read: (shard, after, upto, limit) => store.log.read(shard, after, upto + 1, limit) }),
  },
  {
    what: 'replays from before the joining',
    caughtBy: 'gives slices of many rooms from a number on, each up to the limit, in the order of positions',
    spoil: (store) =>
      withLog(store, {
        slices(slices, limit) {
          const all = slices.map((slice) => ({ ...slice, fromSeq: 1 }));
          return store.log.slices(all, limit);
        },
      }),
  },
  {
    what: 'forgets those who left',
    caughtBy: 'shows who is in what, and past memberships and deleted rooms only where they changed since',
    spoil: (store) => withLog(store, { snapshot: (userId) => store.log.snapshot(userId) }),
  },
  {
    what: 'tells what was deleted',
    caughtBy: 'tells what is there today: a deleted message is a tombstone, also in what was logged before',
    spoil(store) {
      const told = new Map<string, LoggedEvent>();
      return withLog(store, {
        async render(rows) {
          const events = await store.log.render(rows);
          return events.map((event) => {
            const key = `${event.roomId} ${event.seq}`;
            const first = told.get(key) ?? event;
            told.set(key, first);
            return first;
          });
        },
      });
    },
  },
  {
    what: 'prunes without raising the floor',
    caughtBy: 'loses what is both old and beyond the last events, and says so by its floor',
    spoil: (store) =>
      withLog(store, { heads: async () => (await store.log.heads()).map((head) => ({ ...head, floorPos: 0 })) }),
  },
  {
    what: 'mutes a member and tells nobody',
    caughtBy: 'may be without a voice until a time, which fences and is told',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        muteMember: (tx, input) => methods.muteMember({ ...tx, append: () => 0 }, input),
      })),
  },
  {
    what: 'tells a room what one member wants of it',
    caughtBy: 'comes with wishes of one’s own, of which only one’s own devices are told',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        setPreferences(tx, input) {
          const append: WriteTx['append'] = (event) => tx.append({ ...event, roomId: input.roomId });
          return methods.setPreferences({ ...tx, append }, input);
        },
      })),
  },
  {
    what: 'bans for ever',
    caughtBy: 'hold for ever, or until their moment has come',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        findBans: (tx, input) => methods.findBans(tx, { ...input, now: new Date(0) }),
      })),
  },
  {
    what: 'never closes an invite that is used up',
    caughtBy: 'count their uses, and the last one closes them',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        useInvite: (tx, { invite, at }) => methods.useInvite(tx, { invite: { ...invite, maxUses: null }, at }),
      })),
  },
  {
    what: 'lists what can no longer be accepted',
    caughtBy: 'for one user are listed to them newest first, with what the room is, as long as they can be used',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        listInvitations: (tx, input) => methods.listInvitations(tx, { ...input, now: new Date(0) }),
      })),
  },
  {
    what: 'lets everybody find private channels',
    caughtBy: 'holds public channels, nothing private, no groups and nothing deleted',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        createRoom: (tx, input) => methods.createRoom(tx, { ...input, room: { ...input.room, visibility: 'public' } }),
      })),
  },
  {
    what: 'shows pinned messages to those they are hidden from',
    caughtBy: 'are shown to those who may see the message: not of before them, hidden or deleted',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        listPins: (tx, input) => methods.listPins(tx, { ...input, viewerId: 'nobody' }),
      })),
  },
  {
    what: 'shows a reported message to those it is too old for',
    caughtBy: 'show their message as it is today, and none from before the reader’s time',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        listReports: (tx, input) => methods.listReports(tx, { ...input, floorSeq: 0 }),
      })),
  },
  {
    what: 'tells how somebody wants to be disturbed, and forgets it',
    caughtBy: 'are kept as they were set last, each user’s own, and left out where none were',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        setNotificationPreferences: (tx, { userId, at }) =>
          methods.setNotificationPreferences(tx, { userId, at, preferences: { notify: 'all', doNotDisturb: null } }),
      })),
  },
  {
    what: 'finds messages for those they are hidden from',
    caughtBy:
      'find what the reader may see: of rooms they are in, from their floor on, not hidden, not deleted, as it reads now',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        searchMessages: (tx, input) => methods.searchMessages(tx, { ...input, viewerId: null }),
      })),
  },
  {
    what: 'shows a draft of an earlier membership',
    caughtBy: 'belong to one membership and are gone with it',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        findDraft: (tx, input) => methods.findDraft(tx, { ...input, joinSeq: 1 }),
      })),
  },
  {
    what: 'gives a scheduled message to everyone who asks',
    caughtBy: 'are claimed when they are due, by one, until it settles them or its time is over',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        claimScheduled: (tx, input) => methods.claimScheduled(tx, { ...input, until: new Date(0) }),
      })),
  },
  {
    what: 'takes what is said in threads for what is said in the room',
    caughtBy: 'are no part of their room: not of its history, its last message, its activity or what is unread in it',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        sendMessage(tx, input) {
          return methods.sendMessage(tx, { ...input, message: { ...input.message, threadId: null } });
        },
      })),
  },
  {
    what: 'follows a thread for ever',
    caughtBy: 'are followed until one wants to hear of them no more, which only one’s own devices are told',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        setThreadStanding(tx, input) {
          return methods.setThreadStanding(tx, { ...input, standing: { ...input.standing, following: true } });
        },
      })),
  },
  {
    what: 'lets the name of an erased user come back by itself',
    caughtBy: 'are nameless once erased, until the host or newer credentials say otherwise',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        saveProfiles: (tx, input) => methods.saveProfiles(tx, { ...input, source: 'host' }),
      })),
  },
  {
    what: 'leaves the client ids of what was erased',
    caughtBy: 'finds what they wrote, piece by piece, and leaves tombstones without client ids',
    spoil: (store) => withMethods(store, () => ({ eraseTraces: () => Promise.resolve() })),
  },
  {
    what: 'logs tombstones again when they grow old',
    caughtBy: 'are removed oldest first, so many at a time, and logged unless they were gone',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        async expireMessages(tx, input) {
          const ids = await methods.expireMessages(tx, input);
          const { roomId, at } = input;
          tx.append({ roomId, type: 'message.deleted', actorId: null, at, data: { messageIds: ids } });
          return ids;
        },
      })),
  },
  {
    what: 'lets two nodes work on one delivery',
    caughtBy: 'are taken by one at a time, those that wait longest first, and by another when the lease is over',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        async claimDeliveries(tx, input) {
          const claimed = await methods.claimDeliveries(tx, input);
          await tx.db.chatDelivery.updateMany({
            where: { id: { in: claimed.map(({ id }) => id) } },
            data: { nextAttemptAt: input.now },
          });
          return claimed;
        },
      })),
  },
  {
    what: 'loses where a consumer of the log has ended',
    caughtBy: 'go on where they ended, in the order of the log',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        moveConsumer: (tx, input) => methods.moveConsumer(tx, { ...input, pos: input.pos - 1 }),
      })),
  },
  {
    what: 'leaves a device to whoever had it before',
    caughtBy: 'go to whoever registers the device last, under another id',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        async subscribePush(tx, input) {
          const { registration } = input.subscription;
          const hash = createHash('sha256').update(registration).digest('hex');
          const known = await tx.db.chatPushSubscription.findUnique({ where: { registrationHash: hash } });
          return known === null ? methods.subscribePush(tx, input) : { id: known.id, outcome: 'unchanged' as const };
        },
      })),
  },
  {
    what: 'knows a block from one side only',
    caughtBy: 'stand between two whichever of them set it, and between no others',
    spoil: (store) =>
      withMethods(store, (methods) => ({
        async blocksAmong(tx, { userId, others }) {
          const { items } = await methods.listBlocks(tx, { userId, limit: 100, cursor: undefined });
          return new Set(items.map((block) => block.userId).filter((blockedId) => others.includes(blockedId)));
        },
      })),
  },
];
