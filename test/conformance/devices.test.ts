import { expect, test } from 'vitest';
import { person, tokenFor } from '../support/client.js';
import { callFrame, openRaw } from '../support/raw-socket.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

onEachDatabase('several devices', (suite) => {
  test('a message reaches every device of every member once, the sender’s own included', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const devices = [
      ada,
      bob,
      await suite.connect(ada.person),
      await suite.connect(bob.person),
      await suite.connect(bob.person),
    ];
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'everywhere', devices);
    for (const device of devices) {
      await device.settle();
      expect(device.seqs(roomId)).toEqual([1, 2]);
    }
  });

  test('an answer goes to the device that asked, and to no other of the user', async () => {
    const ada = await suite.connect(person('ada'));
    const token = await tokenFor(suite.server, ada.person);
    await using second = await openRaw(suite.server, { params: { token } });
    second.send(callFrame(1, 'query', 'user.me', {}));
    await second.answer(1);
    const { id: roomId } = await makeRoom('group', ada);
    await ada.api.room.list.query({});
    await ada.api.room.get.query({ roomId });
    await ada.api.message.list.query({ roomId });
    second.send(callFrame(2, 'query', 'user.me', {}));
    await second.answer(2);
    expect(second.frames.map(({ id }) => id)).toEqual([1, 2]);
  });

  test('closing one device leaves the others working', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const second = await suite.connect(bob.person);
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(ada, roomId, 'both', [bob, second]);
    await bob.close();
    await say(ada, roomId, 'one is left', [second]);
    await say(second, roomId, 'and can answer', [ada]);
  });

  test('what is pending goes to each device as it connects', async () => {
    const [ada] = await suite.users('ada');
    const bob = person('bob');
    const room = await makeRoom('group', ada);
    await ada.api.room.addMembers.mutate({ roomId: room.id, userIds: [bob.id] });
    await say(ada, room.id, 'for later');
    for (const name of ['phone', 'laptop']) {
      const device = await suite.connect(bob, { params: { device: name } });
      expect((await device.event('ready')).data.pending).toMatchObject([
        { roomId: room.id, unread: 1, lastMessage: { content: 'for later' } },
      ]);
    }
  });

  test('a device that connects after its user was added hears the room', async () => {
    const [ada] = await suite.users('ada');
    const bob = person('bob');
    const room = await makeRoom('group', ada);
    await ada.api.room.addMembers.mutate({ roomId: room.id, userIds: [bob.id] });
    const device = await suite.connect(bob);
    await say(ada, room.id, 'hello', [device]);
    expect(device.seqs(room.id)).toEqual([3]);
  });

  for (const kind of ['direct', 'group', 'channel'] as const) {
    test(`being put into a ${kind} reaches and connects every live device`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const second = await suite.connect(bob.person);
      const room = await makeRoom(kind, ada, [bob]);
      await second.event('room.created', ({ roomId }) => roomId === room.id);
      await say(ada, room.id, 'welcome', [bob, second]);
    });
  }

  test('joining a public channel connects every live device of the one who joins', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const second = await suite.connect(bob.person);
    const room = await makeRoom('channel', ada, [], { visibility: 'public' });
    await bob.api.room.join.mutate({ roomId: room.id });
    for (const device of [ada, bob, second]) {
      const event = await device.event('member.added', ({ roomId }) => roomId === room.id);
      expect(event.data.members.map(({ userId }) => userId)).toEqual([bob.id]);
    }
    await say(ada, room.id, 'welcome', [bob, second]);
    expect(second.seqs(room.id)).toEqual([2, 3]);
  });

  test('several users with several devices who are added in one call all hear of it', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const devices = [bob, cyd, dan, await suite.connect(bob.person), await suite.connect(cyd.person)];
    const room = await makeRoom('group', ada);
    await say(ada, room.id, 'before');
    const userIds = [bob.id, cyd.id, dan.id];
    const answer = await ada.api.room.addMembers.mutate({ roomId: room.id, userIds });
    expect([...answer.added].sort()).toEqual([...userIds].sort());
    for (const device of [ada, ...devices]) {
      const event = await device.event('member.added', ({ roomId }) => roomId === room.id);
      expect(event.data.members.map(({ userId }) => userId).sort()).toEqual([...userIds].sort());
      expect(event.data.room).toMatchObject({ id: room.id, memberCount: 4 });
    }
    await say(ada, room.id, 'welcome', devices);
    for (const device of devices) expect(device.seqs(room.id)).toEqual([3, 4]);
    expect(ada.seqs(room.id)).toEqual(range(1, 4));
  });
});
