import { expect, test } from 'vitest';
import type { Message } from '@confab/shared';
import { expectRefusal, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

/** What a search finds, as the contents of the messages. */
async function found(user: Connection, query: string, more: { roomId?: string; senderId?: string } = {}) {
  const { items } = await user.api.message.search.query({ query, ...more });
  return items.map(({ content }) => content);
}

onEachDatabase('search', (suite) => {
  test('messages that hold every word are found, newest first, and come as history has them', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const first = await say(ada, roomId, 'The quick brown fox', [bob]);
    await say(ada, roomId, 'a quick answer', [bob]);
    const last = await say(bob, roomId, 'brown and quick, the fox again', [ada]);
    await ada.api.message.react.mutate({ messageId: first.id, emoji: '👍' });
    const page = await ada.api.message.search.query({ query: 'quick fox brown' });
    expect(page.items.map(({ id }) => id)).toEqual([last.id, first.id]);
    expect(page.items[1]).toEqual(await ada.api.message.get.query({ messageId: first.id }));
    expect(page.items[1]?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect(await found(ada, 'quick slow')).toEqual([]);
  });

  test('case and accents do not count, in any script', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const pairs = [
      ['Crème Brûlée, voilà', 'CREME brulee'],
      ['in der großen Straße', 'STRASSE'],
      ['Øresund og smørrebrød', 'oresund smorrebrod'],
      ['ο δρόμος ΕΙΝΑΙ ΜΕΓΑΛΟΣ', 'ειναι μεγάλος'],
      ['İSTANBUL güzel', 'istanbul GUZEL'],
      ['Ёлка и Йод', 'елка ЙОД'],
      ['שָׁלוֹם לכולם', 'שלום'],
      ['مُحَمَّد هنا', 'محمد'],
      ['ﬁne ﬂags', 'fine flags'],
      ['Ａｂｃ １２３', 'abc 123'],
      ['naïve', 'naive'],
    ] as const;
    for (const [content] of pairs) await ada.api.message.send.mutate({ roomId, content });
    for (const [content, query] of pairs) expect([query, await found(ada, query)]).toEqual([query, [content]]);
  });

  test('the last word is found by its beginning, the others only whole', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await say(ada, roomId, 'meeting tomorrow');
    expect(await found(ada, 'meeting tom')).toHaveLength(1);
    expect(await found(ada, 'meeting t')).toHaveLength(1);
    expect(await found(ada, 'meet tomorrow')).toEqual([]);
    expect(await found(ada, 'morrow')).toEqual([]);
  });

  test('scripts without spaces are found by any part, and emoji by themselves', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const contents = [
      '今日は良い天気です',
      '気分が天国',
      '한국어를 배워요',
      'สวัสดีชาวโลก',
      'yes 👍🏽 done',
      'family 👨‍👩‍👧 🇩🇪',
    ];
    for (const content of contents) await ada.api.message.send.mutate({ roomId, content });
    const wanted = [
      ['天気', [contents[0]]],
      ['天', [contents[1], contents[0]]],
      ['良い天気', [contents[0]]],
      ['国語', []],
      ['한국', [contents[2]]],
      ['국어', [contents[2]]],
      ['ชาว', [contents[3]]],
      ['👍', [contents[4]]],
      ['👍🏿', [contents[4]]],
      ['👩', [contents[5]]],
      ['🇩🇪', [contents[5]]],
      ['🇫🇷', []],
      ['👎', []],
    ] as const;
    for (const [query, expected] of wanted) expect([query, await found(ada, query)]).toEqual([query, expected]);
  });

  test('a query is text and never an operator', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await say(ada, roomId, 'near or not, this and "that"');
    await say(ada, roomId, 'that alone');
    for (const query of [
      '"that" AND near',
      'near OR that',
      'NEAR(that)',
      'that NOT',
      '^that* near',
      "this' & that:*",
    ]) {
      expect([query, await found(ada, query)]).toEqual([query, ['near or not, this and "that"']].map((part) => part));
    }
    for (const query of ['words:that', 'chat_search that', 'rank: that', '-that +near -', `${'('.repeat(40)}zzz`]) {
      await ada.api.message.search.query({ query });
    }
    for (const query of ['"', "'", '*', '""', '%', '_', '\\', ':*', '()', '&|!', '<->', '- - -', '§', '?', '…', '‎.']) {
      expect([query, await found(ada, query)]).toEqual([query, []]);
    }
    // A room is a word of the index, too, which nobody can say.
    expect(await found(ada, `§${roomId.replaceAll('-', '')}`)).toEqual([]);
    expect(await found(ada, roomId)).toEqual([]);
    expect(await found(ada, roomId.slice(0, 4))).toEqual([]);
  });

  test('a query with nothing to see, refused characters or too much text is refused', async () => {
    const [ada] = await suite.users('ada');
    for (const query of ['', '   ', '\u200B', 'a\u0000b', '\ud800', 'a\u0007']) {
      await expectRefusal(ada.api.message.search.query({ query }), 'VALIDATION');
    }
    await expectRefusal(ada.api.message.search.query({ query: 'x'.repeat(257) }), 'TOO_LARGE');
    await expectRefusal(ada.api.message.search.query({ query: 'x', cursor: 'AAAA' }), 'VALIDATION');
    await expectRefusal(ada.api.message.search.query({ query: 'x', limit: 101 }), 'VALIDATION');
    expect(await found(ada, 'é'.repeat(256))).toEqual([]);
    expect(await found(ada, 'a '.repeat(128))).toEqual([]);
  });

  test('only rooms one is in now are searched, from the floor of their history on', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const floored = await makeRoom('group', ada, [], { history: 'sinceJoin' });
    await say(ada, roomId, 'walnut one');
    await say(ada, floored.id, 'walnut two');
    await ada.api.room.addMembers.mutate({ roomId: floored.id, userIds: [bob.id] });
    await say(ada, floored.id, 'walnut three', [bob]);
    expect(await found(bob, 'walnut')).toEqual(['walnut three', 'walnut one']);
    expect(await found(eve, 'walnut')).toEqual([]);
    await bob.api.room.leave.mutate({ roomId });
    expect(await found(bob, 'walnut')).toEqual(['walnut three']);
    expect(await found(ada, 'walnut')).toEqual(['walnut three', 'walnut two', 'walnut one']);
    await ada.api.room.delete.mutate({ roomId: floored.id });
    expect(await found(ada, 'walnut')).toEqual(['walnut one']);
  });

  test('a room one is not in is not found, and a public one not searched', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const open = await makeRoom('channel', ada, [], { visibility: 'public' });
    await expectRefusal(eve.api.message.search.query({ query: 'x', roomId }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.search.query({ query: '...', roomId }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.search.query({ query: 'x', roomId: open.id }), 'PERMISSION_DENIED');
  });

  test('deleted and hidden messages are not found, and edited ones as they read now', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const gone = await say(ada, roomId, 'hazel gone', [bob]);
    const hidden = await say(ada, roomId, 'hazel hidden', [bob]);
    const edited = await say(ada, roomId, 'hazel before', [bob]);
    await ada.api.message.delete.mutate({ messageIds: [gone.id] });
    await bob.api.message.delete.mutate({ messageIds: [hidden.id], for: 'me' });
    await ada.api.message.edit.mutate({ messageId: edited.id, content: 'hazel after' });
    expect(await found(bob, 'hazel')).toEqual(['hazel after']);
    expect(await found(ada, 'hazel')).toEqual(['hazel after', 'hazel hidden']);
    expect(await found(ada, 'hazel before')).toEqual([]);
    await ada.api.message.edit.mutate({ messageId: edited.id, content: '!!!' });
    expect(await found(bob, 'hazel')).toEqual([]);
    await ada.api.message.edit.mutate({ messageId: edited.id, content: 'hazel once more' });
    expect(await found(bob, 'hazel')).toEqual(['hazel once more']);
  });

  test('a search is narrowed to a room and to a sender, and read page by page', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const room = await makeRoom('group', ada, [bob]);
    const other = await makeRoom('group', ada, [bob]);
    for (const nth of range(1, 5)) await say(nth % 2 === 0 ? bob : ada, room.id, `cedar ${nth}`, [ada]);
    await say(ada, other.id, 'cedar 6');
    expect(await found(ada, 'cedar', { roomId: room.id })).toEqual(
      range(1, 5)
        .reverse()
        .map((nth) => `cedar ${nth}`),
    );
    expect(await found(ada, 'cedar', { senderId: bob.id })).toEqual(['cedar 4', 'cedar 2']);
    expect(await found(ada, 'cedar', { senderId: person('no').id })).toEqual([]);
    const pages: Message[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await ada.api.message.search.query({ query: 'ced', limit: 2, ...(cursor && { cursor }) });
      pages.push([...page.items]);
      cursor = page.nextCursor;
    }
    expect(pages.map((page) => page.map(({ content }) => content))).toEqual([
      ['cedar 6', 'cedar 5'],
      ['cedar 4', 'cedar 3'],
      ['cedar 2', 'cedar 1'],
    ]);
  });

  test('answers, named ones and what is said in a thread are found like the rest', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'willow root', [bob]);
    await bob.api.message.send.mutate({ roomId, content: 'willow answer', replyToId: root.id, mentions: [ada.id] });
    await bob.call('message.send', { roomId, content: 'willow in a thread', threadId: root.id });
    expect(await found(ada, 'willow')).toEqual(['willow in a thread', 'willow answer', 'willow root']);
  });

  test('a word longer than any is found by how it begins', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const content = 'q'.repeat(8_000);
    await say(ada, roomId, content);
    expect(await found(ada, 'q'.repeat(200))).toEqual([content]);
    await ada.api.message.send.mutate({ roomId, content: '字'.repeat(8_000) });
    expect(await found(ada, '字字字')).toHaveLength(1);
  });
});
