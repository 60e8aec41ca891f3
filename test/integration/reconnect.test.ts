import { expect, test } from 'vitest';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

onEachDatabase('a connection that is lost', (suite) => {
  test('two users talk in order, one is cut off, comes back by itself, and nothing is missed or comes twice', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'one', [bob]);
    await say(bob, roomId, 'two', [ada]);
    bob.offline();
    for (const content of ['three', 'four', 'five']) await ada.api.message.send.mutate({ roomId, content });
    bob.online();
    await bob.event('message.created', ({ data }) => data.message.content === 'five');
    await say(bob, roomId, 'six', [ada, bob]);
    for (const user of [ada, bob]) {
      await user.settle();
      const said = user.events('message.created', (event) => event.roomId === roomId);
      expect(said.map(({ data }) => data.message.content)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
      expect(user.seqs(roomId)).toEqual(range(1, 7));
      expect(user.errors).toEqual([]);
    }
    expect(bob.events('ready').map(({ data }) => data.resumed)).toEqual([false, true]);
    expect(bob.events('resync')).toEqual([]);
  });

  test('cut off again and again while others write, every event comes once and in order', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const rooms = [
      await makeRoom('group', ada, [bob, cyd]),
      await makeRoom('direct', ada, [bob]),
      await makeRoom('channel', ada, [bob, cyd]),
    ];
    for (const round of range(1, 8)) {
      const sending = range(1, 6).map((index) =>
        ada.api.message.send.mutate({ roomId: rooms[index % 3]?.id ?? '', content: `${round}.${index}` }),
      );
      bob.drop();
      await Promise.all(sending);
    }
    const last = await Promise.all(rooms.map(({ id }) => ada.api.message.send.mutate({ roomId: id, content: 'last' })));
    for (const message of last) {
      await bob.event('message.created', ({ data }) => data.message.id === message.id, { timeoutMs: 20_000 });
      expect(bob.seqs(message.roomId)).toEqual(range(1, message.seq));
    }
    expect(bob.errors).toEqual([]);
    expect(bob.events('ready').length).toBeGreaterThan(1);
  });

  test('everything that happens while away is replayed, not messages alone', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const first = await say(ada, roomId, 'frist', [bob]);
    const second = await say(ada, roomId, 'second', [bob]);
    bob.offline();
    await ada.api.message.edit.mutate({ messageId: first.id, content: 'first' });
    await ada.api.message.react.mutate({ messageId: first.id, emoji: '👍' });
    await ada.api.message.delete.mutate({ messageIds: [second.id] });
    await ada.api.room.update.mutate({ roomId, name: 'Renamed' });
    await ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] });
    await ada.api.room.setRole.mutate({ roomId, userIds: [cyd.id], role: 'admin' });
    const other = await ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] });
    bob.online();
    await bob.event('room.created', (event) => event.roomId === other.id);
    await bob.until(() => bob.seqs(roomId).length >= 9, 'the nine events of the room');
    const types = bob.received
      .filter(({ event }) => event.roomId === roomId && event.seq !== undefined)
      .map(({ event }) => event.type);
    expect(types.slice(3)).toEqual([
      'message.updated',
      'message.reaction',
      'message.deleted',
      'room.updated',
      'member.added',
      'member.updated',
    ]);
    expect(bob.seqs(roomId)).toEqual(range(1, 9));
  });

  test('a message that was deleted since is replayed as a tombstone', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    bob.offline();
    const message = await ada.api.message.send.mutate({ roomId, content: 'a secret' });
    await ada.api.message.delete.mutate({ messageIds: [message.id] });
    bob.online();
    await bob.event('message.deleted', (event) => event.roomId === roomId);
    const [created] = bob.events('message.created', ({ data }) => data.message.id === message.id);
    expect(created?.data.message).toMatchObject({ content: null, deletedAt: expect.any(Date) });
    expect(JSON.stringify(bob.received)).not.toContain('a secret');
  });

  test('every event carries a cursor of bounded length, and a stream resumes also from that of a passing one', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await say(ada, roomId, 'hello', [bob]);
    await ada.api.message.typing.mutate({ roomId, typing: true });
    await bob.event('typing');
    expect(bob.received.every(({ id }) => id.length > 0 && id.length <= 512)).toBe(true);
    bob.drop();
    await say(ada, roomId, 'still there?', [bob]);
    expect(bob.seqs(roomId)).toEqual([1, 2, 3]);
  });
});
