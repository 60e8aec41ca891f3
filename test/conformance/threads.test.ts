import { expect, test } from 'vitest';
import type { Connection } from '../support/client.js';
import { clientId, expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

/** Says something in the thread of a message, and waits until every one of `readers` has it. */
async function reply(
  sender: Connection,
  root: { readonly id: string; readonly roomId: string },
  content: string,
  { readers = [sender], ...more }: { readers?: readonly Connection[]; mentions?: string[]; replyToId?: string } = {},
) {
  const message = await sender.api.message.send.mutate({ roomId: root.roomId, threadId: root.id, content, ...more });
  for (const reader of readers) {
    await reader.event('message.created', ({ data }) => data.message.id === message.id);
  }
  return message;
}

async function threadsOf(user: Connection, options: { roomId?: string; unread?: boolean } = {}) {
  return (await user.api.thread.list.query(options)).items;
}

const contents = (page: { readonly items: readonly { readonly content: string | null }[] }) =>
  page.items.map(({ content }) => content);

onEachDatabase('threads', (suite) => {
  test('what is said in a thread reaches everyone in order, and is in the thread, not in the room', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada, bob]);
    const said = await reply(bob, root, 'Yes', { readers: [ada, bob] });
    expect(said).toMatchObject({ roomId, threadId: root.id, threadCount: 0, seq: root.seq + 1, kind: 'user' });
    const [event] = ada.events('message.created', ({ data }) => data.message.id === said.id);
    expect(event?.data).toEqual({
      message: expect.objectContaining({ id: said.id, threadId: root.id }),
      thread: { threadId: root.id, count: 1 },
    });
    const last = await say(ada, roomId, 'Milk?', [ada, bob]);
    expect(bob.seqs(roomId)).toEqual([1, root.seq, said.seq, last.seq]);
    expect(contents(await bob.api.message.list.query({ roomId }))).toEqual(['Tea?', 'Milk?']);
    expect(contents(await ada.api.message.list.query({ roomId, threadId: root.id }))).toEqual(['Yes']);
  });

  test('a message tells how many living ones its thread holds, wherever it is told', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada, bob]);
    const [first, second] = [await reply(bob, root, 'Yes'), await reply(ada, root, 'Good')];
    await reply(bob, root, 'Thanks', { readers: [ada] });
    await bob.api.message.delete.mutate({ messageIds: [first.id] });
    const deleted = await ada.event('message.deleted');
    const lost = { threadId: root.id, count: 2, messageIds: [first.id] };
    expect(deleted.data).toEqual({ messageIds: [first.id], threads: [lost] });
    expect(await bob.api.message.get.query({ messageId: root.id })).toMatchObject({ threadCount: 2 });
    expect((await bob.api.message.list.query({ roomId })).items).toMatchObject([{ id: root.id, threadCount: 2 }]);
    expect((await bob.api.room.list.query({})).items[0]?.lastMessage).toMatchObject({ id: root.id, threadCount: 2 });
    const edited = await ada.api.message.edit.mutate({ messageId: root.id, content: 'Tea or coffee?' });
    expect(edited.threadCount).toBe(2);
    expect((await bob.event('message.updated')).data.message.threadCount).toBe(2);
    const { items } = await ada.api.message.list.query({ roomId, threadId: root.id });
    expect(items.map(({ id, content, threadCount }) => [id, content, threadCount])).toEqual([
      [first.id, null, 0],
      [second.id, 'Good', 0],
      [expect.any(String), 'Thanks', 0],
    ]);
  });

  test('a thread is no part of what is unread, pending or last in its room, nor of its activity', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const room = await makeRoom('group', ada, [bob]);
    const root = await say(ada, room.id, 'Tea?', [ada, bob]);
    await bob.api.message.read.mutate({ roomId: room.id, seq: root.seq });
    const { lastActivityAt } = await bob.api.room.get.query({ roomId: room.id });
    const said = await reply(ada, root, 'Anyone?', { mentions: [bob.id], readers: [bob] });
    expect(await bob.api.notification.unread.query({})).toEqual({ total: 0, mentions: 0, rooms: [] });
    expect(await bob.api.notification.pending.query({})).toEqual({ rooms: [] });
    const [line] = (await bob.api.room.list.query({})).items;
    expect(line).toMatchObject({ unread: 0, mentions: 0, lastMessage: { id: root.id }, lastActivityAt, seq: said.seq });
    const { marks } = await bob.api.message.read.mutate({ roomId: room.id, seq: said.seq });
    expect(marks).toEqual([{ roomId: room.id, deliveredSeq: said.seq, readSeq: said.seq }]);
    expect(await threadsOf(bob)).toMatchObject([{ id: root.id, unread: 1, mentions: 1 }]);
  });

  test('a thread is read page by page from any place, like the room', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const root = await say(ada, roomId, 'Count!');
    const said = [];
    for (const content of ['1', '2', '3', '4', '5']) {
      said.push(await reply(ada, root, content));
      await say(ada, roomId, 'between');
    }
    const list = (place: object) =>
      ada.api.message.list.query({ roomId, threadId: root.id, limit: 2, ...place }).then((page) => ({
        ...page,
        items: contents(page),
      }));
    expect(await list({})).toMatchObject({ items: ['4', '5'], hasBefore: true, hasAfter: false });
    expect(await list({ before: said[3]?.id })).toMatchObject({ items: ['2', '3'], hasBefore: true, hasAfter: true });
    expect(await list({ after: said[1]?.seq })).toMatchObject({ items: ['3', '4'], hasBefore: true, hasAfter: true });
    expect(await list({ around: said[2]?.id, limit: 3 })).toMatchObject({ items: ['2', '3', '4'] });
    const cursor = (await list({})).nextCursor ?? '';
    expect(await list({ cursor })).toMatchObject({ items: ['2', '3'], hasBefore: true });
  });

  test('a thread hangs on a message that is there, to be seen and in the room itself', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { id: elsewhere } = await makeRoom('group', ada, [bob]);
    const other = await say(ada, elsewhere, 'other', [bob]);
    const gone = await say(ada, roomId, 'gone', [bob]);
    await ada.api.message.delete.mutate({ messageIds: [gone.id] });
    const hidden = await say(ada, roomId, 'hidden', [bob]);
    await bob.api.message.delete.mutate({ messageIds: [hidden.id], for: 'me' });
    for (const threadId of [other.id, gone.id, hidden.id, crypto.randomUUID()]) {
      await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'x', threadId }), 'NOT_FOUND');
    }
    await expectRefusal(bob.api.message.list.query({ roomId, threadId: hidden.id }), 'NOT_FOUND');
    await expectRefusal(bob.api.message.list.query({ roomId, threadId: other.id }), 'NOT_FOUND');
    const root = await say(ada, roomId, 'here', [bob]);
    const { id: threadId } = await reply(bob, root, 'x');
    const refusal = await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'y', threadId }), 'VALIDATION');
    expect(refusal.details).toMatchObject({ issues: [{ path: 'threadId' }] });
    await expectRefusal(bob.api.thread.follow.mutate({ threadId }), 'VALIDATION');
  });

  test('where a room shows only what came since one joined, so do its threads', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [], { history: 'sinceJoin' });
    const root = await say(ada, roomId, 'before');
    await reply(ada, root, 'early');
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'x', threadId: root.id }), 'NOT_FOUND');
    await expectRefusal(bob.api.message.list.query({ roomId, threadId: root.id }), 'NOT_FOUND');
    await expectRefusal(bob.api.thread.follow.mutate({ threadId: root.id }), 'NOT_FOUND');
    await expectRefusal(bob.api.thread.read.mutate({ threadId: root.id }), 'NOT_FOUND');
  });

  test('an answer is given where the answered message is', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const [root, other] = [await say(ada, roomId, 'one', [bob]), await say(ada, roomId, 'two', [bob])];
    const said = await reply(ada, root, 'in one', { readers: [bob] });
    expect((await reply(bob, root, 'a', { replyToId: said.id })).replyTo).toMatchObject({ id: said.id });
    expect((await reply(bob, root, 'b', { replyToId: root.id })).replyTo).toMatchObject({ id: root.id });
    await expectRefusal(reply(bob, root, 'c', { replyToId: other.id }), 'NOT_FOUND');
    await expectRefusal(reply(bob, other, 'd', { replyToId: said.id }), 'NOT_FOUND');
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'e', replyToId: said.id }), 'NOT_FOUND');
  });

  test('a retry is the same message, and one into another thread is not', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const [one, two] = [await say(ada, roomId, 'one'), await say(ada, roomId, 'two')];
    const body = { roomId, content: 'x', clientId: clientId(), threadId: one.id };
    const sent = await ada.api.message.send.mutate(body);
    expect(await ada.api.message.send.mutate(body)).toEqual(sent);
    await expectRefusal(ada.api.message.send.mutate({ ...body, threadId: two.id }), 'CONFLICT');
    const { threadId: _threadId, ...plain } = body;
    await expectRefusal(ada.api.message.send.mutate(plain), 'CONFLICT');
  });

  test('the rules of the room hold in its threads', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [bob]);
    await ada.api.room.update.mutate({ roomId, locked: true });
    await expectRefusal(reply(bob, root, 'x'), 'PERMISSION_DENIED');
    await ada.api.room.update.mutate({ roomId, locked: false, slowModeSeconds: 60 });
    await reply(bob, root, 'x');
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'y' }), 'RATE_LIMITED');
    await expectRefusal(reply(eve, root, 'x'), 'NOT_FOUND');
    await expectRefusal(eve.api.thread.follow.mutate({ threadId: root.id }), 'NOT_FOUND');
    await expectRefusal(eve.api.thread.read.mutate({ threadId: root.id }), 'NOT_FOUND');
    await expectRefusal(eve.api.thread.list.query({ roomId }), 'NOT_FOUND');
  });
});

