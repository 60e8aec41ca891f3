import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { PushAsk } from '../../store/deliveries/index.js';
import type { ChatStore } from '../../store/port.js';
import { assertMatch } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, remove, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';
import { personalRoom } from '../../events/log.js';
import { subscribe } from './subscription-cases.js';

function subscribed(store: ChatStore, userId: string, sessionId: string | null = null) {
  return subscribe(store, userId, { registration: `"${randomUUID()}"`, sessionId });
}

async function subjectsOf(store: ChatStore, ...logs: readonly string[]) {
  const rows = (await Promise.all(logs.map((roomId) => rowsOf(store, roomId)))).flat();
  return store.read((tx) => store.methods.pushSubjects(tx, { rows }));
}

function candidates(store: ChatStore, rooms: Readonly<Record<string, number>>, userIds: readonly string[], limit = 9) {
  const given = Object.entries(rooms).map(([id, memberCount]) => ({ id, memberCount }));
  return store.read((tx) => store.methods.pushCandidates(tx, { rooms: given, userIds, limit }));
}

/** What the methods about what a decision to push depends on promise. */
export const pushCases: SuiteGroup<StoreBench> = {
  name: 'the facts of pushes',
  cases: [
    {
      name: 'say what an event is about, as it is now',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const first = await say(store, roomId, ann, { mentions: [bob] });
        const second = await say(store, roomId, bob, { replyToId: first.id });
        const notification = {
          ...{ id: randomUUID(), userId: bob, kind: 'reaction' as const, roomId, messageId: second.id },
          ...{ actorId: ann, createdAt: at },
        };
        await inRoom(store, roomId, (tx) => store.methods.notify(tx, { notifications: [notification] }));
        const [one, two, told, ...others] = await subjectsOf(store, roomId, personalRoom(bob));
        assert.deepEqual(others, []);
        const room = { id: roomId, kind: 'group', name: 'Room', memberCount: 2, deletedAt: null };
        const about = { id: first.id, senderId: ann, mentions: [bob], deletedAt: null };
        assertMatch(one, { room, message: about, answeredId: null, notification: null }, 'what was said first');
        assertMatch(two, { room, message: { id: second.id }, answeredId: ann, notification: null }, 'the answer');
        const { createdAt: _createdAt, roomId: _roomId, ...rest } = notification;
        assertMatch(told, { room, message: { id: second.id }, notification: rest }, 'the notification');
        const messages = await store.read((tx) =>
          store.methods.pushedMessages(tx, { rows: one?.message ? [one.message] : [] }),
        );
        assertMatch(messages.get(first.id), { id: first.id, content: 'hello', senderId: ann, reactions: [] }, 'it');
      },
    },
    {
      name: 'find the devices of current members of rooms, and of single users',
      async run({ store, user }) {
        const [ann, bob, cy, dee] = [user('ann'), user('bob'), user('cy'), user('dee')];
        const [here, there] = [await makeRoom(store, [ann, bob, cy]), await makeRoom(store, [ann])];
        const hers = [await subscribed(store, ann, 's1'), await subscribed(store, ann)].map(({ id }) => id);
        const [his, theirs] = [await subscribed(store, bob), await subscribed(store, dee)];
        await subscribed(store, cy);
        await remove(store, here, cy);
        // Whichever there are fewer of, members or subscriptions, the same are found.
        for (const memberCount of [2, 1_000_000]) {
          const found = await candidates(store, { [here]: memberCount, [there]: memberCount }, [dee]);
          const expected = [
            ...hers.flatMap((id) => [`${id} ${here}`, `${id} ${there}`]),
            ...[`${his.id} ${here}`, `${theirs.id} null`],
          ];
          assert.deepEqual(found.map(({ id, roomId }) => `${id} ${roomId}`).toSorted(), expected.toSorted());
          assertMatch(
            found.find(({ id }) => id === hers[0]),
            { userId: ann, sessionId: 's1' },
            'the device',
          );
        }
        assert.equal((await candidates(store, { [here]: 2, [there]: 1 }, [], 3)).length, 3);
        assert.deepEqual(await candidates(store, {}, []), []);
      },
    },
    {
      name: 'go through the devices of a large room piece by piece',
      async run({ store, user }) {
        const users = ['ann', 'bob', 'cy', 'dee', 'eve'].map((name) => user(name));
        const roomId = await makeRoom(store, users);
        const ids: string[] = [];
        for (const userId of users) ids.push((await subscribed(store, userId)).id);
        await subscribed(store, user('stranger'));
        const found: string[] = [];
        for (let afterId: string | null = null; ; afterId = found.at(-1) ?? null) {
          const page = { roomId, afterId, limit: 2 };
          const piece = await store.read((tx) => store.methods.pushCandidatesAfter(tx, page));
          found.push(...piece.map(({ id }) => id));
          if (piece.length < 2) break;
        }
        assert.deepEqual(found, ids.toSorted());
      },
    },
    {
      name: 'are known of the people concerned',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        const roomId = await makeRoom(store, [ann, bob, cy]);
        const message = await say(store, roomId, ann);
        const standing = { following: true, readSeq: 7 };
        const preferences = { notify: 'mentions', doNotDisturb: { until: later(9) } } as const;
        const ban = { userId: bob, until: later(100), reason: null, createdAt: at };
        await store.write((tx) =>
          store.methods.openSession(tx, { sessions: [{ userId: bob, id: 's1', userAgent: null, isOpen: true }], at }),
        );
        await store.write((tx) => store.methods.setNotificationPreferences(tx, { userId: bob, preferences, at }));
        await store.write((tx) => store.methods.blockUser(tx, { userId: bob, blockedId: ann, at }));
        await store.write((tx) => store.methods.banFromChat(tx, ban));
        await inRoom(store, roomId, (tx) =>
          store.methods.setThreadStanding(tx, { roomId, threadId: message.id, userId: bob, standing, at }),
        );
        const messages = [{ id: message.id, seq: message.seq }];
        await inRoom(store, roomId, (tx) => store.methods.hideMessages(tx, { roomId, userId: bob, messages, at }));

        const ask = { roomId, messageId: message.id, threadId: message.id, actorId: ann };
        const [his, hers]: readonly PushAsk[] = [
          { ...ask, userId: bob, sessionId: 's1' },
          { ...ask, userId: cy, sessionId: 's1' },
        ];
        if (his === undefined || hers === undefined) throw new Error('there are two');
        const look = (now: Date) => store.read((tx) => store.methods.pushPeople(tx, { asks: [his, hers], now }));
        const people = await look(at);
        assertMatch(people.member(his), { userId: bob, status: 'in', readSeq: 0, notify: 'all' }, 'his row');
        assertMatch(people.member(hers), { userId: cy, status: 'in' }, 'her row');
        assertMatch(people.thread(his), standing, 'his standing');
        assertMatch(people.session(his), { endedAt: null, lastSeenAt: at }, 'his session');
        assertMatch(people.preferences(his), preferences, 'his preferences');
        assert.deepEqual([people.isBlocking(his), people.isHidden(his), people.isBanned(his)], [true, true, true]);
        assert.deepEqual([people.thread(hers), people.session(hers), people.preferences(hers)], [null, null, null]);
        assert.deepEqual(
          [people.isBlocking(hers), people.isHidden(hers), people.isBanned(hers)],
          [false, false, false],
        );
        assert.equal((await look(later(100))).isBanned(his), false, 'a ban that has ended still holds');
        await remove(store, roomId, bob);
        assertMatch((await look(at)).member(his), { status: 'out' }, 'the row of who left');
      },
    },
  ],
};
