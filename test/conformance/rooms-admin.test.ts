import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { expectRooms, makeRoom, onEachDatabase, say } from '../support/suite.js';

onEachDatabase('changing a room', (suite) => {
  test('an admin renames a group, and everyone hears of it', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    const room = await bob.api.room.update.mutate({ roomId, name: 'New name' });
    expect(room).toMatchObject({ id: roomId, name: 'New name', me: { userId: bob.id } });
    for (const device of [ada, bob, cyd]) {
      const event = await device.event('room.updated', (found) => found.roomId === roomId);
      expect(event).toMatchObject({ actorId: bob.id, seq: 3, data: { room: { name: 'New name' } } });
      expect(event.data.room).not.toHaveProperty('me');
    }
  });

  test('an admin describes a channel, and null clears it again', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('channel', ada, [bob]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    expect(
      await bob.api.room.update.mutate({ roomId, description: 'About us', image: 'https://example.org/i.png' }),
    ).toMatchObject({
      description: 'About us',
      image: 'https://example.org/i.png',
    });
    expect(await bob.api.room.update.mutate({ roomId, description: null, image: null })).toMatchObject({
      description: null,
      image: null,
    });
    await expectRefusal(ada.api.room.update.mutate({ roomId, name: null }), 'VALIDATION');
  });

  test('a direct room has preferences only', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    expect(await bob.api.room.update.mutate({ roomId, preferences: { theme: 'sea' } })).toMatchObject({
      preferences: { theme: 'sea' },
    });
    expect((await ada.event('room.updated', (event) => event.roomId === roomId)).data.room.preferences).toEqual({
      theme: 'sea',
    });
    for (const fields of [
      { name: 'No' },
      { description: 'No' },
      { locked: true },
      { maxMembers: 3 },
      { visibility: 'public' },
    ] as const) {
      await expectRefusal(ada.api.room.update.mutate({ roomId, ...fields }), 'PERMISSION_DENIED', 'VALIDATION');
    }
    expect(await ada.api.room.get.query({ roomId })).toMatchObject({
      name: null,
      visibility: 'private',
      locked: false,
    });
  });

  test('several settings change in one call and in one event', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const fields = {
      name: 'All at once',
      description: 'x',
      locked: true,
      joinPolicy: 'request',
      visibility: 'public',
      maxMembers: 9,
      preferences: { a: 1 },
    } as const;
    expect(await ada.api.room.update.mutate({ roomId, ...fields })).toMatchObject(fields);
    await bob.event('room.updated', (event) => event.roomId === roomId);
    expect(bob.events('room.updated')).toHaveLength(1);
    expect((await bob.api.room.get.query({ roomId })).seq).toBe(2);
  });

  test('an admin locks a group, its owner asks for requests, an admin opens a channel, and it counts at once', async () => {
    const [ada, bob, cyd, eve] = await suite.users('ada', 'bob', 'cyd', 'eve');
    const { id: group } = await makeRoom('group', ada, [bob, cyd], { visibility: 'public' });
    const { id: channel } = await makeRoom('channel', ada, [bob]);
    for (const roomId of [group, channel]) {
      await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    }
    expect(await bob.api.room.update.mutate({ roomId: group, locked: true })).toMatchObject({ locked: true });
    await expectRefusal(cyd.api.message.send.mutate({ roomId: group, content: 'no' }), 'PERMISSION_DENIED');
    await ada.api.room.update.mutate({ roomId: group, joinPolicy: 'request' });
    expect(await eve.api.room.join.mutate({ roomId: group })).toMatchObject({ status: 'requested' });
    await expectRefusal(eve.api.room.join.mutate({ roomId: channel }), 'NOT_FOUND');
    await bob.api.room.update.mutate({ roomId: channel, visibility: 'public', joinPolicy: 'open' });
    expect(await eve.api.room.join.mutate({ roomId: channel })).toMatchObject({ status: 'joined' });
    const event = await cyd.event('room.updated', ({ data }) => data.room.locked);
    expect(event).toMatchObject({ roomId: group, actorId: bob.id });
  });

  test('plain members change nothing', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    for (const kind of ['group', 'channel'] as const) {
      const { id: roomId } = await makeRoom(kind, ada, [bob]);
      for (const fields of [
        { name: 'No' },
        { locked: true },
        { joinPolicy: 'open' },
        { visibility: 'public' },
        { preferences: {} },
      ] as const) {
        await expectRefusal(bob.api.room.update.mutate({ roomId, ...fields }), 'PERMISSION_DENIED');
        await expectRefusal(eve.api.room.update.mutate({ roomId, ...fields }), 'NOT_FOUND');
      }
      expect((await ada.api.room.get.query({ roomId })).seq).toBe(1);
    }
  });

  test('a change that changes nothing tells nobody', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob], { name: 'Same' });
    await ada.api.room.update.mutate({ roomId, name: 'Same', locked: false });
    expect((await say(ada, roomId, 'next', [bob])).seq).toBe(2);
    expect(bob.events('room.updated')).toEqual([]);
  });

  test('kind, members, owner and unknown fields can not be changed, and values are checked as at creation', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    for (const fields of [
      { kind: 'channel' },
      { members: [bob.id] },
      { clientId: 'x'.repeat(20) },
      { ownerId: bob.id },
      { memberCount: 1 },
      { name: '' },
      { name: 'x'.repeat(201) },
      { locked: 'yes' },
      { visibility: 'secret' },
      { maxMembers: 0 },
      { preferences: 'dark' },
      { image: 'javascript:alert(1)' },
    ]) {
      await expectRefusal(ada.call('room.update', { roomId, ...fields }), 'VALIDATION');
    }
    expect((await ada.api.room.get.query({ roomId })).seq).toBe(1);
  });

  test('two changes at once both hold', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await Promise.all([
      ada.api.room.update.mutate({ roomId, name: 'Both' }),
      ada.api.room.update.mutate({ roomId, description: 'hold' }),
      say(ada, roomId, 'and a message'),
    ]);
    expect(await bob.api.room.get.query({ roomId })).toMatchObject({ name: 'Both', description: 'hold' });
  });
});