onEachDatabase('who follows a thread', (suite) => {
  test('it is the author, whoever answers and whoever is named there, each told on their own devices', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd, dan]);
    const root = await say(ada, roomId, 'Tea?', [ada, bob, cyd, dan]);
    const said = await reply(bob, root, 'Ask Cyd', { mentions: [cyd.id], readers: [ada, bob, cyd, dan] });
    for (const user of [ada, bob, cyd]) {
      const told = await user.event('thread.updated');
      expect(told.data).toEqual({ roomId, threadId: root.id, following: true, readSeq: said.seq - 1 });
      const mentions = user === cyd ? 1 : 0;
      const unread = user === bob ? 0 : 1;
      expect(await threadsOf(user)).toEqual([
        {
          ...{ id: root.id, roomId, following: true, readSeq: said.seq - 1, unread, mentions },
          root: expect.objectContaining({ id: root.id, threadCount: 1 }),
          lastReply: expect.objectContaining({ id: said.id, threadId: root.id }),
          lastReplyAt: said.createdAt,
        },
      ]);
    }
    expect(await threadsOf(dan)).toEqual([]);
    expect(dan.events('thread.updated')).toEqual([]);
  });

  test('what was said before one follows counts as read', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const root = await say(ada, roomId, 'Tea?', [bob]);
    await reply(bob, root, 'one');
    await reply(bob, root, 'two');
    await cyd.api.thread.follow.mutate({ threadId: root.id });
    expect(await threadsOf(cyd)).toMatchObject([{ unread: 0 }]);
    await reply(bob, root, 'three');
    expect(await threadsOf(cyd)).toMatchObject([{ unread: 1 }]);
    expect(await threadsOf(ada)).toMatchObject([{ unread: 3 }]);
  });

  test('who wants to hear no more does not, until they speak again or are named', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada, bob]);
    await reply(bob, root, 'one');
    await ada.event('notification', ({ data }) => data.notification.kind === 'reply');
    await ada.api.thread.unfollow.mutate({ threadId: root.id });
    await ada.event('thread.updated', ({ data }) => !data.following);
    await ada.api.thread.unfollow.mutate({ threadId: root.id });
    await reply(bob, root, 'two', { readers: [ada] });
    expect(await threadsOf(ada)).toEqual([]);
    expect(ada.events('notification')).toHaveLength(1);
    await reply(bob, root, 'three', { mentions: [ada.id], readers: [ada] });
    expect(await threadsOf(ada)).toMatchObject([{ following: true, unread: 1, mentions: 1 }]);
    await ada.api.thread.unfollow.mutate({ threadId: root.id });
    const { seq } = await reply(ada, root, 'four');
    expect(await threadsOf(ada)).toMatchObject([{ following: true, unread: 0, readSeq: seq - 1 }]);
    await ada.event('thread.updated', ({ data }) => data.following && data.readSeq === seq - 1);
    expect(ada.events('thread.updated').map(({ data }) => data.following)).toEqual([
      ...[true, false, true, false, true],
    ]);
  });

  test('the author of the message hears of each answer, of one that names them as of a mention, and nobody else', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const root = await say(ada, roomId, 'Tea?', [ada, bob, cyd]);
    await reply(cyd, root, 'Yes');
    await reply(bob, root, 'No', { mentions: [ada.id] });
    await reply(ada, root, 'Well');
    await reply(bob, root, 'Sorry', { replyToId: root.id, readers: [ada, cyd] });
    await ada.until(() => ada.events('notification').length === 3, 'three notifications');
    const kinds = ada.events('notification').map(({ data }) => [data.notification.kind, data.notification.actorId]);
    expect(kinds).toEqual([
      ['reply', cyd.id],
      ['mention', bob.id],
      ['reply', bob.id],
    ]);
    expect(cyd.events('notification', ({ data }) => data.notification.kind !== 'added')).toEqual([]);
  });

  test('threads are listed over all rooms or in one, those with something unread alone, latest answer first', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: first } = await makeRoom('group', ada, [bob]);
    const { id: second } = await makeRoom('group', ada, [bob]);
    const roots = [await say(ada, first, '1'), await say(ada, second, '2'), await say(ada, first, '3')];
    for (const root of roots) await reply(bob, root, 'x');
    const [one, two, three] = roots.map(({ id }) => id);
    expect((await threadsOf(ada)).map(({ id }) => id)).toEqual([three, two, one]);
    await reply(bob, roots[0] ?? { id: '', roomId: '' }, 'y');
    expect((await threadsOf(ada)).map(({ id }) => id)).toEqual([one, three, two]);
    expect((await threadsOf(ada, { roomId: first })).map(({ id }) => id)).toEqual([one, three]);
    await ada.api.thread.read.mutate({ threadId: three ?? '' });
    expect((await threadsOf(ada, { unread: true })).map(({ id }) => id)).toEqual([one, two]);
    const page = await ada.api.thread.list.query({ limit: 2 });
    const rest = await ada.api.thread.list.query({ limit: 2, cursor: page.nextCursor ?? '' });
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([one, three, two]);
    expect(rest.nextCursor).toBeNull();
  });

  test('who left hears nothing, and comes back without the threads they followed', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(bob, roomId, 'Tea?', [ada, bob]);
    await reply(ada, root, 'one', { readers: [bob] });
    await bob.api.room.leave.mutate({ roomId });
    expect(await threadsOf(bob)).toEqual([]);
    await reply(ada, root, 'two');
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    expect(await threadsOf(bob)).toEqual([]);
    await reply(ada, root, 'three');
    expect(await threadsOf(bob)).toEqual([]);
    await reply(ada, root, 'four', { mentions: [bob.id] });
    expect(await threadsOf(bob)).toMatchObject([{ id: root.id, unread: 1 }]);
  });
});

