import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { makeRoom, onEachDatabase, range, succeeded } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

onEachDatabase('join requests', (suite) => {
  test('who asks to join waits, and those who run the room are told', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob], { visibility: 'public', joinPolicy: 'request' });
    const answer = await cyd.api.room.join.mutate({ roomId });
    expect(answer).toMatchObject({ status: 'requested', room: { id: roomId, memberCount: 2, me: null } });
    const { data } = await ada.event('notification');
    expect(data.notification).toMatchObject({ kind: 'joinRequest', roomId, actorId: cyd.id });
    expect((await ada.api.room.joinRequests.query({ roomId })).items).toMatchObject([
      { userId: cyd.id, user: { name: 'Cyd' }, createdAt: expect.any(Date) },
    ]);
    expect(bob.events('notification').filter((event) => event.data.notification.kind === 'joinRequest')).toEqual([]);
    await expectRefusal(bob.api.room.joinRequests.query({ roomId }), 'PERMISSION_DENIED');
  });

  test('asking again tells nobody again', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [], { visibility: 'public', joinPolicy: 'request' });
    await bob.api.room.join.mutate({ roomId });
    expect(await bob.api.room.join.mutate({ roomId })).toMatchObject({ status: 'requested' });
    await ada.api.message.send.mutate({ roomId, content: 'a mark' });
    await ada.event('message.created');
    expect(ada.events('notification')).toHaveLength(1);
  });

  test('a yes makes them a member, who is told, and a second yes changes nothing', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [], { visibility: 'public', joinPolicy: 'request' });
    await bob.api.room.join.mutate({ roomId });
    await ada.api.room.answerJoinRequest.mutate({ roomId, userId: bob.id, accept: true });
    const event = await bob.event('member.added', (found) => found.roomId === roomId);
    expect(event).toMatchObject({ actorId: ada.id, seq: 2 });
    expect((await bob.event('notification')).data.notification).toMatchObject({ kind: 'added', roomId });
    await ada.api.room.answerJoinRequest.mutate({ roomId, userId: bob.id, accept: true });
    expect(await ada.api.room.get.query({ roomId })).toMatchObject({ memberCount: 2, seq: 2 });
    expect((await ada.api.room.joinRequests.query({ roomId })).items).toEqual([]);
  });

  test('a no ends the request, and they may ask again', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [], { visibility: 'public', joinPolicy: 'request' });
    await bob.api.room.join.mutate({ roomId });
    await ada.api.room.answerJoinRequest.mutate({ roomId, userId: bob.id, accept: false });
    expect((await ada.api.room.joinRequests.query({ roomId })).items).toEqual([]);
    await expectRefusal(ada.api.room.answerJoinRequest.mutate({ roomId, userId: bob.id, accept: true }), 'CONFLICT');
    expect(await bob.api.room.join.mutate({ roomId })).toMatchObject({ status: 'requested' });
  });

  test('who was added meanwhile does not wait any more', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [], { visibility: 'public', joinPolicy: 'request' });
    await bob.api.room.join.mutate({ roomId });
    await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
    expect((await ada.api.room.joinRequests.query({ roomId })).items).toEqual([]);
  });
});

onEachDatabase('invites', (suite) => {
  test('an invite lets a stranger into a private room', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const { id, token } = await ada.api.room.createInvite.mutate({ roomId });
    expect(token).toMatch(/^[\w-]{43}$/);
    const room = await eve.api.room.acceptInvite.mutate({ token });
    expect(room).toMatchObject({ id: roomId, memberCount: 2, me: { userId: eve.id, role: 'member' } });
    await ada.event('member.added', (event) => event.roomId === roomId && event.actorId === eve.id);
    expect((await ada.api.room.invites.query({ roomId })).items).toEqual([
      {
        ...{ id, roomId, userId: null, createdBy: ada.id, createdAt: expect.any(Date) },
        expiresAt: null,
        maxUses: null,
        uses: 1,
      },
    ]);
  });

  test('accepting again changes nothing and uses nothing up', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const { token } = await ada.api.room.createInvite.mutate({ roomId, maxUses: 2 });
    await eve.api.room.acceptInvite.mutate({ token });
    expect(await eve.api.room.acceptInvite.mutate({ token })).toMatchObject({ memberCount: 2, seq: 2 });
    expect((await ada.api.room.invites.query({ roomId })).items).toMatchObject([{ uses: 1 }]);
  });

  test('an invite is used as often as it says, also by many at once', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const { token } = await ada.api.room.createInvite.mutate({ roomId, maxUses: 2 });
    const crowd = await Promise.all(
      range(1, 5).map((index) => suite.connect(person(`guest${index}`), { subscribe: false })),
    );
    expect(await succeeded(crowd.map(({ api }) => api.room.acceptInvite.mutate({ token })))).toHaveLength(2);
    expect((await ada.api.room.get.query({ roomId })).memberCount).toBe(3);
    expect((await ada.api.room.invites.query({ roomId })).items).toEqual([]);
  });

  test('an unknown, revoked or expired invite, or one to a room that is gone, is not there', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    await expectRefusal(eve.api.room.acceptInvite.mutate({ token: 'x'.repeat(43) }), 'NOT_FOUND');
    const revoked = await ada.api.room.createInvite.mutate({ roomId });
    await ada.api.room.revokeInvite.mutate({ roomId, id: revoked.id });
    await ada.api.room.revokeInvite.mutate({ roomId, id: revoked.id });
    await expectRefusal(eve.api.room.acceptInvite.mutate({ token: revoked.token }), 'NOT_FOUND');
    await expectRefusal(ada.api.room.revokeInvite.mutate({ roomId, id: unknownId }), 'NOT_FOUND');
    const past = new Date(Date.now() - 1_000);
    await expectRefusal(ada.api.room.createInvite.mutate({ roomId, expiresAt: past }), 'VALIDATION');
    const late = await ada.api.room.createInvite.mutate({ roomId });
    await ada.api.room.delete.mutate({ roomId });
    await expectRefusal(eve.api.room.acceptInvite.mutate({ token: late.token }), 'NOT_FOUND');
  });

  test('only those who run the room make, see and end invites', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { id } = await ada.api.room.createInvite.mutate({ roomId });
    await expectRefusal(bob.api.room.createInvite.mutate({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.invites.query({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.revokeInvite.mutate({ roomId, id }), 'PERMISSION_DENIED');
  });

  test('an invite to a full room waits until there is space', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob], { maxMembers: 2 });
    const { token } = await ada.api.room.createInvite.mutate({ roomId, maxUses: 1 });
    await expectRefusal(eve.api.room.acceptInvite.mutate({ token }), 'CONFLICT');
    await bob.api.room.leave.mutate({ roomId });
    expect(await eve.api.room.acceptInvite.mutate({ token })).toMatchObject({ memberCount: 2 });
  });
});