onEachDatabase('roles and grants', (suite) => {
  for (const kind of ['group', 'channel'] as const) {
    test(`an owner makes and unmakes admins of a ${kind}, and everyone hears of it`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom(kind, ada, [bob]);
      const made = await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
      expect(made).toMatchObject({ room: { id: roomId }, members: [{ userId: bob.id, role: 'admin' }] });
      const event = await bob.event('member.updated', (found) => found.roomId === roomId);
      expect(event).toMatchObject({ seq: 2, actorId: ada.id });
      expect(event.data.members).toMatchObject([{ userId: bob.id, role: 'admin' }]);
      await bob.api.room.update.mutate({ roomId, description: 'as admin' });
      await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'member' });
      await expectRefusal(bob.api.room.update.mutate({ roomId, description: 'no more' }), 'PERMISSION_DENIED');
    });

    test(`plain members of a ${kind} give no role and no right`, async () => {
      const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
      const { id: roomId } = await makeRoom(kind, ada, [bob, cyd]);
      await expectRefusal(
        bob.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' }),
        'PERMISSION_DENIED',
      );
      await expectRefusal(
        bob.api.room.setRole.mutate({ roomId, userIds: [cyd.id], role: 'admin' }),
        'PERMISSION_DENIED',
      );
      await expectRefusal(
        bob.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['message.send'] }),
        'PERMISSION_DENIED',
      );
      await expectRefusal(
        bob.api.room.revoke.mutate({ roomId, userIds: [cyd.id], permissions: ['message.send'] }),
        'PERMISSION_DENIED',
      );
    });
  }

  test('an admin makes admins but unmakes none', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await bob.api.room.setRole.mutate({ roomId, userIds: [cyd.id], role: 'admin' });
    await expectRefusal(
      bob.api.room.setRole.mutate({ roomId, userIds: [cyd.id], role: 'member' }),
      'PERMISSION_DENIED',
    );
    expect((await cyd.api.room.get.query({ roomId })).me?.role).toBe('admin');
  });

  test('an owner can not be demoted, by admins or oneself', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await expectRefusal(
      bob.api.room.setRole.mutate({ roomId, userIds: [ada.id], role: 'member' }),
      'PERMISSION_DENIED',
    );
    await ada.api.room.setRole.mutate({ roomId, userIds: [ada.id], role: 'member' }).catch(() => undefined);
    expect(await ada.api.room.get.query({ roomId })).toMatchObject({ ownerId: ada.id, me: { role: 'owner' } });
  });

  test('ownership is no role to be set', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await expectRefusal(ada.call('room.setRole', { roomId, userIds: [bob.id], role: 'owner' }), 'VALIDATION');
  });

  test('grants and revocations are told and kept, and give no power over the room', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const permissions = ['member.add', 'member.remove'] as const;
    const granted = await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: [...permissions] });
    expect([...(granted.members[0]?.permissions ?? [])].sort()).toEqual([...permissions].sort());
    await bob.event('member.updated', ({ data }) => data.members[0]?.permissions.length === 2);
    await expectRefusal(bob.api.room.update.mutate({ roomId, name: 'No' }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.delete.mutate({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' }), 'PERMISSION_DENIED');
    await ada.api.room.revoke.mutate({ roomId, userIds: [bob.id], permissions: ['member.add'] });
    expect((await bob.api.room.get.query({ roomId })).me?.permissions).toEqual(['member.remove']);
  });

  test('giving what is there already succeeds and tells nobody', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'member' });
    await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['message.pin'] });
    await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['message.pin'] });
    await ada.api.room.revoke.mutate({ roomId, userIds: [bob.id], permissions: ['message.send'] });
    expect((await say(ada, roomId, 'next')).seq).toBe(3);
  });

  test('someone who is not a member gets no role and no right', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const userIds = [bob.id, eve.id];
    await expectRefusal(ada.api.room.setRole.mutate({ roomId, userIds, role: 'admin' }), 'CONFLICT');
    await expectRefusal(ada.api.room.grant.mutate({ roomId, userIds, permissions: ['message.send'] }), 'CONFLICT');
    expect((await bob.api.room.get.query({ roomId })).me).toMatchObject({ role: 'member', permissions: [] });
  });

  test('an unknown right is refused, and so is an empty list', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await expectRefusal(
      ada.call('room.grant', { roomId, userIds: [bob.id], permissions: ['everything'] }),
      'VALIDATION',
    );
    await expectRefusal(ada.call('room.grant', { roomId, userIds: [], permissions: ['message.send'] }), 'VALIDATION');
    await expectRefusal(ada.call('room.setRole', { roomId, userIds: [], role: 'admin' }), 'VALIDATION');
    await expectRefusal(ada.call('room.setRole', { roomId, userIds: bob.id, role: 'admin' }), 'VALIDATION');
  });
});

