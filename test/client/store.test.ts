import { expect, it } from 'vitest';
import { person, tokenFor } from '../support/client.js';
import { onEachDatabase } from '../support/suite.js';
import { group, guests, say, texts, until } from './store-set-up.js';
import type { Member } from './store-set-up.js';

const content = (member: Member, roomId: string, at: number) => member.store.messages(roomId).messages[at];

onEachDatabase('the store of a client', (suite) => {
  const join = guests(suite);

  it('lists the rooms, latest activity first, and counts what is unread', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const first = await group(ada, bo);
    const second = await group(ada, bo);
    expect(bo.store.rooms().rooms.map(({ id }) => id)).toEqual([second, first]);
    await say(ada, first, 'one');
    await ada.client.api.chat.message.send.mutate({ roomId: first, content: 'two', mentions: [bo.id] });
    await until(() => bo.store.unread().isExact && bo.store.unread(first).unread === 2, 'two unread', bo.store);
    expect(bo.store.rooms().rooms.map(({ id, unread, mentions }) => [id, unread, mentions])).toEqual([
      [first, 2, 1],
      [second, 0, 0],
    ]);
    expect(bo.store.rooms().rooms[0]?.lastMessage?.content).toBe('two');
    expect(bo.store.unread()).toEqual({ unread: 2, mentions: 1, isExact: true });
    expect(await bo.client.api.chat.notification.unread.query({})).toMatchObject({ total: 2, mentions: 1 });
  });

  it('starts with the same counts as it would have had', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const roomId = await group(ada, bo);
    await say(ada, roomId, ...Array.from({ length: 7 }, (_, index) => `text ${index}`));
    const late = await join(bo.person);
    expect(late.store.unread()).toEqual({ unread: 7, mentions: 0, isExact: true });
    expect(late.store.rooms().rooms).toHaveLength(1);
    expect(texts(late.store, roomId)).toEqual(['text 6']);
  });

  it('marks a room as read, on all devices of the user and in front of the others', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const phone = await join(bo.person);
    const roomId = await group(ada, bo, phone);
    const sent = await say(ada, roomId, 'one', 'two');
    await until(() => bo.store.unread(roomId).unread === 2, 'two unread', bo.store);
    bo.store.markRead(roomId, sent[0]?.seq);
    await until(() => phone.store.unread(roomId).unread === 1, 'one unread on the other device', phone.store);
    bo.store.markRead(roomId);
    for (const { store } of [bo, phone]) await until(() => store.unread().unread === 0, 'nothing unread', store);
    const seenBy = () => ada.store.members(roomId).members.find(({ userId }) => userId === bo.id)?.readSeq;
    await until(() => seenBy() === sent[1]?.seq, 'the receipt', ada.store);
  });

  it('tells senders by itself what has arrived', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const roomId = await group(ada, bo);
    const [sent] = await say(ada, roomId, 'one');
    const bos = () => ada.store.members(roomId).members.find(({ userId }) => userId === bo.id);
    await until(() => bos()?.deliveredSeq === sent?.seq, 'the receipt', ada.store);
    expect(bos()?.readSeq).toBeLessThan(sent?.seq ?? 0);
  });

  it('shows edits, deletions and reactions, and which of these are one’s own', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const roomId = await group(ada, bo);
    const [first, second] = await say(ada, roomId, 'one', 'two');
    const { edit, react, unreact, delete: remove } = ada.client.api.chat.message;
    await edit.mutate({ messageId: first?.id ?? '', content: 'uno' });
    await react.mutate({ messageId: first?.id ?? '', emoji: '👍' });
    await remove.mutate({ messageIds: [second?.id ?? ''] });
    for (const { store } of [ada, bo]) await until(() => texts(store, roomId)[1] === null, 'the deletion', store);
    expect(texts(bo.store, roomId)).toEqual(['uno', null]);
    expect(content(ada, roomId, 0)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect(content(bo, roomId, 0)?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
    await unreact.mutate({ messageId: first?.id ?? '', emoji: '👍' });
    await until(() => content(ada, roomId, 0)?.reactions.length === 0, 'no reaction', ada.store);
  });

  it('says that a room is absent once one was removed, and shows it again when one comes back', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const roomId = await group(ada, bo);
    const close = bo.store.open(roomId, 'messages');
    await say(ada, roomId, 'hello');
    const { removeMembers, addMembers } = ada.client.api.chat.room;
    await removeMembers.mutate({ roomId, userIds: [bo.id] });
    await until(() => bo.store.room(roomId).status === 'absent', 'the removal', bo.store);
    expect(bo.store.rooms().rooms).toEqual([]);
    expect(bo.store.messages(roomId)).toMatchObject({ messages: [], isLoading: false });
    await addMembers.mutate({ roomId, userIds: [bo.id] });
    await until(() => texts(bo.store, roomId).includes('hello'), 'the history', bo.store);
    expect(bo.store.room(roomId).status).toBe('ready');
    close();
  });

  it('says that a room is absent when it was deleted, is somebody else’s, or can’t be one at all', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const mine = await group(ada);
    const both = await group(ada, bo);
    const { id: never } = await ada.client.api.chat.room.create.mutate({ kind: 'group', name: 'Other', members: [] });
    bo.store.open(both);
    await ada.client.api.chat.room.delete.mutate({ roomId: both });
    for (const roomId of [both, mine, never, 'nonsense']) {
      bo.store.open(roomId, 'messages');
      await until(() => bo.store.room(roomId).status === 'absent', 'the answer', bo.store);
    }
    expect(bo.store.rooms()).toEqual({ rooms: [], isLoading: false, error: null });
  });

  it('shows who types, until they have sent it', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const roomId = await group(ada, bo);
    ada.store.setTyping(roomId, true);
    await until(() => bo.store.typing(roomId).length > 0, 'the typing', bo.store);
    expect(bo.store.typing(roomId)).toEqual([{ id: ada.id, name: ada.person.name, image: null }]);
    expect(bo.store.typing(roomId)).toBe(bo.store.typing(roomId));
    ada.store.send(roomId, { content: 'done' });
    await until(() => bo.store.typing(roomId).length === 0, 'the end of it', bo.store);
    ada.store.setTyping(roomId, true);
    await until(() => bo.store.typing(roomId).length > 0, 'the next typing', bo.store);
    ada.store.setTyping(roomId, false);
    await until(() => bo.store.typing(roomId).length === 0, 'its end', bo.store);
    expect(ada.store.typing(roomId)).toEqual([]);
  });

  it('knows who is online for as long as somebody watches', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    await group(ada, bo);
    expect(ada.store.presence(bo.id)).toBeNull();
    const stop = ada.store.watchPresence(bo.id);
    await until(() => ada.store.presence(bo.id)?.status === 'online', 'the presence', ada.store);
    stop();
    expect(ada.store.presence(bo.id)).toBeNull();
  });

  it('names the other one of a direct room, and everybody by their present name', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const { id } = await ada.client.api.chat.room.create.mutate({ kind: 'direct', members: [bo.id] });
    for (const { store } of [ada, bo]) await until(() => store.room(id).room?.peer, 'the peer', store);
    expect(ada.store.room(id).room?.peer).toMatchObject({ id: bo.id, name: bo.person.name });
    expect(ada.store.me()).toEqual({ id: ada.id, name: ada.person.name, image: null });
    await join({ ...bo.person, name: 'Roberta' });
    await until(() => ada.store.room(id).room?.peer?.name === 'Roberta', 'the new name', ada.store);
  });

  it('forgets one user when the next signs in through the same client', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    await group(ada);
    const common = await group(ada, bo);
    let who = ada.person;
    const both = await join(ada.person, { token: () => tokenFor(suite.server, who) });
    expect(both.store.rooms().rooms).toHaveLength(2);
    who = bo.person;
    both.network.cut();
    both.network.restore();
    await until(() => both.store.me()?.id === bo.id && !both.store.rooms().isLoading, 'the other user', both.store);
    expect(both.store.rooms().rooms.map(({ id }) => id)).toEqual([common]);
  });

  it('keeps every object that did not change, and tells of several changes at once', async () => {
    const [ada, bo] = [await join('ada'), await join('bo')];
    const [first, second] = [await group(ada, bo), await group(ada, bo)];
    await say(ada, first, 'one', 'two');
    await say(ada, second, 'other');
    await until(() => texts(bo.store, second).length === 1 && texts(bo.store, first).length === 2, 'all', bo.store);
    await until(() => bo.store.unread().isExact, 'the marks', bo.store);
    const before = { room: bo.store.room(second), messages: bo.store.messages(first).messages };
    await say(ada, first, 'three');
    await until(() => texts(bo.store, first).length === 3, 'the next', bo.store);
    expect(
      bo.store
        .messages(first)
        .messages.slice(0, 2)
        .map((item, at) => item === before.messages[at]),
    ).toEqual([true, true]);
    expect(bo.store.room(second).room).toBe(before.room.room);
    expect(bo.store.rooms()).toBe(bo.store.rooms());
    expect(bo.store.messages(first)).toBe(bo.store.messages(first));
    expect(bo.store.unread()).toBe(bo.store.unread());
    let calls = 0;
    bo.store.subscribe(() => (calls += 1));
    for (const text of ['a', 'b', 'c']) bo.store.send(first, { content: text });
    await Promise.resolve();
    expect(calls).toBe(1);
  });

  it('begins anew for a client that has listened for a while', async () => {
    const ada = await join('ada');
    const roomId = await group(ada);
    const late = await join(ada.person);
    let events = 0;
    late.client.on('*', () => (events += 1));
    await say(ada, roomId, 'one');
    await until(() => events > 0 && texts(late.store, roomId).length === 1, 'the message', late.store);
  });
});

