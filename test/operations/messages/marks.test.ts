import { expect, test } from 'vitest';
import {
  messageOperations as message,
  notificationOperations as notification,
} from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { onEachStage } from './suite.js';
import { expectRefused } from './stage.js';
import type { Stage } from './stage.js';

async function say(stage: Stage, userId: string, roomId: string, contents: readonly string[]) {
  const sent = [];
  for (const content of contents) sent.push(await stage.call(message.send, userId, { roomId, content }));
  return sent;
}

onEachStage('marks', (stage) => {
  test('reading many messages keeps one range per mark, and every message has its receipt', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob', 'cyd']);
    const sent = await say(stage(), 'ada', roomId, ['1', '2', '3', '4']);
    const [first, second, , last] = sent;
    await stage().call(message.ack, 'bob', { messageIds: [second?.id ?? ''] });
    const { marks } = await stage().call(message.read, 'bob', { messageIds: sent.map(({ id }) => id) });
    expect(marks).toEqual([{ roomId, deliveredSeq: last?.seq, readSeq: last?.seq }]);
    const ranges = await stage().kernel.store.read(({ db }) =>
      db.chatReceipt.findMany({ where: { roomId }, orderBy: { toSeq: 'asc' } }),
    );
    expect(ranges.map(({ kind, fromSeq, toSeq }) => `${kind} ${fromSeq}-${toSeq}`).sort()).toEqual([
      'delivered 1-3',
      'delivered 4-5',
      'read 1-5',
    ]);
    for (const { id: messageId } of [first, last].flatMap((found) => found ?? [])) {
      const { items } = await stage().call(message.receipts, 'ada', { messageId });
      expect(items).toEqual([
        { userId: 'bob', deliveredAt: expect.any(Date), readAt: expect.any(Date) },
        { userId: 'cyd', deliveredAt: null, readAt: null },
      ]);
    }
  });

  test('receipts come in pages', async () => {
    const others = ['bob', 'cyd', 'dan', 'eve', 'fay'];
    const { id: roomId } = await stage().room('group', ['ada', ...others]);
    const [sent] = await say(stage(), 'ada', roomId, ['1']);
    const messageId = sent?.id ?? '';
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof message.receipts.run>> = await stage().call(message.receipts, 'ada', {
        messageId,
        limit: 2,
        cursor,
      });
      seen.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(others);
    await expectRefused(stage().call(message.receipts, 'ada', { messageId, cursor: 'nonsense' }), 'VALIDATION');
  });

  test('marks move forward only, are clamped to the head, and one bad id moves nothing', async () => {
    const [one, two] = [await stage().room('group', ['ada', 'bob']), await stage().room('group', ['ada'])];
    const [first, second] = await say(stage(), 'ada', one.id, ['1', '2']);
    const [foreign] = await say(stage(), 'ada', two.id, ['x']);
    const messageIds = [second?.id ?? '', foreign?.id ?? ''];
    await expectRefused(stage().call(message.read, 'bob', { messageIds }), 'NOT_FOUND');
    expect((await stage().call(room.get, 'bob', { roomId: one.id })).me).toMatchObject({ readSeq: 0, deliveredSeq: 0 });
    const far = await stage().call(message.read, 'bob', { roomId: one.id, seq: 9_999_999_999 });
    expect(far.marks).toMatchObject([{ readSeq: second?.seq }]);
    expect(await stage().call(message.read, 'bob', { roomId: one.id, seq: first?.seq ?? 0 })).toEqual(far);
    await expectRefused(stage().call(message.read, 'bob', { roomId: one.id } as never), 'VALIDATION');
  });

  test('reading rooms in opposite orders at once moves every mark', async () => {
    const rooms = [
      await stage().room('group', ['ada', 'bob', 'cyd']),
      await stage().room('group', ['ada', 'bob', 'cyd']),
    ];
    const sent = await Promise.all(
      rooms.map(async ({ id }) => (await say(stage(), 'ada', id, ['1', '2', '3'])).map((found) => found.id)),
    );
    const [one = [], two = []] = sent;
    const orders = [0, 1, 2].flatMap((index) => [
      { userId: 'bob', messageIds: [one[index] ?? '', two[index] ?? ''] },
      { userId: 'cyd', messageIds: [two[index] ?? '', one[index] ?? ''] },
    ]);
    await Promise.all(orders.map(({ userId, messageIds }) => stage().call(message.read, userId, { messageIds })));
    for (const { id: roomId } of rooms) {
      for (const userId of ['bob', 'cyd']) {
        expect((await stage().call(room.get, userId, { roomId })).me).toMatchObject({ readSeq: 4, deliveredSeq: 4 });
      }
    }
  });

  test('a message removed or deleted since can still be acknowledged', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const [sent] = await say(stage(), 'ada', roomId, ['1']);
    await stage().call(message.delete, 'ada', { messageIds: [sent?.id ?? ''] });
    const { marks } = await stage().call(message.ack, 'bob', { messageIds: [sent?.id ?? ''] });
    expect(marks).toMatchObject([{ deliveredSeq: sent?.seq }]);
  });

  test('reading is told to the room, delivery to the senders and one’s own devices', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob', 'cyd']);
    const [sent] = await say(stage(), 'cyd', roomId, ['1']);
    const told = () => stage().announced.filter(({ event }) => event.roomId === roomId);
    await stage().call(message.ack, 'bob', { roomId, seq: sent?.seq ?? 0 });
    expect(told()).toMatchObject([
      {
        to: { userIds: ['bob', 'cyd'] },
        event: { type: 'receipt.delivered', data: { userId: 'bob', seq: sent?.seq } },
      },
    ]);
    stage().clock.advance(1_000);
    await stage().call(message.read, 'bob', { roomId, seq: sent?.seq ?? 0 });
    await stage().call(message.read, 'bob', { roomId, seq: sent?.seq ?? 0 });
    stage().clock.advance(1_000);
    expect(told().slice(1)).toMatchObject([
      { to: { roomId }, event: { type: 'receipt.read', data: { userId: 'bob', seq: sent?.seq } } },
    ]);
  });

  test('nothing is told of what a host transaction took back', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const [sent] = await say(stage(), 'ada', roomId, ['1']);
    const failing = stage().kernel.store.transaction(async ({ store: within }) => {
      await stage().call(message.read, 'bob', { roomId, seq: sent?.seq ?? 0 }, within);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(stage().announced.filter(({ event }) => event.roomId === roomId)).toEqual([]);
    expect(await stage().call(notification.unread, 'bob', {})).toMatchObject({
      rooms: expect.arrayContaining([{ roomId, unread: 1, mentions: 0 }]),
    });
  });
});

