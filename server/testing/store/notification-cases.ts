import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertOrder, itemsOf } from './pages.js';

type Notification = Parameters<ChatStore['methods']['notify']>[1]['notifications'][number];

/** Aims something at a user. */
async function aim(
  store: ChatStore,
  roomId: string,
  userId: string,
  details: Partial<Notification> = {},
): Promise<Notification> {
  const notification = {
    ...{ id: randomUUID(), userId, kind: 'mention' as const, roomId, messageId: null },
    ...{ actorId: 'somebody', createdAt: at, ...details },
  };
  await inRoom(store, roomId, (tx) => store.methods.notify(tx, { notifications: [notification] }));
  return notification;
}

function notificationsOf(store: ChatStore, userId: string, limit = 9) {
  return itemsOf(limit, (page) => store.read((tx) => store.methods.listNotifications(tx, { userId, ...page })));
}

/** What the methods promise about what was aimed at somebody. */
export const notificationCases: SuiteGroup<StoreBench> = {
  name: 'notifications',
  cases: [
    {
      name: 'are listed to whom they are for, newest first, page by page',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const [roomId, another] = [await makeRoom(store, [ann, bob]), await makeRoom(store, [ann, bob])];
        const { id: messageId } = await say(store, roomId, ann);
        const oldest = await aim(store, roomId, bob, { kind: 'reply', messageId, actorId: ann, createdAt: later(1) });
        // Two at the same moment: a page may end between them.
        const alike = [
          await aim(store, roomId, bob, { createdAt: later(2) }),
          await aim(store, another, bob, { kind: 'added', createdAt: later(2) }),
        ];
        const newest = await aim(store, roomId, bob, { createdAt: later(3) });
        await aim(store, roomId, ann, { createdAt: later(4) });
        const items = await notificationsOf(store, bob, 2);
        assertOrder(
          items.map(({ id }) => id),
          [newest.id, alike.map(({ id }) => id), oldest.id],
        );
        const { id, kind, actorId, createdAt } = oldest;
        assert.deepEqual(items.at(-1), { id, kind, roomId, messageId, actorId, createdAt, ackedAt: null });
      },
    },
    {
      name: 'are seen when their own user says so, and the first time counts',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const [seen, unseen] = [await aim(store, roomId, bob), await aim(store, roomId, bob)];
        const other = await aim(store, roomId, ann);
        const ack = (ids: readonly string[], when: Date) =>
          store.write((tx) => store.methods.ackNotifications(tx, { userId: bob, ids, at: when }));
        await ack([seen.id, other.id, randomUUID()], later(1));
        await ack([seen.id], later(2));
        await ack([], later(3));
        const acked = async (userId: string) =>
          new Map((await notificationsOf(store, userId)).map(({ id, ackedAt }) => [id, ackedAt]));
        const expected = new Map([
          [seen.id, later(1)],
          [unseen.id, null],
        ]);
        assert.deepEqual(await acked(bob), expected);
        assert.deepEqual(await acked(ann), new Map([[other.id, null]]));
      },
    },
    {
      name: 'go with the message they are about',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const said = [await say(store, roomId, ann), await say(store, roomId, ann), await say(store, roomId, ann)];
        const [soft, hard, kept] = said.map(({ id }) => id) as [string, string, string];
        for (const messageId of [soft, hard, kept]) await aim(store, roomId, bob, { messageId });
        await inRoom(store, roomId, async (tx) => {
          const deletion = { roomId, actorId: ann, at };
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [soft], softDelete: true });
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [hard], softDelete: false });
        });
        const about = (await notificationsOf(store, bob)).map(({ messageId }) => messageId);
        assert.deepEqual(about, [kept]);
      },
    },
  ],
};