onEachDatabase('what is read of a thread', (suite) => {
  test('is marked by a place, by a message or as a whole, only forward, and told to one’s own devices', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada]);
    const said = [await reply(bob, root, '1'), await reply(bob, root, '2'), await reply(bob, root, '3')];
    const [first, second, third] = said.map(({ seq }) => seq);
    const { read } = ada.api.thread;
    const threadId = root.id;
    expect(await read.mutate({ threadId, seq: first ?? 0 })).toEqual({ threadId, readSeq: first, unread: 2 });
    const by = await read.mutate({ threadId, messageId: said[1]?.id ?? '' });
    expect(by).toEqual({ threadId, readSeq: second, unread: 1 });
    expect(await read.mutate({ threadId, seq: 1 })).toEqual(by);
    expect(await read.mutate({ threadId, seq: 1_000_000 })).toEqual({ threadId, readSeq: third, unread: 0 });
    const later = await reply(bob, root, '4');
    expect(await read.mutate({ threadId })).toEqual({ threadId, readSeq: later.seq, unread: 0 });
    await ada.event('thread.updated', ({ data }) => data.readSeq === later.seq);
    const told = ada.events('thread.updated').map(({ data }) => data.readSeq);
    expect(told).toEqual([(first ?? 0) - 1, first, second, third, later.seq]);
    expect(bob.events('thread.updated', ({ data }) => data.readSeq >= (second ?? 0))).toEqual([]);
    const own = await ada.api.room.list.query({});
    expect(own.items[0]?.me?.readSeq).toBe(0);
  });

  test('names only what is in it, and only by one of both', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const [root, other] = [await say(ada, roomId, 'one'), await say(ada, roomId, 'two')];
    await reply(ada, root, 'x');
    const { read } = ada.api.thread;
    await expectRefusal(read.mutate({ threadId: root.id, messageId: other.id }), 'NOT_FOUND');
    await expectRefusal(read.mutate({ threadId: root.id, messageId: root.id, seq: 1 }), 'VALIDATION');
    await read.mutate({ threadId: root.id, messageId: root.id });
  });

  test('leaves out what was deleted, for everyone or for oneself', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada]);
    const said = [await reply(bob, root, '1'), await reply(bob, root, '2'), await reply(bob, root, '3')];
    const [first, , third] = said.map(({ id }) => id);
    await bob.api.message.delete.mutate({ messageIds: [first ?? ''] });
    expect(await threadsOf(ada)).toMatchObject([{ unread: 2, root: { threadCount: 2 } }]);
    await ada.api.message.delete.mutate({ messageIds: [third ?? ''], for: 'me' });
    expect(await threadsOf(ada)).toMatchObject([
      { unread: 1, root: { threadCount: 2 }, lastReply: { id: said[1]?.id } },
    ]);
    expect(await threadsOf(bob)).toMatchObject([{ lastReply: { id: third } }]);
  });

  test('is told again to a device that was away', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada]);
    const phone = await suite.connect(ada.person);
    phone.offline();
    const said = await reply(bob, root, '1', { readers: [ada] });
    await ada.api.thread.read.mutate({ threadId: root.id });
    await bob.api.message.delete.mutate({ messageIds: [said.id] });
    phone.online();
    await phone.event('thread.updated', ({ data }) => data.readSeq === said.seq);
    const created = await phone.event('message.created', ({ data }) => data.message.id === said.id);
    expect(created.data).toMatchObject({ message: { content: null, threadId: root.id } });
    const deleted = await phone.event('message.deleted');
    expect(deleted.data.threads).toEqual([{ threadId: root.id, count: 0, messageIds: [said.id] }]);
  });
});

