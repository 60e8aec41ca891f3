import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ReportState } from '@confab/shared';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, inRoom, later, makeRoom, profile, say } from './bench.js';
import type { StoreBench } from './bench.js';
import { rowsOf } from './log-book.js';
import { assertOrder, itemsOf } from './pages.js';

interface Filing {
  readonly roomId: string;
  readonly messageId: string;
  readonly reporterId: string;
}

function file(store: ChatStore, filing: Filing, createdAt = at) {
  const report = { id: randomUUID(), ...filing, reason: 'soup', createdAt };
  return inRoom(store, filing.roomId, (tx) => store.methods.createReport(tx, { report }));
}

function reportsOf(
  store: ChatStore,
  roomId: string | undefined,
  state: ReportState | undefined,
  { limit = 9, viewerId = 'nobody', floorSeq = 0 } = {},
) {
  const who = { roomId, state, viewerId, floorSeq };
  return itemsOf(limit, (page) => store.read((tx) => store.methods.listReports(tx, { ...who, ...page })));
}

/** A room with a message of bob's. */
async function scene({ store, user }: StoreBench) {
  const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
  const roomId = await makeRoom(store, [ann, bob, cy]);
  const { id: messageId } = await say(store, roomId, bob, { content: 'soup' });
  return { ann, bob, cy, roomId, messageId };
}