onEachDatabase('deleting a room', (suite) => {
  test('the owner deletes a group or channel, and it is the last that anyone hears of it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    for (const kind of ['group', 'channel'] as const) {
      const { id: roomId } = await makeRoom(kind, ada, [bob]);
      expect(await ada.api.room.delete.mutate({ roomId })).toEqual({ roomId });
      for (const device of [ada, bob]) {
        const event = await device.event('room.deleted', (found) => found.roomId === roomId);
        expect(event).toMatchObject({ seq: 2, actorId: ada.id, data: {} });
        expect(device.seqs(roomId)).toEqual([1, 2]);
        await expectRefusal(device.api.room.get.query({ roomId }), 'NOT_FOUND');
      }
    }
    await expectRooms(bob, []);
  });

  test('admins and plain members delete no group', async () => {
    const [ada, bob, cyd, eve] = await suite.users('ada', 'bob', 'cyd', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    for (const user of [bob, cyd]) await expectRefusal(user.api.room.delete.mutate({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(eve.api.room.delete.mutate({ roomId }), 'NOT_FOUND');
    await expectRooms(ada, [roomId]);
  });

  test('either of the two deletes a direct room', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    for (const user of [ada, bob]) {
      const { id: roomId } = await makeRoom('direct', ada, [bob]);
      await user.api.room.delete.mutate({ roomId });
      for (const device of [ada, bob]) await device.event('room.deleted', (event) => event.roomId === roomId);
    }
    await expectRooms(ada, []);
  });
});