onEachDatabase(
  'the store of a client, where pages are small,',
  (suite) => {
    const join = guests(suite);

    it('lists all rooms', async () => {
      const ada = await join('ada');
      const ids: string[] = [];
      for (let count = 0; count < 8; count += 1) ids.push(await group(ada));
      const late = await join(ada.person);
      expect(late.store.rooms().rooms.map(({ id }) => id)).toEqual(ids.toReversed());
    });

    it('reads the members page by page', async () => {
      const ada = await join('ada');
      const members = Array.from({ length: 7 }, (_, index) => person(`user${index}`).id);
      const { id } = await ada.client.api.chat.room.create.mutate({ kind: 'group', name: 'Many', members });
      const late = await join(ada.person);
      late.store.open(id, 'members');
      await until(() => late.store.members(id).members.length === 3, 'the first page', late.store);
      expect(late.store.members(id)).toMatchObject({ hasMore: true, isLoading: false, error: null });
      for (let next = 6; late.store.members(id).hasMore; next += 3) {
        late.store.loadMembers(id);
        await until(() => late.store.members(id).members.length === Math.min(next, 8), 'the next page', late.store);
      }
      expect(
        late.store
          .members(id)
          .members.map(({ userId }) => userId)
          .sort(),
      ).toEqual([...members, ada.id].sort());
    });

    it('counts more unread messages than it holds', async () => {
      const [ada, bo] = [await join('ada'), await join('bo')];
      const roomId = await group(ada, bo);
      await say(ada, roomId, ...Array.from({ length: 11 }, (_, index) => `text ${index}`));
      const late = await join(bo.person);
      expect(late.store.unread(roomId)).toEqual({ unread: 11, mentions: 0, isExact: true });
      const [oldest] = (await ada.client.api.chat.message.list.query({ roomId, after: 0 })).items;
      await ada.client.api.chat.message.delete.mutate({ messageIds: [oldest?.id ?? ''] });
      await until(() => late.store.unread(roomId).unread === 10 && late.store.unread().isExact, 'ten', late.store);
    });
  },
  { settings: { limits: { page: 3 } } },
);
