import { expect, test } from 'vitest';
import { clientId, expectRefusal, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { expectRooms, makeRoom, onEachDatabase } from '../support/suite.js';

const strangers = (count: number) => Array.from({ length: count }, (_, index) => person(`member${index}`).id);

async function memberIds(user: Connection, roomId: string): Promise<string[]> {
  const { items } = await user.api.room.members.query({ roomId, limit: 100 });
  return items.map(({ userId }) => userId).sort();
}

onEachDatabase('creating direct rooms', (suite) => {
  test('a direct room with one other has two members and no owner', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const room = await ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] });
    expect(room).toMatchObject({ kind: 'direct', created: true, memberCount: 2, ownerId: null, name: null, seq: 1 });
    expect(await memberIds(ada, room.id)).toEqual([ada.id, bob.id].sort());
  });

  test('a direct room with two others, with nobody or with oneself is refused', async () => {
    const [ada] = await suite.users('ada');
    await expectRefusal(ada.api.room.create.mutate({ kind: 'direct', members: strangers(2) }), 'VALIDATION');
    await expectRefusal(ada.api.room.create.mutate({ kind: 'direct', members: [] }), 'VALIDATION');
    await expectRefusal(ada.api.room.create.mutate({ kind: 'direct' }), 'VALIDATION');
    await expectRefusal(ada.api.room.create.mutate({ kind: 'direct', members: [ada.id] }), 'VALIDATION');
    await expectRooms(ada, []);
  });

  test('a second direct room of the same two is the first one, from either side', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const first = await makeRoom('direct', ada, [bob]);
    const again = await ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] });
    const other = await bob.api.room.create.mutate({ kind: 'direct', members: [ada.id] });
    expect([again.id, again.created]).toEqual([first.id, false]);
    expect([other.id, other.created]).toEqual([first.id, false]);
    expect(other.me?.userId).toBe(bob.id);
    const third = await ada.api.room.create.mutate({ kind: 'direct', members: [cyd.id] });
    expect(third.created).toBe(true);
    expect(third.id).not.toBe(first.id);
  });

  test('two who create their direct room at once get the same one, created once', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const rooms = await Promise.all([
      ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] }),
      bob.api.room.create.mutate({ kind: 'direct', members: [ada.id] }),
      ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] }),
      bob.api.room.create.mutate({ kind: 'direct', members: [ada.id] }),
    ]);
    expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
    expect(rooms.filter(({ created }) => created)).toHaveLength(1);
    await expectRooms(ada, [rooms[0].id]);
    await expectRooms(bob, [rooms[0].id]);
  });

  test('after deletion the same two get a new direct room', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const first = await makeRoom('direct', ada, [bob]);
    await bob.api.room.delete.mutate({ roomId: first.id });
    const second = await ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] });
    expect(second.created).toBe(true);
    expect(second.id).not.toBe(first.id);
    await expectRooms(bob, [second.id]);
  });
});

