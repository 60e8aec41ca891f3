import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ChatError } from '@confab/shared';
import { personalRoom } from '../../events/log.js';
import type { LogRow } from '../../events/log.js';
import { assertMatch, range, rejection } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, newRoom, sayLocked, touch, update } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertGaplessRoom, followLog, rowsOf } from './log-book.js';

/** What `write` promises. */
export const transactionCases: SuiteGroup<StoreBench> = {
  name: 'transactions',
  cases: [
    {
      name: 'count what is appended and patched in at once, and store it when they end',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        await store.write(async (tx) => {
          const locked = await tx.lock([roomId, randomUUID()]);
          assert.deepEqual([...locked.keys()], [roomId]);
          assert.deepEqual([tx.append(update(roomId)), tx.append(update(roomId))], [2, 3]);
          tx.patch(roomId, { name: 'New', custom: { b: [2] } });
          tx.fence(roomId);
          const expected = { lastSeq: 3, name: 'New', authzVersion: 1 };
          assertMatch(tx.room(roomId), expected, 'the room inside');
          assertMatch((await tx.lock([roomId])).get(roomId), expected, 'the room locked again');
        });
        const room = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        assertMatch(room, { lastSeq: 3, name: 'New', custom: { b: [2] }, authzVersion: 1 }, 'the room afterwards');
        assert.equal((await rowsOf(store, roomId)).at(-1)?.pos, room?.lastPos);
      },
    },
    {
      name: 'keep rows as they were given',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const data = { messageIds: ['one', 'two'], emoji: '🎉', pinned: true, own: { a: [1, 'zoë'] } };
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          tx.append({ roomId, type: 'message.deleted', actorId: user('ann'), at: later(5), data });
        });
        const row = (await rowsOf(store, roomId)).at(-1);
        const expected = { roomId, seq: 2, type: 'message.deleted', actorId: user('ann'), at: later(5), data };
        assertMatch(row, expected, 'the row');
        assert.deepEqual(row?.data, data);
      },
    },
    {
      name: 'number without a hole, whoever writes at once',
      timeoutMs: 120_000,
      async run({ store, another, user }) {
        const stores = [store, await another()];
        const ann = user('ann');
        const rooms = await Promise.all([makeRoom(store, [ann]), makeRoom(store, [ann]), makeRoom(store, [ann])]);
        const tail = followLog(store);
        const writes = range(0, 59).map((nth) =>
          touch(stores[nth % 2] ?? store, rooms[nth % rooms.length] ?? '').then((seq) => ({ nth, seq })),
        );
        const given = await Promise.all(writes);
        await tail.stop();
        for (const [index, roomId] of rooms.entries()) {
          const own = given.filter(({ nth }) => nth % rooms.length === index).map(({ seq }) => seq);
          assert.deepEqual(
            own.toSorted((a, b) => a - b),
            range(2, 21),
            'a number was given twice or not at all',
          );
          assert.equal(await assertGaplessRoom(store, roomId), 21);
        }
      },
    },
    {
      name: 'hand out rooms as they are once they are locked, not as they were',
      async run({ store, another, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const stores = [store, await another()];
        const raise = (nth: number): Promise<void> =>
          (stores[nth % 2] ?? store).write(async (tx) => {
            const before = (await tx.lock([roomId])).get(roomId)?.slowModeSeconds ?? 0;
            await new Promise((resolve) => setImmediate(resolve));
            tx.patch(roomId, { slowModeSeconds: before + 1 });
          });
        await Promise.all(range(1, 16).map(raise));
        const room = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        assert.equal(room?.slowModeSeconds, 16, 'a change was made to a room as it was before the lock');
      },
    },
    {
      name: 'let nobody act on a right that was taken away before the lock',
      async run({ store, another, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const other = await another();
        for (let round = 0; round < 6; round += 1) {
          const roomId = await makeRoom(store, [ann, bob]);
          const speak = (): Promise<void> =>
            other.write(async (tx) => {
              await tx.lock([roomId]);
              const me = await other.methods.findMember(tx, { roomId, userId: bob });
              if (me?.status === 'in') tx.append({ ...update(roomId), actorId: bob });
            });
          const end = (): Promise<void> =>
            store.write(async (tx) => {
              await tx.lock([roomId]);
              const leaving = { roomId, userIds: [bob], reason: 'removed', actorId: ann, at } as const;
              await store.methods.removeMembers(tx, leaving);
            });
          await Promise.all([speak(), speak(), end(), speak(), speak()]);
          const rows = await rowsOf(store, roomId);
          const last = rows.findIndex(({ type }) => type === 'member.removed');
          assert.deepEqual(
            rows.slice(last).filter(({ actorId }) => actorId === bob),
            [],
            'someone acted after their removal',
          );
        }
      },
    },
    {
      name: 'leave nothing of a failure, not even a number',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        const heard: LogRow[] = [];
        const stop = store.onCommit((rows) => heard.push(...rows.filter((row) => row.roomId === roomId)));
        let ran = 0;
        const error = await rejection(
          store.write(async (tx) => {
            await tx.lock([roomId]);
            tx.patch(roomId, { name: 'never' });
            tx.fence(roomId);
            tx.append(update(roomId));
            await sayLocked(store, tx, roomId, ann);
            await store.methods.removeMembers(tx, { roomId, userIds: [bob], reason: 'left', actorId: bob, at });
            tx.afterCommit(() => (ran += 1));
            throw new ChatError('CONFLICT', 'as the suite makes it');
          }),
          'a failing transaction',
        );
        assertMatch(error, { code: 'CONFLICT', message: 'as the suite makes it' }, 'the error');
        assert.equal(ran, 0, 'what was to run after the commit ran without one');
        assert.equal(await touch(store, roomId), 2, 'a number was burnt');
        stop();
        assert.deepEqual(
          heard.map(({ seq }) => seq),
          [2],
          'listeners heard of what was never committed',
        );
        const room = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        assertMatch(room, { name: 'Room', authzVersion: 0, memberCount: 2 }, 'the room');
        const members = await store.read((tx) => store.methods.findMembers(tx, { roomId, userIds: [bob] }));
        assertMatch(members.get(bob), { status: 'in', leftSeq: null }, 'the member');
      },
    },
    {
      name: 'tell of a commit after it, in log order, and then run what waits for it',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const order: string[] = [];
        const rows: LogRow[] = [];
        const stop = store.onCommit((told) => {
          order.push('told');
          rows.push(...told);
        });
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          tx.afterCommit(() => order.push('after'));
          tx.append(update(roomId));
          tx.append(update(roomId));
          await store.methods.findMember(tx, { roomId, userId: ann });
          order.push('inside');
        });
        stop();
        assert.deepEqual(order, ['inside', 'told', 'after']);
        const stored = (await rowsOf(store, roomId)).slice(-2);
        assert.deepEqual(rows, stored, 'listeners get other rows than the log has');
        await touch(store, roomId);
        assert.equal(rows.length, 2, 'a listener that was taken off still hears');
      },
    },
    {
      name: 'keep a listener or an afterthought that throws from looking like a failure',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const stop = store.onCommit(() => {
          throw new Error('A listener that throws, as the suite makes it.');
        });
        const seq = await store.write(async (tx) => {
          await tx.lock([roomId]);
          tx.afterCommit(() => {
            throw new Error('An afterthought that throws, as the suite makes it.');
          });
          return tx.append(update(roomId));
        });
        stop();
        assert.equal(seq, 2);
        assert.equal(await assertGaplessRoom(store, roomId), 2);
      },
    },
    {
      name: 'mark those who left with the number and the position of the event that says so',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          const data = { userIds: [bob], reason: 'banned' } as const;
          assert.equal(tx.appendRemoval({ roomId, type: 'member.removed', actorId: ann, at, data }), 2);
        });
        const row = (await rowsOf(store, roomId)).at(-1);
        const members = await store.read((tx) => store.methods.findMembers(tx, { roomId, userIds: [ann, bob] }));
        assertMatch(members.get(ann), { status: 'in', leftSeq: null, leftPos: null }, 'who stayed');
        const left = { status: 'out', leftSeq: 2, leftPos: row?.pos, leftReason: 'banned' };
        assertMatch(members.get(bob), left, 'who left');
      },
    },
    {
      name: 'make the log of a user once, however many first events come at once',
      async run({ store, another, user }) {
        const ann = user('ann');
        const stores = [store, await another()];
        const append = (nth: number): Promise<number> =>
          (stores[nth % 2] ?? store).write(async (tx) => {
            const room = (await tx.lockPersonal([ann])).get(ann);
            assertMatch(room, { id: personalRoom(ann), kind: 'user' }, 'the room of a user');
            return tx.append({ ...update(personalRoom(ann)), type: 'message.hidden', actorId: ann });
          });
        const seqs = await Promise.all(range(1, 6).map(append));
        assert.deepEqual(seqs.toSorted(), range(1, 6));
        const { personalPos } = await store.log.snapshot(ann);
        assert.equal((await rowsOf(store, personalRoom(ann))).at(-1)?.pos, personalPos);
      },
    },
    {
      name: 'are done again when someone else took their unique key meanwhile',
      async run({ store, another, user }) {
        const stores = [store, await another()];
        const directKey = JSON.stringify([user('ann'), user('bob')]);
        const findOrMake = (nth: number): Promise<string> =>
          (stores[nth % 2] ?? store).write(async (tx) => {
            const found = await store.methods.findDirectRoom(tx, { directKey });
            if (found !== null) return found.id;
            const room = newRoom(null, { kind: 'direct', name: null, directKey });
            return (await tx.insertRoom({ ...room, memberCount: 0 })).id;
          });
        const ids = await Promise.all(range(1, 4).map(findOrMake));
        assert.equal(new Set(ids).size, 1, 'two rooms were made for one key');
      },
    },
    {
      name: 'that cross in their rooms all come through',
      timeoutMs: 60_000,
      async run({ store, another, user }) {
        const ann = user('ann');
        const [one, two] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const stores = [store, await another()];
        const cross = (nth: number): Promise<void> =>
          (stores[nth % 2] ?? store).write(async (tx) => {
            for (const roomId of nth % 2 === 0 ? [one, two] : [two, one]) {
              await tx.lock([roomId]);
              tx.append(update(roomId));
            }
          });
        await Promise.all(range(1, 8).map(cross));
        assert.equal(await assertGaplessRoom(store, one), 9);
        assert.equal(await assertGaplessRoom(store, two), 9);
      },
    },
    {
      name: 'are not seen by anybody before they are committed',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        const look = () => store.read((tx) => store.methods.findRoom(tx, { roomId }));
        await store.write(async (tx) => {
          await tx.lock([roomId]);
          await store.methods.updateRoom(tx, { roomId, patch: { name: 'Inside' }, actorId: null, at });
          assertMatch(await look(), { name: 'Room', lastSeq: 1 }, 'the room from outside');
        });
        assertMatch(await look(), { name: 'Inside', lastSeq: 2 }, 'the room afterwards');
      },
    },
  ],
};
