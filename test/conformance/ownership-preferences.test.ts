import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { makeRoom, onEachDatabase } from '../support/suite.js';

onEachDatabase('handing a room over', (suite) => {
  test('the new owner may do what the old one could, who stays on as an admin', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const answer = await ada.api.room.transferOwnership.mutate({ roomId, userId: bob.id });
    expect(answer).toMatchObject({
      room: { ownerId: bob.id, me: { role: 'admin' } },
      members: [
        { userId: bob.id, role: 'owner', permissions: [] },
        { userId: ada.id, role: 'admin' },
      ],
    });
    const event = await cyd.event('member.updated', (found) => found.roomId === roomId);
    expect(event.data.members.map(({ userId, role }) => [userId, role])).toEqual([
      [bob.id, 'owner'],
      [ada.id, 'admin'],
    ]);
    expect((await cyd.event('room.updated')).data.room.ownerId).toBe(bob.id);
    await expectRefusal(ada.api.room.delete.mutate({ roomId }), 'PERMISSION_DENIED');
    expect(await bob.api.room.delete.mutate({ roomId })).toEqual({ roomId });
  });

  test('only the owner hands it over, and only to a member', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await expectRefusal(bob.api.room.transferOwnership.mutate({ roomId, userId: bob.id }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.room.transferOwnership.mutate({ roomId, userId: person('eve').id }), 'CONFLICT');
    const { seq } = await ada.api.room.get.query({ roomId });
    await ada.api.room.transferOwnership.mutate({ roomId, userId: ada.id });
    expect((await ada.api.room.get.query({ roomId })).seq).toBe(seq);
  });
});

onEachDatabase('preferences of a room', (suite) => {
  test('they are one’s own, and one’s other devices hear of them', async () => {
    const user = person('ada');
    const ada = await suite.connect(user);
    const phone = await suite.connect(user);
    const [bob] = await suite.users('bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.setPreferences.mutate({ roomId, notify: 'mentions', pinned: true });
    const event = await phone.event('preferences.updated');
    expect(event.data).toEqual({ roomId, notify: 'mentions', archived: false, pinned: true });
    expect((await ada.api.room.get.query({ roomId })).me).toMatchObject({ notify: 'mentions', pinned: true });
    expect((await bob.api.room.get.query({ roomId })).me).toMatchObject({ notify: 'all', pinned: false });
    expect(bob.events('preferences.updated')).toEqual([]);
  });

  test('an archived room is listed apart', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await ada.api.room.setPreferences.mutate({ roomId, archived: true });
    const ids = async (archived: boolean) => (await ada.api.room.list.query({ archived })).items.map(({ id }) => id);
    expect([await ids(true), await ids(false)]).toEqual([[roomId], []]);
  });

  test('what changes nothing is told to nobody', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await ada.api.room.setPreferences.mutate({ roomId, notify: 'all' });
    await ada.api.room.setPreferences.mutate({ roomId, pinned: true });
    await ada.event('preferences.updated');
    expect(ada.events('preferences.updated')).toHaveLength(1);
  });

  test('strangers have none', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('channel', ada, [], { visibility: 'public' });
    await expectRefusal(eve.api.room.setPreferences.mutate({ roomId, pinned: true }), 'PERMISSION_DENIED');
  });
});
