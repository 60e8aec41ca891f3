import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

/** A group with messages `1` to `count`. */
async function talk(ada: Connection, others: readonly Connection[], count: number) {
  const { id: roomId } = await makeRoom('group', ada, others);
  const messages = [];
  for (const index of range(1, count)) {
    messages.push(await ada.api.message.send.mutate({ roomId, content: String(index) }));
  }
  return { roomId, messages };
}

const texts = (items: readonly { content: string | null }[]) => items.map(({ content }) => Number(content));

onEachDatabase('history', (suite) => {
  test('an empty room has an empty history', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    expect(await ada.api.message.list.query({ roomId })).toMatchObject({
      items: [],
      hasBefore: false,
      hasAfter: false,
    });
  });

  test('without more said it is the newest fifty, oldest first', async () => {
    const [ada] = await suite.users('ada');
    const { roomId } = await talk(ada, [], 55);
    const page = await ada.api.message.list.query({ roomId });
    expect(texts(page.items)).toEqual(range(6, 55));
    expect(page).toMatchObject({ hasBefore: true, hasAfter: false });
    const all = await ada.api.message.list.query({ roomId, limit: 100 });
    expect(texts(all.items)).toEqual(range(1, 55));
    expect(all).toMatchObject({ hasBefore: false, hasAfter: false });
  });

  test('before and after page through it by message or by seq, and leave the named one out', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { roomId, messages } = await talk(ada, [bob], 10);
    const named = messages[4];
    for (const place of [named?.id ?? '', named?.seq ?? 0]) {
      const before = await bob.api.message.list.query({ roomId, before: place, limit: 3 });
      expect(texts(before.items)).toEqual([2, 3, 4]);
      expect(before).toMatchObject({ hasBefore: true, hasAfter: true });
      const after = await bob.api.message.list.query({ roomId, after: place, limit: 3 });
      expect(texts(after.items)).toEqual([6, 7, 8]);
      expect(after).toMatchObject({ hasBefore: true, hasAfter: true });
    }
  });

  test('around keeps the named one', async () => {
    const [ada] = await suite.users('ada');
    const { roomId, messages } = await talk(ada, [], 9);
    const page = await ada.api.message.list.query({ roomId, around: messages[4]?.id ?? '', limit: 5 });
    expect(texts(page.items)).toContain(5);
    expect(texts(page.items)).toEqual([...texts(page.items)].sort());
    expect(page.items.length).toBeLessThanOrEqual(5);
    expect(page).toMatchObject({ hasBefore: true, hasAfter: true });
  });

  test('five pages of one, first to last, say what is before and after', async () => {
    const [ada] = await suite.users('ada');
    const { roomId, messages } = await talk(ada, [], 5);
    const first = await ada.api.message.list.query({ roomId, after: 0, limit: 1 });
    expect(texts(first.items)).toEqual([1]);
    expect(first).toMatchObject({ hasBefore: false, hasAfter: true });
    const last = await ada.api.message.list.query({ roomId, after: messages[3]?.id ?? '', limit: 1 });
    expect(texts(last.items)).toEqual([5]);
    expect(last).toMatchObject({ hasBefore: true, hasAfter: false });
  });

  test('past the end is an empty page and no error', async () => {
    const [ada] = await suite.users('ada');
    const { roomId, messages } = await talk(ada, [], 3);
    const after = await ada.api.message.list.query({ roomId, after: messages[2]?.id ?? '' });
    expect(after).toMatchObject({ items: [], hasAfter: false });
    const beyond = await ada.api.message.list.query({ roomId, after: 999_999 });
    expect(beyond).toMatchObject({ items: [], hasAfter: false });
    const before = await ada.api.message.list.query({ roomId, before: 1 });
    expect(before).toMatchObject({ items: [], hasBefore: false });
  });

  test('a page larger than what there is holds all of it', async () => {
    const [ada] = await suite.users('ada');
    const { roomId } = await talk(ada, [], 4);
    const page = await ada.api.message.list.query({ roomId, limit: 100 });
    expect(texts(page.items)).toEqual([1, 2, 3, 4]);
  });

  test('the cursor leads through everything once, while new messages arrive', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { roomId } = await talk(ada, [bob], 12);
    const found: number[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await bob.api.message.list.query({ roomId, limit: 5, ...(cursor === null ? {} : { cursor }) });
      found.unshift(...texts(page.items));
      await ada.api.message.send.mutate({ roomId, content: String(100 + pages) });
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(found).toEqual(range(1, 12));
  });

  test('a limit outside 1 to 100, two places at once and a wrong cursor are refused', async () => {
    const [ada] = await suite.users('ada');
    const { roomId, messages } = await talk(ada, [], 2);
    for (const limit of [0, -1, 101, 1.5, '10', null]) {
      await expectRefusal(ada.call('message.list', { roomId, limit }), 'VALIDATION');
    }
    const place = messages[0]?.id;
    await expectRefusal(ada.call('message.list', { roomId, before: place, after: place }), 'VALIDATION');
    await expectRefusal(ada.call('message.list', { roomId, around: place, after: place }), 'VALIDATION');
    await expectRefusal(ada.call('message.list', { roomId, cursor: 'not a cursor' }), 'VALIDATION');
    await expectRefusal(ada.call('message.list', { roomId, cursor: 'x'.repeat(1_000) }), 'VALIDATION');
    await expectRefusal(ada.call('message.list', { roomId, before: unknownId }), 'NOT_FOUND', 'VALIDATION');
  });

  test('strangers see no history, of what there is or is not', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { roomId, messages } = await talk(ada, [], 1);
    const refusals = [
      await expectRefusal(eve.api.message.list.query({ roomId }), 'NOT_FOUND'),
      await expectRefusal(eve.api.message.list.query({ roomId: unknownId }), 'NOT_FOUND'),
      await expectRefusal(eve.api.message.get.query({ messageId: messages[0]?.id ?? '' }), 'NOT_FOUND'),
      await expectRefusal(eve.api.message.get.query({ messageId: unknownId }), 'NOT_FOUND'),
      await expectRefusal(eve.api.message.receipts.query({ messageId: messages[0]?.id ?? '' }), 'NOT_FOUND'),
    ];
    expect(refusals[0]).toEqual(refusals[1]);
    expect(refusals[2]).toEqual(refusals[3]);
  });

  test('who joins a room that shows all sees what was said before, who joins one since joining does not', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    for (const [history, seen] of [
      ['all', ['before', 'after']],
      ['sinceJoin', ['after']],
    ] as const) {
      const { id: roomId } = await makeRoom('group', ada, [], { history });
      const before = await say(ada, roomId, 'before');
      await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
      await say(ada, roomId, 'after', [bob]);
      const { items } = await bob.api.message.list.query({ roomId });
      expect(items.map(({ content }) => content)).toEqual(seen);
      expect((await bob.api.room.list.query({})).items[0]).toMatchObject({ id: roomId, unread: 1 });
      if (history === 'sinceJoin')
        await expectRefusal(bob.api.message.get.query({ messageId: before.id }), 'NOT_FOUND');
      expect(bob.seqs(roomId)[0]).toBe(3);
    }
  });
});