/** What the methods about reports promise. */
export const reportCases: SuiteGroup<StoreBench> = {
  name: 'reports',
  cases: [
    {
      name: 'of a message are kept once per person, and told to nobody',
      async run(bench) {
        const { store } = bench;
        const { ann, cy, roomId, messageId } = await scene(bench);
        const before = (await rowsOf(store, roomId)).length;
        const first = await file(store, { roomId, messageId, reporterId: cy });
        assert.deepEqual(await file(store, { roomId, messageId, reporterId: cy }, later(1)), {
          id: first.id,
          isNew: false,
        });
        const other = await file(store, { roomId, messageId, reporterId: ann }, later(2));
        assert.deepEqual([first.isNew, other.isNew], [true, true]);
        const [newest, oldest, ...more] = await reportsOf(store, roomId, undefined);
        assert.deepEqual(more, []);
        assert.equal(newest?.id, other.id);
        const { message, ...plain } = oldest ?? {};
        assert.deepEqual(plain, {
          ...{ id: first.id, roomId, messageId, reporterId: cy, reporter: profile(cy), reason: 'soup' },
          ...{ createdAt: at, resolvedAt: null, resolvedBy: null, action: null },
        });
        assert.equal(message?.content, 'soup');
        assert.equal((await rowsOf(store, roomId)).length, before, 'a report was logged');
        const found = await store.read((tx) => store.methods.findReport(tx, { reportId: first.id }));
        assert.equal(found?.reporterId, cy);
        const rows = found === null ? [] : [found];
        const shown = await store.read((tx) => store.methods.presentReports(tx, { rows, viewerId: ann, floorSeq: 0 }));
        assert.deepEqual(shown, [oldest]);
        assert.equal(await store.read((tx) => store.methods.findReport(tx, { reportId: randomUUID() })), null);
      },
    },
    {
      name: 'are listed by room and state, newest first, page by page',
      async run(bench) {
        const { store, user } = bench;
        const { roomId, messageId } = await scene(bench);
        const { roomId: otherId, messageId: itsId, cy: reporterId } = await scene(bench);
        const elsewhere = await file(store, { roomId: otherId, messageId: itsId, reporterId }, later(9));
        const ids: string[] = [];
        for (const [index, ms] of [1, 2, 2, 3].entries()) {
          ids.push((await file(store, { roomId, messageId, reporterId: user(`r${index}`) }, later(ms))).id);
        }
        const [one = '', two = '', three = '', four = ''] = ids;
        const idsOf = async (...asked: Parameters<typeof reportsOf>) => (await reportsOf(...asked)).map(({ id }) => id);
        assertOrder(await idsOf(store, roomId, 'open', { limit: 2 }), [four, [two, three], one]);
        const everywhere = await idsOf(store, undefined, undefined, { limit: 100 });
        assert.ok(everywhere.indexOf(elsewhere.id) < everywhere.indexOf(four), 'not over all rooms, newest first');
        assert.deepEqual(await idsOf(store, roomId, 'resolved'), []);
        assert.deepEqual(await idsOf(store, otherId, 'open'), [elsewhere.id]);
      },
    },
    {
      name: 'of one message end together, once, and those of others stay open',
      async run(bench) {
        const { store } = bench;
        const { ann, bob, cy, roomId, messageId } = await scene(bench);
        const { id: another } = await say(store, roomId, bob, { content: 'more' });
        await file(store, { roomId, messageId, reporterId: cy });
        const resolve = (action: 'dismiss' | 'mute', resolvedBy: string | null, when: Date) =>
          inRoom(store, roomId, (tx) => store.methods.resolveReports(tx, { messageId, action, resolvedBy, at: when }));
        await resolve('dismiss', null, later(1));
        await file(store, { roomId, messageId, reporterId: ann });
        await file(store, { roomId, messageId: another, reporterId: ann });
        await resolve('mute', ann, later(2));
        const done = await reportsOf(store, roomId, 'resolved');
        const facts = done.map(({ reporterId, action, resolvedBy, resolvedAt }) => [
          ...[reporterId, action, resolvedBy, resolvedAt],
        ]);
        assert.deepEqual(
          facts.toSorted((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1)),
          [
            [cy, 'dismiss', null, later(1)],
            [ann, 'mute', ann, later(2)],
          ],
        );
        assert.deepEqual(
          (await reportsOf(store, roomId, 'open')).map((report) => report.messageId),
          [another],
        );
      },
    },
    {
      name: 'show their message as it is today, and none from before the reader’s time',
      async run(bench) {
        const { store } = bench;
        const { bob, cy, roomId, messageId } = await scene(bench);
        const { id: gone, seq } = await say(store, roomId, bob, { content: 'gone' });
        const { id: removed } = await say(store, roomId, bob, { content: 'removed' });
        for (const id of [messageId, gone, removed]) await file(store, { roomId, messageId: id, reporterId: cy });
        await inRoom(store, roomId, async (tx) => {
          const deletion = { roomId, actorId: bob, at: later(1) };
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [gone], softDelete: true });
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [removed], softDelete: false });
        });
        const shown = async (floorSeq: number) => {
          const reports = await reportsOf(store, roomId, undefined, { viewerId: cy, floorSeq });
          return new Map(reports.map((report) => [report.messageId, report.message]));
        };
        const all = await shown(0);
        assert.equal(all.get(messageId)?.content, 'soup');
        for (const id of [gone, removed]) {
          assert.equal(all.get(id)?.content, null);
          assert.notEqual(all.get(id)?.deletedAt ?? null, null, 'a deleted message is no tombstone');
        }
        const since = await shown(seq);
        assert.equal(since.get(messageId), null, 'a message from before the reader’s time is shown');
        assert.equal(since.get(gone)?.id, gone);
      },
    },
    {
      name: 'about somebody’s messages are found to be erased, whatever became of the messages',
      async run(bench) {
        const { store } = bench;
        const { ann, bob, cy, roomId, messageId } = await scene(bench);
        const { id: removed } = await say(store, roomId, bob);
        const { id: other } = await say(store, roomId, ann);
        for (const id of [messageId, other, removed]) await file(store, { roomId, messageId: id, reporterId: cy });
        await inRoom(store, roomId, async (tx) => {
          const deletion = { roomId, actorId: bob, at: later(1) };
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [messageId], softDelete: true });
          await store.methods.deleteMessages(tx, { ...deletion, messageIds: [removed], softDelete: false });
        });
        let count = 0;
        for (let id: string | null = ''; id !== null;) {
          const afterId: string = id;
          const piece = { roomId, userId: bob, afterId, limit: 2 };
          const step = await inRoom(store, roomId, (tx) => store.methods.eraseReportsAbout(tx, piece));
          count += step.count;
          id = step.nextId;
        }
        assert.equal(count, 2);
        const left = await reportsOf(store, roomId, undefined);
        assert.deepEqual(
          left.map((report) => report.messageId),
          [other],
        );
      },
    },
  ],
};
