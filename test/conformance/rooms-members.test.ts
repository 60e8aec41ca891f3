import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { expectRooms, makeRoom, onEachDatabase, range, say, succeeded } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

onEachDatabase('looking at rooms', (suite) => {
  test('members see the room and each other, without private fields', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    expect(await bob.api.room.get.query({ roomId })).toMatchObject({
      id: roomId,
      memberCount: 2,
      me: { userId: bob.id, role: 'member' },
    });
    const { items, nextCursor } = await bob.api.room.members.query({ roomId });
    expect(nextCursor).toBeNull();
    const found = items.find(({ userId }) => userId === ada.id);
    expect(found).toMatchObject({
      roomId,
      role: 'owner',
      permissions: [],
      joinSeq: 1,
      mutedUntil: null,
      joinedAt: expect.any(Date),
    });
    expect(found?.user).toEqual({ id: ada.id, name: 'Ada', image: null });
    expect(Object.keys(found ?? {})).not.toContain('notify');
  });

  test('strangers can not tell a private room from none', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const there = await expectRefusal(eve.api.room.get.query({ roomId }), 'NOT_FOUND');
    expect(there).toEqual(await expectRefusal(eve.api.room.get.query({ roomId: unknownId }), 'NOT_FOUND'));
    await expectRefusal(eve.api.room.members.query({ roomId }), 'NOT_FOUND');
    await expectRefusal(ada.api.room.get.query({ roomId: 'not-an-id' }), 'VALIDATION');
  });

  test('strangers may look at a public room, and at nothing else of it', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('channel', ada, [], { visibility: 'public' });
    expect(await eve.api.room.get.query({ roomId })).toMatchObject({ id: roomId, me: null });
    await expectRefusal(eve.api.room.members.query({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(eve.api.message.list.query({ roomId }), 'PERMISSION_DENIED');
  });

  test('the list of members comes in pages and by role', async () => {
    const [ada] = await suite.users('ada');
    const others = range(1, 7).map((index) => person(`member${index}`).id);
    const room = await ada.api.room.create.mutate({ kind: 'group', name: 'Pages', members: others });
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof ada.api.room.members.query>> = await ada.api.room.members.query({
        roomId: room.id,
        limit: 3,
        ...(cursor === null ? {} : { cursor }),
      });
      found.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < 20);
    expect([...found].sort()).toEqual([ada.id, ...others].sort());
    const owners = await ada.api.room.members.query({ roomId: room.id, roles: ['owner'] });
    expect(owners.items.map(({ userId }) => userId)).toEqual([ada.id]);
  });
});

onEachDatabase('joining', (suite) => {
  for (const kind of ['group', 'channel'] as const) {
    test(`anyone joins an open public ${kind}, and joining again changes nothing`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom(kind, ada, [], { visibility: 'public' });
      const answer = await bob.api.room.join.mutate({ roomId });
      expect(answer).toMatchObject({
        status: 'joined',
        room: { id: roomId, memberCount: 2, me: { userId: bob.id, role: 'member' } },
      });
      const event = await ada.event('member.added', (found) => found.roomId === roomId);
      expect(event).toMatchObject({ actorId: bob.id, seq: 2 });
      expect(await bob.api.room.join.mutate({ roomId })).toMatchObject({ status: 'joined' });
      const message = await say(ada, roomId, 'welcome', [ada, bob]);
      expect(message.seq).toBe(3);
      expect(bob.seqs(roomId)).toEqual([2, 3]);
    });

    test(`a private ${kind} can not be joined, nor seen`, async () => {
      const [ada, eve] = await suite.users('ada', 'eve');
      const { id: roomId } = await makeRoom(kind, ada);
      await expectRefusal(eve.api.room.join.mutate({ roomId }), 'NOT_FOUND');
      await expectRefusal(eve.api.room.join.mutate({ roomId: unknownId }), 'NOT_FOUND');
      await expectRooms(eve, []);
    });

    test(`a public ${kind} by invitation can be seen but not joined`, async () => {
      const [ada, eve] = await suite.users('ada', 'eve');
      const { id: roomId } = await makeRoom(kind, ada, [], { visibility: 'public', joinPolicy: 'invite' });
      await expectRefusal(eve.api.room.join.mutate({ roomId }), 'PERMISSION_DENIED');
    });

    test(`a full ${kind} can not be joined`, async () => {
      const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
      const { id: roomId } = await makeRoom(kind, ada, [bob], { visibility: 'public', maxMembers: 2 });
      await expectRefusal(eve.api.room.join.mutate({ roomId }), 'CONFLICT');
    });
  }

  test('a direct room can not be joined', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await expectRefusal(eve.api.room.join.mutate({ roomId }), 'NOT_FOUND');
    await expectRefusal(bob.api.room.join.mutate({ roomId }), 'PERMISSION_DENIED');
  });

  test('five who join at once never pass the cap', async () => {
    const [ada, ...others] = await suite.users('ada', 'bob', 'cyd', 'dan', 'eve', 'fay');
    const { id: roomId } = await makeRoom('channel', ada, [], { visibility: 'public', maxMembers: 4 });
    const joined = await succeeded(others.map((user) => user.api.room.join.mutate({ roomId })));
    expect(joined).toHaveLength(3);
    expect((await ada.api.room.get.query({ roomId })).memberCount).toBe(4);
  });
});

