import { expect, test } from 'vitest';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { person } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

onEachDatabase('notifications', (suite) => {
  test('pending is what was not acknowledged, room by room, and nothing of mine', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const one = await makeRoom('group', ada, [bob]);
    const two = await makeRoom('direct', ada, [bob]);
    for (const index of range(1, 3)) await say(ada, one.id, String(index));
    const last = await say(ada, two.id, 'hello');
    await say(bob, one.id, 'mine');
    expect(await ada.api.notification.pending.query({})).toMatchObject({ rooms: [{ roomId: one.id, unread: 1 }] });
    const { rooms } = await bob.api.notification.pending.query({});
    expect(Object.fromEntries(rooms.map(({ roomId, unread }) => [roomId, unread]))).toEqual({
      [one.id]: 3,
      [two.id]: 1,
    });
    await bob.api.message.ack.mutate({ messageIds: [last.id] });
    expect((await bob.api.notification.pending.query({})).rooms.map(({ roomId }) => roomId)).toEqual([one.id]);
    await bob.api.message.ack.mutate({ roomId: one.id, seq: 999 });
    expect(await bob.api.notification.pending.query({})).toEqual({ rooms: [] });
  });

  test('acknowledging in part leaves the rest pending', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const messages = [];
    for (const index of range(1, 4)) messages.push(await say(ada, roomId, String(index)));
    await bob.api.message.ack.mutate({ messageIds: [messages[1]?.id ?? ''] });
    expect((await bob.api.notification.pending.query({})).rooms).toMatchObject([{ roomId, unread: 2 }]);
    expect((await bob.api.notification.unread.query({})).total).toBe(4);
  });

  test('a mention counts, reaches the one it names and no other', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const message = await ada.api.message.send.mutate({ roomId, content: 'hey', mentions: [bob.id] });
    const event = await bob.event('notification', ({ data }) => data.notification.messageId === message.id);
    expect(event.data.notification).toMatchObject({
      kind: 'mention',
      roomId,
      actorId: ada.id,
      createdAt: expect.any(Date),
    });
    expect(await bob.api.notification.unread.query({})).toMatchObject({
      total: 1,
      mentions: 1,
      rooms: [{ roomId, unread: 1, mentions: 1 }],
    });
    expect(await cyd.api.notification.unread.query({})).toMatchObject({ total: 1, mentions: 0 });
    await cyd.settle();
    expect(cyd.events('notification', ({ data }) => data.notification.kind === 'mention')).toEqual([]);
    await bob.api.notification.ack.mutate({ ids: [event.data.notification.id] });
  });

  test('a message to the whole room is a mention of everyone', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.message.send.mutate({ roomId, content: 'all!', mentions: ['@room'] });
    expect(await bob.api.notification.unread.query({})).toMatchObject({ total: 1, mentions: 1 });
    expect(await ada.api.notification.unread.query({})).toMatchObject({ total: 0, mentions: 0 });
  });

  test('a reaction is told to the one who wrote the message', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const message = await say(ada, roomId, 'nice', [bob]);
    await bob.api.message.react.mutate({ messageId: message.id, emoji: '👍' });
    const event = await ada.event('notification', ({ data }) => data.notification.kind === 'reaction');
    expect(event.data.notification).toMatchObject({ roomId, messageId: message.id, actorId: bob.id });
    await cyd.settle();
    expect(cyd.events('notification', ({ data }) => data.notification.kind === 'reaction')).toEqual([]);
  });

  test('what was missed while away is there after coming back', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    bob.offline();
    const message = await ada.api.message.send.mutate({ roomId, content: 'hey', mentions: [bob.id] });
    bob.online();
    await bob.event('notification', ({ data }) => data.notification.messageId === message.id);
    expect(bob.events('notification', ({ data }) => data.notification.messageId === message.id)).toHaveLength(1);
  });

  test('unread counts from joining on, what is deleted counts no more, and all adds up', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const cyd = person('cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'before cyd');
    await ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] });
    const gone = await say(ada, roomId, 'deleted soon');
    await say(ada, roomId, 'stays');
    await say(bob, roomId, 'from bob');
    await ada.api.message.delete.mutate({ messageIds: [gone.id] });
    const device = await suite.connect(cyd);
    const ready = await device.event('ready');
    expect(ready.data.unread.total).toBe(2);
    expect((await device.api.notification.unread.query({})).total).toBe(2);
    expect((await device.api.room.list.query({})).items).toMatchObject([{ id: roomId, unread: 2 }]);
    expect((await bob.api.notification.unread.query({})).total).toBe(2);
    expect((await ada.api.notification.unread.query({})).total).toBe(1);
  });
});

test('what was deleted since is told as what it was, also by a node that was not there', async () => {
  await using t = await testChat();
  const [ada, bob] = [t.as('ada'), t.as('bob')];
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Plaza', members: ['bob'] });
  const { id: replyToId } = await bob.message.send({ roomId, content: 'What do you think?' });
  const start = await bob.sync({});
  const reply = await ada.message.send({ roomId, content: 'Hm.', replyToId });
  await ada.message.delete({ messageIds: [reply.id] });
  await t.restart();
  if (!('cursor' in start)) throw new Error('It is a page of one room.');
  const { events } = await t.as('bob').sync({ cursor: start.cursor });
  const told = events
    .map((each) => ('event' in each ? each.event : each))
    .flatMap((event) => (event.type === 'notification' ? [event.data.notification] : []));
  expect(told).toMatchObject([{ kind: 'reply', roomId, messageId: reply.id, actorId: 'ada' }]);
  // The list has nothing of what is gone.
  expect((await t.as('bob').notification.list({})).items).toEqual([]);
});

onEachDatabase('presence', (suite) => {
  test('it tells of people who share a room, and of nobody else', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    await makeRoom('group', ada, [bob]);
    const { items } = await ada.api.presence.get.query({ userIds: [bob.id, eve.id, 'nobody'] });
    expect(items).toMatchObject([{ userId: bob.id, status: 'online' }]);
  });

  test('who leaves is offline', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    await makeRoom('group', ada, [bob]);
    await bob.close();
    const found = await waitFor(
      async () => {
        const { items } = await ada.api.presence.get.query({ userIds: [bob.id] });
        return items.find(({ status }) => status === 'offline');
      },
      { what: 'bob to be offline', timeoutMs: 15_000 },
    );
    expect(found).toMatchObject({ userId: bob.id, lastSeenAt: expect.any(Date) });
  });

  test('who shares a room with someone hears of their leaving and coming back', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    await makeRoom('group', ada, [bob]);
    await bob.close();
    await ada.event('presence', ({ data }) => data.userId === bob.id && data.status === 'offline', {
      timeoutMs: 15_000,
    });
    const from = ada.position;
    await suite.connect(bob.person);
    await ada.event('presence', ({ data }) => data.userId === bob.id && data.status === 'online', {
      from,
      timeoutMs: 15_000,
    });
  });
});