onEachDatabase('creating groups and channels', (suite) => {
  for (const [kind, cap] of [
    ['group', 100],
    ['channel', 300],
  ] as const) {
    test(`a ${kind} with seven others has eight members, and its creator owns it`, async () => {
      const [ada] = await suite.users('ada');
      const members = strangers(7);
      const room = await ada.api.room.create.mutate({ kind, name: 'Eight', members });
      expect(room).toMatchObject({
        kind,
        name: 'Eight',
        created: true,
        memberCount: 8,
        ownerId: ada.id,
        maxMembers: cap,
        visibility: 'private',
        joinPolicy: 'invite',
        history: 'all',
        locked: false,
        slowModeSeconds: 0,
        description: null,
        image: null,
        custom: {},
        me: { userId: ada.id, role: 'owner', notify: 'all', archived: false, pinned: false },
      });
      expect(await memberIds(ada, room.id)).toEqual([ada.id, ...members].sort());
    });

    test(`a ${kind} without others has just its owner`, async () => {
      const [ada] = await suite.users('ada');
      const absent = await ada.api.room.create.mutate({ kind, name: 'Alone' });
      const empty = await ada.api.room.create.mutate({ kind, name: 'Alone too', members: [] });
      for (const room of [absent, empty]) {
        expect(room.memberCount).toBe(1);
        const { items } = await ada.api.room.members.query({ roomId: room.id });
        expect(items).toMatchObject([{ userId: ada.id, role: 'owner' }]);
      }
    });

    test(`the settings given to a new ${kind} are kept`, async () => {
      const [ada] = await suite.users('ada');
      const fields = {
        name: 'Settings',
        description: 'About settings',
        image: 'https://example.org/room.png',
        visibility: 'public',
        joinPolicy: 'request',
        history: 'sinceJoin',
        locked: true,
        maxMembers: 5,
        preferences: { theme: 'dark', nested: { level: 2 } },
        custom: { department: 'sales' },
      } as const;
      const room = await ada.api.room.create.mutate({ kind, ...fields });
      expect(room).toMatchObject(fields);
      expect(await ada.api.room.get.query({ roomId: room.id })).toMatchObject(fields);
    });

    test(`a ${kind} with more members than its cap is refused as a whole`, async () => {
      const [ada] = await suite.users('ada');
      await expectRefusal(
        ada.api.room.create.mutate({ kind, name: 'Full', maxMembers: 3, members: strangers(3) }),
        'CONFLICT',
      );
      await expectRooms(ada, []);
      const room = await ada.api.room.create.mutate({ kind, name: 'Just full', maxMembers: 3, members: strangers(2) });
      expect(room.memberCount).toBe(3);
    });

    test(`a ${kind} without a visible name is refused`, async () => {
      const [ada] = await suite.users('ada');
      for (const name of [undefined, null, '', '   ', '\u200b', 'a\nb', 'x'.repeat(201), 'ab\u202ecd']) {
        await expectRefusal(ada.call('room.create', { kind, name }), 'VALIDATION');
      }
      await expectRooms(ada, []);
    });

    test(`a public ${kind} is open unless it says otherwise`, async () => {
      const [ada] = await suite.users('ada');
      const room = await ada.api.room.create.mutate({ kind, name: 'Open', visibility: 'public' });
      expect(room.joinPolicy).toBe('open');
    });
  }

  test('an unknown kind and keys nobody knows are refused', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    await expectRefusal(ada.call('room.create', { kind: 'supergroup', name: 'No' }), 'VALIDATION');
    await expectRefusal(ada.call('room.create', { kind: 'group', name: 'No', participants: [bob.id] }), 'VALIDATION');
    await expectRefusal(ada.call('room.create', { kind: 'group', name: 'No', id: 'mine' }), 'VALIDATION');
    await expectRefusal(ada.call('room.create', { kind: 'group', name: 'No', ownerId: bob.id }), 'VALIDATION');
  });

  test('preferences and custom data that are no plain objects are refused', async () => {
    const [ada] = await suite.users('ada');
    for (const value of ['dark', 7, true, ['dark'], null]) {
      await expectRefusal(ada.call('room.create', { kind: 'group', name: 'No', preferences: value }), 'VALIDATION');
      await expectRefusal(ada.call('room.create', { kind: 'group', name: 'No', custom: value }), 'VALIDATION');
    }
  });

  test('every kind of room starts with empty preferences', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    for (const kind of ['direct', 'group', 'channel'] as const) {
      const room = await makeRoom(kind, ada, [bob]);
      expect((await bob.api.room.get.query({ roomId: room.id })).preferences).toEqual({});
    }
  });

  test('naming someone twice, or oneself, makes one member', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const room = await ada.api.room.create.mutate({ kind: 'group', name: 'Once', members: [bob.id, bob.id, ada.id] });
    expect(room.memberCount).toBe(2);
    expect(await memberIds(ada, room.id)).toEqual([ada.id, bob.id].sort());
  });

  test('the same client id creates one group, and another body under it is a conflict', async () => {
    const [ada] = await suite.users('ada');
    const id = clientId();
    const rooms = await Promise.all(
      Array.from({ length: 4 }, () => ada.api.room.create.mutate({ kind: 'group', name: 'Once', clientId: id })),
    );
    expect(new Set(rooms.map((room) => room.id)).size).toBe(1);
    expect(rooms.filter((room) => room.created)).toHaveLength(1);
    await expectRefusal(ada.api.room.create.mutate({ kind: 'group', name: 'Other', clientId: id }), 'CONFLICT');
    await expectRooms(ada, [rooms[0]?.id ?? '']);
  });
});

onEachDatabase('hearing of new rooms', (suite) => {
  for (const kind of ['direct', 'group', 'channel'] as const) {
    test(`every device of every member hears of a new ${kind} once, with its first members`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const devices = [ada, bob, await suite.connect(ada.person), await suite.connect(bob.person)];
      const name = kind === 'direct' ? {} : { name: 'New' };
      const room = await ada.api.room.create.mutate({ kind, members: [bob.id], ...name });
      for (const device of devices) {
        const event = await device.event('room.created', ({ roomId }) => roomId === room.id);
        expect(event).toMatchObject({
          roomId: room.id,
          seq: 1,
          actorId: ada.id,
          data: { room: { id: room.id, kind, memberCount: 2 } },
        });
        expect(event.data.members.map(({ userId }) => userId).sort()).toEqual([ada.id, bob.id].sort());
        expect(event.data.room).not.toHaveProperty('me');
        await device.settle();
        expect(device.seqs(room.id)).toEqual([1]);
      }
    });
  }

  test('who is not in a new room hears nothing of it', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    await makeRoom('group', ada, [bob]);
    await eve.settle();
    expect(eve.received.map(({ event }) => event.type)).toEqual(['ready']);
  });
});