onEachDatabase('messages of a thread', (suite) => {
  test('are edited, reacted to, pinned and shown by themselves like others', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [ada, bob]);
    const { id: messageId } = await reply(ada, root, 'Yes', { readers: [bob] });
    const edited = await ada.api.message.edit.mutate({ messageId, content: 'No' });
    expect(edited).toMatchObject({ content: 'No', threadId: root.id });
    await bob.api.message.react.mutate({ messageId, emoji: '👍' });
    await ada.api.message.pin.mutate({ messageId });
    const shown = await bob.api.message.get.query({ messageId });
    expect(shown).toMatchObject({ threadId: root.id, reactions: [{ emoji: '👍', mine: true }] });
    expect(shown.pinnedAt).toBeInstanceOf(Date);
    expect((await bob.api.message.pins.query({ roomId })).items).toMatchObject([{ id: messageId, threadId: root.id }]);
    expect((await bob.api.message.versions.query({ messageId })).items).toMatchObject([{ content: 'Yes' }]);
    await bob.api.message.read.mutate({ messageIds: [messageId] });
    const { items } = await ada.api.message.receipts.query({ messageId });
    expect(items).toEqual([{ userId: bob.id, deliveredAt: expect.any(Date), readAt: expect.any(Date) }]);
  });

  test('are forwarded into the room itself', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const root = await say(ada, roomId, 'Tea?');
    const said = await reply(ada, root, 'News');
    const [copy] = await ada.api.message.forward.mutate({ messageId: said.id, roomIds: [roomId] });
    expect(copy).toMatchObject({ content: 'News', threadId: null });
    expect(contents(await ada.api.message.list.query({ roomId }))).toEqual(['Tea?', 'News']);
  });

  test('stay when the message they hang on is deleted, and take no more', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const root = await say(ada, roomId, 'Tea?', [bob]);
    await reply(bob, root, 'Yes');
    await ada.api.message.delete.mutate({ messageIds: [root.id] });
    expect(contents(await bob.api.message.list.query({ roomId, threadId: root.id }))).toEqual(['Yes']);
    expect(await threadsOf(bob)).toMatchObject([{ root: { id: root.id, content: null, threadCount: 1 } }]);
    await expectRefusal(reply(bob, root, 'More'), 'NOT_FOUND');
    await bob.api.thread.unfollow.mutate({ threadId: root.id });
    await bob.api.thread.follow.mutate({ threadId: root.id });
  });
});