onEachDatabase('leaving', (suite) => {
  for (const kind of ['group', 'channel'] as const) {
    test(`who leaves a ${kind} and who stays hear of it, and the leaver of nothing after`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom(kind, ada, [bob]);
      expect(await bob.api.room.leave.mutate({ roomId })).toEqual({ roomId, deleted: false });
      for (const device of [ada, bob]) {
        const event = await device.event('member.removed', (found) => found.roomId === roomId);
        expect(event).toMatchObject({ actorId: bob.id, seq: 2, data: { userIds: [bob.id], reason: 'left' } });
      }
      await say(ada, roomId, 'without bob');
      await bob.settle();
      expect(bob.seqs(roomId)).toEqual([1, 2]);
      await expectRooms(bob, []);
      await expectRefusal(bob.api.room.leave.mutate({ roomId }), 'NOT_FOUND');
    });

    test(`the last to leave a ${kind} deletes it`, async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom(kind, ada);
      expect(await ada.api.room.leave.mutate({ roomId })).toEqual({ roomId, deleted: true });
      await ada.event('room.deleted', (event) => event.roomId === roomId);
      await expectRooms(ada, []);
      await expectRefusal(ada.api.room.get.query({ roomId }), 'NOT_FOUND');
    });

    test(`two last members who leave a ${kind} at once delete it`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom(kind, ada, [bob]);
      const answers = await Promise.all([ada.api.room.leave.mutate({ roomId }), bob.api.room.leave.mutate({ roomId })]);
      expect(answers.filter(({ deleted }) => deleted)).toHaveLength(1);
      for (const user of [ada, bob]) {
        await expectRooms(user, []);
        await expectRefusal(user.api.room.get.query({ roomId }), 'NOT_FOUND');
      }
    });
  }

  test('an owner who leaves passes the room to the longest-standing admin, else member', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] });
    await ada.api.room.setRole.mutate({ roomId, userIds: [cyd.id], role: 'admin' });
    await ada.api.room.leave.mutate({ roomId });
    expect(await cyd.api.room.get.query({ roomId })).toMatchObject({ ownerId: cyd.id, me: { role: 'owner' } });
    await cyd.api.room.leave.mutate({ roomId });
    expect(await bob.api.room.get.query({ roomId })).toMatchObject({ ownerId: bob.id, me: { role: 'owner' } });
  });

  test('a direct room can not be left', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await expectRefusal(ada.api.room.leave.mutate({ roomId }), 'PERMISSION_DENIED');
    await expectRooms(ada, [roomId]);
  });
});