onEachStage('counting', (stage) => {
  test('unread, mentions and pending equal what a reader would count', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'zoe']);
    const other = await stage().room('group', ['ada', 'zoe']);
    await say(stage(), 'ada', roomId, ['plain']);
    await stage().call(message.send, 'ada', { roomId, content: 'named', mentions: ['zoe'] });
    await stage().call(message.send, 'ada', { roomId, content: 'all', mentions: ['@room', 'zoe'] });
    await stage().call(message.send, null, { roomId, content: 'from the system' });
    await say(stage(), 'zoe', roomId, ['my own']);
    await stage().call(room.update, 'ada', { roomId, name: 'renamed' });
    expect(await stage().call(notification.unread, 'zoe', {})).toEqual({
      total: 3,
      mentions: 2,
      rooms: [{ roomId, unread: 3, mentions: 2 }],
    });
    stage().clock.advance(1_000);
    const [newest] = await say(stage(), 'ada', other.id, ['newest']);
    const { rooms } = await stage().call(notification.pending, 'zoe', {});
    expect(rooms).toMatchObject([
      { roomId: other.id, unread: 1, mentions: 0, lastMessage: { id: newest?.id, reactions: [] } },
      { roomId, unread: 3, mentions: 2, lastMessage: { content: 'my own' } },
    ]);
    await stage().call(message.ack, 'zoe', { roomId, seq: 3 });
    expect((await stage().call(notification.pending, 'zoe', {})).rooms[1]).toMatchObject({
      roomId,
      unread: 1,
      mentions: 1,
    });
    expect(await stage().call(notification.unread, 'zoe', {})).toMatchObject({ total: 4, mentions: 2 });
    await stage().call(message.read, 'zoe', { roomId, seq: 3 });
    const list = await stage().call(room.list, 'zoe', {});
    expect(list.items.map(({ id, unread, mentions }) => ({ id, unread, mentions }))).toEqual([
      { id: other.id, unread: 1, mentions: 0 },
      { id: roomId, unread: 1, mentions: 1 },
    ]);
    await stage().call(message.read, 'zoe', { roomId, seq: 1_000 });
    expect(await stage().call(notification.unread, 'zoe', {})).toMatchObject({
      total: 1,
      rooms: [{ roomId: other.id }],
    });
  });

  test('what was said before joining, or in a room that is left or deleted, does not count', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    await say(stage(), 'ada', roomId, ['before', 'joining']);
    await stage().call(room.addMembers, 'ada', { roomId, userIds: ['yan'] });
    expect(await stage().call(notification.unread, 'yan', {})).toMatchObject({ total: 0 });
    await say(stage(), 'ada', roomId, ['after']);
    expect(await stage().call(notification.unread, 'yan', {})).toMatchObject({ total: 1 });
    await stage().call(room.leave, 'yan', { roomId });
    expect(await stage().call(notification.unread, 'yan', {})).toMatchObject({ total: 0 });
    await stage().call(room.addMembers, 'ada', { roomId, userIds: ['yan'] });
    await say(stage(), 'ada', roomId, ['again']);
    expect(await stage().call(notification.unread, 'yan', {})).toMatchObject({ total: 1 });
    await stage().call(room.delete, 'ada', { roomId });
    expect(await stage().call(notification.unread, 'yan', {})).toMatchObject({ total: 0 });
    expect(await stage().call(notification.pending, 'yan', {})).toEqual({ rooms: [] });
  });

  test('notifications are acknowledged by the one they are for', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const sent = await stage().call(message.send, 'ada', { roomId, content: 'hey', mentions: ['bob'] });
    const kept = () =>
      stage().kernel.store.read(({ db }) => db.chatNotification.findMany({ where: { messageId: sent.id } }));
    const ids = (await kept()).map(({ id }) => id);
    expect(ids).toHaveLength(1);
    await stage().call(notification.ack, 'eve', { ids });
    expect(await kept()).toMatchObject([{ ackedAt: null }]);
    await stage().call(notification.ack, 'bob', { ids: [...ids, '0190a000-0000-7000-8000-000000000000'] });
    expect(await kept()).toMatchObject([{ userId: 'bob', ackedAt: expect.any(Date) }]);
  });
});