onEachDatabase(
  'threads where deleted messages leave nothing',
  (suite) => {
    test('outlive the message they hang on, and go with the last that was said in them', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const root = await say(ada, roomId, 'Tea?', [ada, bob]);
      const said = await reply(bob, root, 'Yes', { readers: [ada] });
      await ada.api.message.delete.mutate({ messageIds: [root.id] });
      expect(await threadsOf(bob)).toMatchObject([{ root: { id: root.id, content: null, threadCount: 1 } }]);
      expect(contents(await bob.api.message.list.query({ roomId, threadId: root.id }))).toEqual(['Yes']);
      const away = await suite.connect(ada.person);
      away.offline();
      await bob.api.message.delete.mutate({ messageIds: [said.id] });
      expect(await threadsOf(bob)).toEqual([]);
      expect(await threadsOf(ada)).toEqual([]);
      await expectRefusal(bob.api.thread.follow.mutate({ threadId: root.id }), 'NOT_FOUND');
      away.online();
      const deleted = await away.event('message.deleted', ({ data }) => data.messageIds.includes(said.id));
      expect(deleted.data.threads).toEqual([{ threadId: root.id, count: 0, messageIds: [said.id] }]);
    });

    test('tell of a removed message that it was in a thread', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const root = await say(ada, roomId, 'Tea?', [ada, bob]);
      const away = await suite.connect(ada.person);
      away.offline();
      const body = { roomId, threadId: root.id, content: 'Yes', clientId: clientId() };
      const said = await bob.api.message.send.mutate(body);
      await bob.api.message.delete.mutate({ messageIds: [said.id] });
      expect(await bob.api.message.send.mutate(body)).toMatchObject({ id: said.id, threadId: root.id, content: null });
      away.online();
      const created = await away.event('message.created', ({ data }) => data.message.id === said.id);
      expect(created.data).toMatchObject({ message: { threadId: root.id, content: null }, thread: { count: 0 } });
    });
  },
  { settings: { softDelete: false } },
);
