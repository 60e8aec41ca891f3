import { expect, test } from 'vitest';
import type { z } from 'zod';
import { messageOperations as message } from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { onEachStage } from './suite.js';
import { expectRefused } from './stage.js';
import type { Stage } from './stage.js';

/** A room with twelve messages, `m0` to `m11`, and an event between each two. */
async function twelve(stage: Stage) {
  const { id: roomId } = await stage.room('group', ['ada', 'bob']);
  const ids: string[] = [];
  for (let index = 0; index < 12; index += 1) {
    const { id } = await stage.call(message.send, 'ada', { roomId, content: `m${index}` });
    await stage.call(message.react, 'bob', { messageId: id, emoji: '👍' });
    ids.push(id);
  }
  return { roomId, ids };
}

onEachStage('history', (stage) => {
  const contents = async (userId: string, input: z.input<ReturnType<typeof message.list.input>>) => {
    const page = await stage().call(message.list, userId, input);
    return { ...page, items: page.items.map(({ content }) => content) };
  };

  test('every place in it can be named by seq or id', async () => {
    const { roomId, ids } = await twelve(stage());
    const five = await stage().call(message.get, 'bob', { messageId: ids[5] ?? '' });
    expect(five.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect(await contents('bob', { roomId, limit: 3 })).toMatchObject({
      items: ['m9', 'm10', 'm11'],
      hasBefore: true,
      hasAfter: false,
    });
    for (const named of [five.id, five.seq]) {
      expect(await contents('bob', { roomId, limit: 3, before: named })).toMatchObject({
        items: ['m2', 'm3', 'm4'],
        hasBefore: true,
        hasAfter: true,
      });
      expect(await contents('bob', { roomId, limit: 3, after: named })).toMatchObject({
        items: ['m6', 'm7', 'm8'],
        hasBefore: true,
        hasAfter: true,
      });
      expect(await contents('bob', { roomId, limit: 3, around: named })).toMatchObject({
        items: ['m4', 'm5', 'm6'],
        hasBefore: true,
        hasAfter: true,
      });
      expect(await contents('bob', { roomId, limit: 1, around: named })).toMatchObject({ items: ['m5'] });
    }
    expect(await contents('bob', { roomId, limit: 100, before: five.seq })).toMatchObject({
      items: ['m0', 'm1', 'm2', 'm3', 'm4'],
      hasBefore: false,
      nextCursor: null,
    });
    expect(await contents('bob', { roomId, limit: 100, after: five.seq })).toMatchObject({
      hasAfter: false,
      hasBefore: true,
      nextCursor: null,
    });
    expect(await contents('bob', { roomId, limit: 5, around: ids[0] })).toMatchObject({
      items: ['m0', 'm1', 'm2', 'm3', 'm4'],
      hasBefore: false,
      hasAfter: true,
    });
    expect(await contents('bob', { roomId, limit: 5, around: ids[11] })).toMatchObject({
      items: ['m7', 'm8', 'm9', 'm10', 'm11'],
      hasBefore: true,
      hasAfter: false,
    });
    expect(await contents('bob', { roomId, before: 1 })).toMatchObject({ items: [], hasBefore: false, hasAfter: true });
    expect(await contents('bob', { roomId, after: Number.MAX_SAFE_INTEGER })).toMatchObject({
      items: [],
      hasBefore: true,
      hasAfter: false,
    });
  });

  test('cursors lead through all of it, as infinite queries send them', async () => {
    const { roomId } = await twelve(stage());
    const seen: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof contents>> = await contents('bob', {
        roomId,
        limit: 5,
        cursor,
        direction: 'forward',
      });
      seen.unshift(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `m${index}`));
    const first = await contents('bob', { roomId, limit: 5 });
    const second = await contents('bob', { roomId, limit: 5, cursor: first.nextCursor, direction: 'backward' });
    expect(second.items).toEqual(['m2', 'm3', 'm4', 'm5', 'm6']);
    const start = await contents('bob', { roomId, limit: 5, after: 0 });
    const next = await contents('bob', { roomId, limit: 5, cursor: start.nextCursor });
    expect([...start.items, ...next.items]).toEqual(seen.slice(0, 10));
  });

  test('places exclude each other, and what is not a place of this room is refused', async () => {
    const { roomId, ids } = await twelve(stage());
    const { id: other } = await stage().room('group', ['bob']);
    const foreign = await stage().call(message.send, 'bob', { roomId: other, content: 'x' });
    await expectRefused(contents('bob', { roomId, before: 1, after: 1 }), 'VALIDATION');
    await expectRefused(contents('bob', { roomId, before: ids[0], cursor: 'before:3' }), 'VALIDATION');
    await expectRefused(contents('bob', { roomId, before: 'x' }), 'VALIDATION');
    await expectRefused(contents('bob', { roomId, cursor: 'x' }), 'VALIDATION');
    for (const limit of [0, 101, 1.5]) await expectRefused(contents('bob', { roomId, limit }), 'VALIDATION');
    await expectRefused(contents('bob', { roomId, around: foreign.id }), 'NOT_FOUND');
    await expectRefused(contents('eve', { roomId }), 'NOT_FOUND');
  });

  test('where history begins with joining, nothing earlier shows', async () => {
    const { id: roomId } = await stage().room('group', ['ada'], { history: 'sinceJoin' });
    const before = await stage().call(message.send, 'ada', { roomId, content: 'before' });
    await stage().call(room.addMembers, 'ada', { roomId, userIds: ['bob'] });
    expect(await contents('bob', { roomId })).toMatchObject({ items: [], hasBefore: false });
    const list = await stage().call(room.list, 'bob', { limit: 1 });
    expect(list.items[0]).toMatchObject({ id: roomId, lastMessage: null });
    await stage().call(message.send, 'ada', { roomId, content: 'after' });
    expect(await contents('bob', { roomId, after: 0 })).toMatchObject({ items: ['after'], hasBefore: false });
    await expectRefused(contents('bob', { roomId, around: before.id }), 'NOT_FOUND');
    expect((await contents('ada', { roomId })).items).toEqual(['before', 'after']);
  });

  test('tombstones stay in it', async () => {
    const { roomId, ids } = await twelve(stage());
    await stage().call(message.delete, 'ada', { messageIds: [ids[11] ?? ''] });
    expect((await contents('bob', { roomId, limit: 2 })).items).toEqual(['m10', null]);
  });

  test('it takes the same number of statements for two messages as for twelve', async () => {
    const { roomId } = await twelve(stage());
    const { store } = stage().kernel;
    const counts: number[] = [];
    for (const limit of [2, 12]) {
      let statements = 0;
      await store.read(async (tx) => {
        const counted = (target: object): object =>
          new Proxy(target, {
            get(owner, key): unknown {
              const value: unknown = Reflect.get(owner, key);
              if (typeof value === 'function') {
                return (...values: unknown[]): unknown => {
                  statements += 1;
                  return Reflect.apply(value, owner, values);
                };
              }
              return typeof value === 'object' && value !== null ? counted(value) : value;
            },
          });
        const place = { kind: 'newest' } as const;
        const input = { roomId, viewerId: 'bob', floorSeq: 0, place, limit };
        await store.methods.listMessages({ ...tx, db: counted(tx.db) as typeof tx.db }, input);
      });
      counts.push(statements);
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeLessThanOrEqual(6);
  });
});