onEachDatabase('the list of rooms', (suite) => {
  test('it holds rooms of every kind, latest activity first, each with what is new in it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const direct = await makeRoom('direct', ada, [bob]);
    const group = await makeRoom('group', ada, [bob]);
    const channel = await makeRoom('channel', ada, [bob]);
    await say(ada, group.id, 'in the group');
    await say(ada, direct.id, 'between us');
    const { items, nextCursor } = await bob.api.room.list.query({});
    expect(items.map(({ id }) => id)).toEqual([direct.id, group.id, channel.id]);
    expect(nextCursor).toBeNull();
    expect(items[0]).toMatchObject({
      kind: 'direct',
      peer: { id: ada.id, name: 'Ada', image: null },
      lastMessage: { content: 'between us' },
      unread: 1,
      mentions: 0,
      me: { userId: bob.id },
    });
    expect(items[1]).toMatchObject({ kind: 'group', peer: null, lastMessage: { content: 'in the group' }, unread: 1 });
    expect(items[2]).toMatchObject({ kind: 'channel', peer: null, lastMessage: null, unread: 0 });
  });

  test('the peer of a direct room is the other one, from either side', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    await makeRoom('direct', ada, [bob]);
    expect((await ada.api.room.list.query({})).items[0]?.peer).toEqual({ id: bob.id, name: 'Bob', image: null });
    expect((await bob.api.room.list.query({})).items[0]?.peer).toEqual({ id: ada.id, name: 'Ada', image: null });
  });

  test('who is in no room has an empty list', async () => {
    const [ada] = await suite.users('ada');
    expect(await ada.api.room.list.query({})).toEqual({ items: [], nextCursor: null });
  });

  test('it comes in pages, each room once', async () => {
    const [ada] = await suite.users('ada');
    const ids: string[] = [];
    for (const index of range(1, 7)) ids.unshift((await makeRoom('group', ada, [], { name: `Room ${index}` })).id);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ada.api.room.list.query>> = await ada.api.room.list.query({
        limit: 3,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(3);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < 20);
    expect(found).toEqual(ids);
  });

  test('it can be narrowed to kinds', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const direct = await makeRoom('direct', ada, [bob]);
    const group = await makeRoom('group', ada);
    const ids = async (kinds: ('direct' | 'group' | 'channel')[]) =>
      (await ada.api.room.list.query({ kinds })).items.map(({ id }) => id);
    expect(await ids(['direct'])).toEqual([direct.id]);
    expect(await ids(['group', 'direct'])).toEqual([group.id, direct.id]);
    expect(await ids(['channel'])).toEqual([]);
  });

  test('a wrong limit or cursor is refused', async () => {
    const [ada] = await suite.users('ada');
    for (const input of [
      { limit: 0 },
      { limit: 101 },
      { cursor: 'no cursor' },
      { kinds: ['supergroup'] },
      { everything: true },
    ]) {
      await expectRefusal(ada.call('room.list', input), 'VALIDATION');
    }
  });
});
