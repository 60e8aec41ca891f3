import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

const invited = (user: Connection) => user.events('notification', ({ data }) => data.notification.kind === 'invite');

onEachDatabase('invites for one user', (suite) => {
  test('they are told, see what they are asked to, and come in by its id', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [], { name: 'Tea' });
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { id } = await ada.api.room.createInvite.mutate({ roomId, userId: eve.id, expiresAt });
    const { data } = await eve.event('notification');
    expect(data.notification).toMatchObject({ kind: 'invite', roomId, messageId: null, actorId: ada.id });
    expect((await eve.api.notification.list.query({})).items).toMatchObject([{ kind: 'invite', roomId }]);
    expect(await eve.api.user.invites.query({})).toEqual({
      items: [
        {
          ...{ id, roomId, userId: ada.id, user: { id: ada.id, name: 'Ada', image: null } },
          room: { id: roomId, kind: 'group', name: 'Tea', description: null, image: null, memberCount: 1 },
          ...{ createdAt: expect.any(Date), expiresAt },
        },
      ],
      nextCursor: null,
    });
    const room = await eve.api.room.acceptInvite.mutate({ id });
    expect(room).toMatchObject({ id: roomId, memberCount: 2, me: { userId: eve.id, role: 'member' } });
    await say(ada, roomId, 'welcome', [eve]);
    expect((await eve.api.user.invites.query({})).items).toEqual([]);
    expect((await ada.api.room.invites.query({ roomId })).items).toEqual([]);
  });

  test('until they accept the room is not there for them', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    await ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    await expectRefusal(eve.api.room.get.query({ roomId }), 'NOT_FOUND');
    await expectRefusal(eve.api.room.join.mutate({ roomId }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.list.query({ roomId }), 'NOT_FOUND');
    expect((await eve.api.room.list.query({})).items).toEqual([]);
  });

  test('nobody else gets in by one, neither by its id nor by its token', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const { id, token } = await ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    const open = await ada.api.room.createInvite.mutate({ roomId });
    await expectRefusal(bob.api.room.acceptInvite.mutate({ id }), 'NOT_FOUND');
    await expectRefusal(bob.api.room.acceptInvite.mutate({ token }), 'NOT_FOUND');
    await expectRefusal(bob.api.room.declineInvite.mutate({ id }), 'NOT_FOUND');
    await expectRefusal(bob.api.room.acceptInvite.mutate({ id: open.id }), 'NOT_FOUND');
    await expectRefusal(bob.api.room.declineInvite.mutate({ id: open.id }), 'NOT_FOUND');
    expect((await bob.api.user.invites.query({})).items).toEqual([]);
    expect(await eve.api.room.acceptInvite.mutate({ token })).toMatchObject({ id: roomId });
  });

  test('one that was declined, revoked or used, or to a room that is gone, is over', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const invite = () => ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    const declined = await invite();
    expect(await eve.api.room.declineInvite.mutate({ id: declined.id })).toEqual({});
    expect(await eve.api.room.declineInvite.mutate({ id: declined.id })).toEqual({});
    await expectRefusal(eve.api.room.acceptInvite.mutate({ id: declined.id }), 'NOT_FOUND');
    const revoked = await invite();
    await ada.api.room.revokeInvite.mutate({ roomId, id: revoked.id });
    await expectRefusal(eve.api.room.acceptInvite.mutate({ id: revoked.id }), 'NOT_FOUND');
    const used = await invite();
    await eve.api.room.acceptInvite.mutate({ id: used.id });
    await eve.api.room.leave.mutate({ roomId });
    await expectRefusal(eve.api.room.acceptInvite.mutate({ id: used.id }), 'NOT_FOUND');
    const late = await invite();
    await ada.api.room.delete.mutate({ roomId });
    expect((await eve.api.user.invites.query({})).items).toEqual([]);
    await expectRefusal(eve.api.room.acceptInvite.mutate({ id: late.id }), 'NOT_FOUND');
    await expectRefusal(eve.api.room.acceptInvite.mutate({ id: unknownId }), 'NOT_FOUND');
    await expectRefusal(eve.api.room.declineInvite.mutate({ id: unknownId }), 'NOT_FOUND');
  });

  test('another one takes the place of an open one, and they are not told again', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const first = await ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    const second = await ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    expect((await eve.api.user.invites.query({})).items).toMatchObject([{ id: second.id }]);
    await expectRefusal(eve.api.room.acceptInvite.mutate({ id: first.id }), 'NOT_FOUND');
    await eve.api.room.declineInvite.mutate({ id: second.id });
    const from = eve.position;
    await ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    await eve.event('notification', undefined, { from });
    expect(invited(eve)).toHaveLength(2);
  });

  test('who comes in another way, or is banned, has none any more', async () => {
    const [ada, eve, max] = await suite.users('ada', 'eve', 'max');
    const { id: roomId } = await makeRoom('group', ada);
    for (const { id: userId } of [eve, max]) await ada.api.room.createInvite.mutate({ roomId, userId });
    await ada.api.room.addMembers.mutate({ roomId, userIds: [eve.id] });
    await ada.api.room.ban.mutate({ roomId, userId: max.id });
    await ada.api.room.unban.mutate({ roomId, userId: max.id });
    for (const { api } of [eve, max]) expect((await api.user.invites.query({})).items).toEqual([]);
    expect((await ada.api.room.invites.query({ roomId })).items).toEqual([]);
  });

  test('a member can not be invited, nor who is banned, or blocks or is blocked', async () => {
    const [ada, bob, cyd, dee, eve] = await suite.users('ada', 'bob', 'cyd', 'dee', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const invite = (userId: string) => ada.api.room.createInvite.mutate({ roomId, userId });
    await expectRefusal(invite(bob.id), 'CONFLICT');
    await expectRefusal(invite(ada.id), 'CONFLICT');
    await ada.api.room.ban.mutate({ roomId, userId: cyd.id });
    await expectRefusal(invite(cyd.id), 'PERMISSION_DENIED');
    await dee.api.user.block.mutate({ userId: ada.id });
    await expectRefusal(invite(dee.id), 'PERMISSION_DENIED');
    await ada.api.user.block.mutate({ userId: eve.id });
    await expectRefusal(invite(eve.id), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.createInvite.mutate({ roomId, userId: dee.id }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.room.createInvite.mutate({ roomId, userId: dee.id, maxUses: 2 }), 'VALIDATION');
    for (const user of [cyd, dee, eve]) {
      await user.settle();
      expect(invited(user)).toEqual([]);
    }
  });

  test('who blocks somebody does not see what they are invited to by them', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    await ada.api.room.createInvite.mutate({ roomId, userId: eve.id });
    await eve.api.user.block.mutate({ userId: ada.id });
    expect((await eve.api.user.invites.query({})).items).toEqual([]);
    await eve.api.user.unblock.mutate({ userId: ada.id });
    expect((await eve.api.user.invites.query({})).items).toMatchObject([{ roomId }]);
  });

  test('they are listed newest first, page by page', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const ids: string[] = [];
    for (const name of ['One', 'Two', 'Three']) {
      const { id: roomId } = await makeRoom('channel', ada, [], { name });
      ids.unshift((await ada.api.room.createInvite.mutate({ roomId, userId: eve.id })).id);
    }
    const first = await eve.api.user.invites.query({ limit: 2 });
    const rest = await eve.api.user.invites.query({ limit: 2, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
  });
});