onEachDatabase('adding and removing members', (suite) => {
  for (const kind of ['group', 'channel'] as const) {
    test(`adding to a ${kind} names who is new and who was there`, async () => {
      const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
      const { id: roomId } = await makeRoom(kind, ada, [bob]);
      const answer = await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id, cyd.id] });
      expect(answer).toMatchObject({
        room: { memberCount: 3 },
        added: [cyd.id],
        skipped: [{ userId: bob.id, reason: 'member' }],
      });
      for (const device of [ada, bob, cyd]) {
        const event = await device.event('member.added', (found) => found.roomId === roomId);
        expect(event).toMatchObject({ seq: 2, actorId: ada.id });
        expect(event.data.members).toMatchObject([{ userId: cyd.id, role: 'member', joinSeq: 2 }]);
      }
      expect(cyd.seqs(roomId)).toEqual([2]);
    });

    test(`who is removed from a ${kind} hears of it last, the others go on`, async () => {
      const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
      const { id: roomId } = await makeRoom(kind, ada, [bob, cyd]);
      const answer = await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id, 'nobody'] });
      expect(answer).toMatchObject({
        room: { memberCount: 2 },
        removed: [bob.id],
        skipped: [{ userId: 'nobody', reason: 'notMember' }],
      });
      for (const device of [ada, bob, cyd]) {
        const event = await device.event('member.removed', (found) => found.roomId === roomId);
        expect(event).toMatchObject({ seq: 2, actorId: ada.id, data: { userIds: [bob.id], reason: 'removed' } });
      }
      await say(ada, roomId, 'after', [ada, cyd]);
      await bob.settle();
      expect(bob.seqs(roomId)).toEqual([1, 2]);
      await expectRefusal(bob.api.message.list.query({ roomId }), 'NOT_FOUND');
    });
  }

  test('adding nobody new succeeds and tells nobody', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const answer = await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    expect(answer).toMatchObject({ added: [], skipped: [{ userId: bob.id, reason: 'member' }] });
    expect((await say(ada, roomId, 'next')).seq).toBe(2);
  });

  test('plain members neither add nor remove, the granted do', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await expectRefusal(bob.api.room.addMembers.mutate({ roomId, userIds: [dan.id] }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.removeMembers.mutate({ roomId, userIds: [cyd.id] }), 'PERMISSION_DENIED');
    await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['member.add', 'member.remove'] });
    expect((await bob.api.room.addMembers.mutate({ roomId, userIds: [dan.id] })).added).toEqual([dan.id]);
    expect((await bob.api.room.removeMembers.mutate({ roomId, userIds: [dan.id] })).removed).toEqual([dan.id]);
  });

  test('an owner and other admins are skipped when an admin removes', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd, dan]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id, cyd.id], role: 'admin' });
    const answer = await bob.api.room.removeMembers.mutate({ roomId, userIds: [ada.id, cyd.id, dan.id] });
    expect(answer.removed).toEqual([dan.id]);
    expect([...answer.skipped].sort((one, other) => one.userId.localeCompare(other.userId))).toEqual([
      { userId: ada.id, reason: 'rank' },
      { userId: cyd.id, reason: 'rank' },
    ]);
    expect((await ada.api.room.get.query({ roomId })).ownerId).toBe(ada.id);
  });

  test('nobody is added to or removed from a direct room', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await expectRefusal(ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] }), 'PERMISSION_DENIED');
    expect((await ada.api.room.get.query({ roomId })).memberCount).toBe(2);
  });

  test('adding and removing at once both apply', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await Promise.all([
      ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] }),
      ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] }),
    ]);
    const { items } = await ada.api.room.members.query({ roomId });
    expect(items.map(({ userId }) => userId).sort()).toEqual([ada.id, cyd.id].sort());
    expect((await ada.api.room.get.query({ roomId })).memberCount).toBe(2);
  });

  test('over the cap nobody is added, also when five add at once', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada, [], { maxMembers: 4 });
    const ids = range(1, 5).map((index) => person(`member${index}`).id);
    await expectRefusal(ada.api.room.addMembers.mutate({ roomId, userIds: ids }), 'CONFLICT');
    expect((await ada.api.room.get.query({ roomId })).memberCount).toBe(1);
    const added = await succeeded(ids.map((id) => ada.api.room.addMembers.mutate({ roomId, userIds: [id] })));
    expect(added).toHaveLength(3);
    expect((await ada.api.room.get.query({ roomId })).memberCount).toBe(4);
  });

  test('the last that anyone hears of a room that emptied is its deletion', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.leave.mutate({ roomId });
    await bob.api.room.leave.mutate({ roomId });
    await bob.event('room.deleted', (event) => event.roomId === roomId);
    expect(bob.received.filter(({ event }) => event.roomId === roomId).at(-1)?.event.type).toBe('room.deleted');
    await expectRooms(bob, []);
  });

  test('grants and roles do not survive being removed and added again', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('channel', ada, [bob]);
    await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['message.send'] });
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    expect((await bob.api.room.get.query({ roomId })).me).toMatchObject({ role: 'member', permissions: [] });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'no' }), 'PERMISSION_DENIED');
  });
});
