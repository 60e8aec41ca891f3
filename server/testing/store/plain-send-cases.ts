import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { LoggedEvent } from '@confab/shared';
import type { LogRow } from '../../events/log.js';
import { assertMatch, range } from '../suite/expectations.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later, makeRoom, plainSend, profile, say, touch } from './bench.js';
import type { StoreBench } from './bench.js';
import { assertGaplessRoom, eventsOf } from './log-book.js';

/** What `sendPlain` promises. */
export const plainSendCases: SuiteGroup<StoreBench> = {
  name: 'plain sends',
  cases: [
    {
      name: 'store a message, its event and where the room stands in one go',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const attachments = [
          { url: 'https://a.b/c', type: 'file', mime: 'text/plain', size: 1, caption: null, metadata: null },
        ] as const;
        const content = 'Zoë said "hi"\n😀';
        const send = plainSend(roomId, ann, {
          content,
          attachments,
          custom: { n: [1, null] },
          createdAt: later(1_500),
        });
        const result = await store.sendPlain(send);
        const { id } = send.message;
        const told = { id, roomId, seq: 2, kind: 'user', sender: profile(ann), content, attachments, deletedAt: null };
        const message = { ...told, custom: { n: [1, null] }, mentions: [], reactions: [], createdAt: later(1_500) };
        assertMatch(result, { outcome: 'sent', message }, 'the answer');
        assertMatch(
          await store.read((tx) => store.methods.findMessage(tx, { messageId: id })),
          { id, seq: 2, content, attachments, custom: { n: [1, null] }, bodyHash: 'hash', createdAt: later(1_500) },
          'the row',
        );
        assertMatch(
          (await eventsOf(store, roomId)).at(-1),
          { type: 'message.created', actorId: ann, seq: 2, data: { message } },
          'the event',
        );
        const room = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        assertMatch(room, { lastSeq: 2, lastActivityAt: later(1_500) }, 'the room');
        await store.sendPlain(plainSend(roomId, ann, { createdAt: at }));
        const after = await store.read((tx) => store.methods.findRoom(tx, { roomId }));
        assertMatch(after, { lastSeq: 3, lastActivityAt: later(1_500) }, 'activity must not go back: the room');
      },
    },
    {
      name: 'tell of rows with the very events these are rendered to',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        await store.write((tx) => store.methods.saveProfiles(tx, { profiles: [profile(ann)], at }));
        const rows: LogRow[] = [];
        const events: LoggedEvent[] = [];
        const stop = store.onCommit((told, rendered) => {
          rows.push(...told);
          events.push(...(rendered ?? []));
        });
        await store.sendPlain(plainSend(roomId, ann, { custom: { a: { b: 1 } } }));
        stop();
        assert.equal(rows.length, 1);
        if (events.length > 0) assert.deepEqual(await store.log.render(rows), events);
        const [row] = rows;
        assert.deepEqual(await store.log.read(row?.shard ?? 0, (row?.pos ?? 0) - 1, row?.pos ?? 0, 10), rows);
      },
    },
    {
      name: 'are fenced when the rules changed, when the room is deleted and when there is none',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const deleted = await makeRoom(store, [ann]);
        await store.write(async (tx) => {
          await tx.lock([roomId, deleted]);
          tx.fence(roomId);
          await store.methods.deleteRoom(tx, { roomId: deleted, actorId: ann, at });
        });
        for (const id of [roomId, deleted, randomUUID()]) {
          assert.deepEqual(await store.sendPlain(plainSend(id, ann)), { outcome: 'fenced' });
        }
        const again = await store.sendPlain(plainSend(roomId, ann, { authzVersion: 1 }));
        assertMatch(again, { outcome: 'sent', message: { seq: 2 } }, 'a send that was authorised again');
      },
    },
    {
      name: 'never land behind the change that fenced them',
      timeoutMs: 60_000,
      async run({ store, another, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const other = await another();
        const sending = range(1, 40).map(() => other.sendPlain(plainSend(roomId, ann)));
        const fencing = store.write(async (tx) => {
          await tx.lock([roomId]);
          await store.methods.updateRoom(tx, { roomId, patch: { locked: true }, actorId: null, at });
        });
        const outcomes = (await Promise.all(sending)).map(({ outcome }) => outcome);
        await fencing;
        const types = (await eventsOf(store, roomId)).map(({ type }) => type);
        const change = types.indexOf('room.updated');
        assert.deepEqual(types.slice(change + 1), [], 'a message authorised by the old rules came after the new ones');
        assert.equal(types.slice(0, change).length - 1, outcomes.filter((outcome) => outcome === 'sent').length);
      },
    },
    {
      name: 'answer "duplicate" for a taken client id, for ever, and burn no number',
      async run({ store, another, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const other = await another();
        const send = plainSend(roomId, ann);
        const copy = () => ({ ...send, message: { ...send.message, id: randomUUID() } });
        const [first, ...more] = await Promise.all([
          store.sendPlain(send),
          store.sendPlain(copy()),
          other.sendPlain(copy()),
          other.sendPlain(copy()),
        ]);
        const outcomes = [first, ...more].map(({ outcome }) => outcome).toSorted();
        assert.deepEqual(outcomes, ['duplicate', 'duplicate', 'duplicate', 'sent']);
        const version = await store.write(async (tx) => {
          await tx.lock([roomId]);
          const { clientId, senderId } = send.message;
          const sent = await store.methods.findSent(tx, { roomId, senderId, clientId: clientId ?? '' });
          const messageIds = [sent?.message.id ?? ''];
          await store.methods.deleteMessages(tx, { roomId, messageIds, actorId: ann, at, softDelete: false });
          return tx.room(roomId).authzVersion;
        });
        const late = { ...copy(), authzVersion: version };
        assert.deepEqual(await store.sendPlain(late), { outcome: 'duplicate' }, 'of a message whose row is gone');
        assert.equal(await touch(store, roomId), 4);
      },
    },
    {
      name: 'keep their order, however many wait',
      timeoutMs: 60_000,
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const results = await Promise.all(
          range(1, 200).map((nth) => store.sendPlain(plainSend(roomId, ann, { content: String(nth) }))),
        );
        const seqs = results.map((result) => (result.outcome === 'sent' ? result.message.seq : 0));
        assert.deepEqual(seqs, range(2, 201));
        assert.equal(await assertGaplessRoom(store, roomId), 201);
      },
    },
    {
      name: 'and ordinary ones number together',
      timeoutMs: 60_000,
      async run({ store, another, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const other = await another();
        await Promise.all(
          range(1, 30).flatMap(() => [store.sendPlain(plainSend(roomId, ann)), say(other, roomId, ann)]),
        );
        assert.equal(await assertGaplessRoom(store, roomId), 61);
      },
    },
    {
      name: 'fail alone when one of them can not be stored',
      async run({ store, user }) {
        const ann = user('ann');
        const roomId = await makeRoom(store, [ann]);
        const broken = plainSend(roomId, ann, { senderId: null as never, clientId: null });
        const results = await Promise.allSettled([
          store.sendPlain(plainSend(roomId, ann)),
          store.sendPlain(broken),
          store.sendPlain(plainSend(roomId, ann)),
        ]);
        assert.deepEqual(
          results.map(({ status }) => status),
          ['fulfilled', 'rejected', 'fulfilled'],
        );
        assert.equal(await assertGaplessRoom(store, roomId), 3);
      },
    },
  ],
};
