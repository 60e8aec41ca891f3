import assert from 'node:assert/strict';
import { ChatError } from '@confab/shared';
import { assertMatch, range, rejection } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, makeRoom, plainSend, say, update } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertGaplessRoom } from './log-book.js';

/** What `transaction` promises: the host's writes and the chat's commit together. */
export const nestedCases: SuiteGroup<StoreBench> = {
  name: 'a transaction of the host',
  cases: [
    {
      name: 'commits several chat calls together and tells of them once',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const heard: number[][] = [];
        const order: string[] = [];
        const stop = store.onCommit((rows) => {
          heard.push(rows.map(({ seq }) => seq));
          order.push('told');
        });
        const result = await store.transaction(async ({ store: inner }) => {
          for (const nth of [1, 2]) {
            await inner.write(async (tx) => {
              await tx.lock([roomId]);
              tx.append(update(roomId));
              tx.afterCommit(() => order.push(`after ${nth}`));
            });
          }
          inner.afterCommit(() => order.push('after all'));
          assertMatch(
            await inner.read((tx) => inner.methods.findRoom(tx, { roomId })),
            { lastSeq: 3 },
            'the room as the transaction reads it',
          );
          const outside = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
          assertMatch(outside, { lastSeq: 1 }, 'the room as others read it');
          return 'the result';
        });
        stop();
        assert.equal(result, 'the result');
        assert.deepEqual(heard, [[2, 3]]);
        assert.deepEqual(order, ['told', 'after 1', 'after 2', 'after all']);
      },
    },
    {
      name: 'takes everything back when it fails',
      async run({ store, user }) {
        const roomId = await makeRoom(store, [user('ann')]);
        let ran = 0;
        const failing = store.transaction(async ({ store: inner }) => {
          inner.afterCommit(() => (ran += 1));
          await say(inner, roomId, user('ann'));
          throw new Error('the host');
        });
        assertMatch(await rejection(failing, 'the transaction'), { message: 'the host' }, 'the error');
        assert.equal(await assertGaplessRoom(store, roomId), 1);
        assert.equal(ran, 0, 'what was to run after the commit ran without one');
      },
    },
    {
      name: 'goes on after a chat call that failed, of which nothing is left',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await store.transaction(async ({ store: inner }) => {
          const failing = inner.write(async (tx) => {
            await tx.lock([roomId]);
            tx.patch(roomId, { name: 'never' });
            tx.append(update(roomId));
            await inner.methods.removeMembers(tx, { roomId, userIds: [bob], reason: 'left', actorId: bob, at });
            throw new ChatError('CONFLICT');
          });
          assertMatch(await rejection(failing, 'the call'), { code: 'CONFLICT' }, 'the error');
          await inner.write(async (tx) => {
            assertMatch((await tx.lock([roomId])).get(roomId), { lastSeq: 1, name: 'Room' }, 'the room');
            assert.equal(tx.append(update(roomId)), 2);
          });
        });
        assert.equal(await assertGaplessRoom(store, roomId), 2);
        const member = await store.read((tx) => store.methods.findMember(tx, { roomId, userId: bob }));
        assertMatch(member, { status: 'in' }, 'the member');
      },
    },
    {
      name: 'takes calls made at once one by one, and plain sends on the ordinary path only',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        await store.transaction(async ({ store: inner }) => {
          assert.deepEqual(await inner.sendPlain(plainSend(roomId, ann)), { outcome: 'fenced' });
          const append = (): Promise<number> =>
            inner.write(async (tx) => {
              await tx.lock([roomId]);
              return tx.append(update(roomId));
            });
          assert.deepEqual(await Promise.all([append(), append(), append()]), range(2, 4));
        });
        assert.equal(await assertGaplessRoom(store, roomId), 4);
      },
    },
    {
      name: 'knows someone who left and came back within it as a member',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        const roomId = await makeRoom(store, [ann, bob]);
        await store.transaction(async ({ store: inner }) => {
          await inner.write(async (tx) => {
            await tx.lock([roomId]);
            await inner.methods.removeMembers(tx, { roomId, userIds: [bob], reason: 'left', actorId: bob, at });
          });
          const gone = await inner.read((tx) => inner.methods.findMember(tx, { roomId, userId: bob }));
          assertMatch(gone, { status: 'out', leftSeq: 2 }, 'the member within');
          await inner.write(async (tx) => {
            await tx.lock([roomId]);
            await inner.methods.addMembers(tx, { roomId, userIds: [bob], actorId: ann, at });
          });
        });
        const member = await store.read((tx) => store.methods.findMember(tx, { roomId, userId: bob }));
        assertMatch(member, { status: 'in', joinSeq: 3, leftSeq: null, leftPos: null }, 'the member afterwards');
      },
    },
    {
      name: 'runs at once what waits for a commit outside of one',
      run({ store }) {
        let ran = false;
        store.afterCommit(() => (ran = true));
        assert.equal(ran, true);
        return Promise.resolve();
      },
    },
    {
      name: 'that crosses another one is done again as a whole',
      timeoutMs: 60_000,
      async run({ store, another, user }) {
        const ann = user('ann');
        const [one, two] = [await makeRoom(store, [ann]), await makeRoom(store, [ann])];
        const stores = [store, await another()];
        const cross = (nth: number): Promise<void> =>
          (stores[nth % 2] ?? store).transaction(async ({ store: inner }) => {
            for (const roomId of nth % 2 === 0 ? [one, two] : [two, one]) {
              await inner.write(async (tx) => {
                await tx.lock([roomId]);
                tx.append(update(roomId));
              });
            }
          });
        await Promise.all(range(1, 6).map(cross));
        assert.equal(await assertGaplessRoom(store, one), 7);
        assert.equal(await assertGaplessRoom(store, two), 7);
      },
    },
  ],
};
