import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { expectRooms, makeRoom, onEachDatabase, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

const inAnHour = (): Date => new Date(Date.now() + 3_600_000);

onEachDatabase('bans', (suite) => {
  test('a member who is banned is removed, and hears of nothing else', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const answer = await ada.api.room.ban.mutate({ roomId, userId: bob.id, reason: 'spam' });
    expect(answer).toMatchObject({ room: { id: roomId, memberCount: 2 }, members: [] });
    const event = await bob.event('member.removed', (found) => found.roomId === roomId);
    expect(event).toMatchObject({ actorId: ada.id, data: { userIds: [bob.id], reason: 'banned' } });
    await say(ada, roomId, 'without bob', [ada, cyd]);
    await expectRooms(bob, []);
    expect(bob.seqs(roomId).at(-1)).toBe(event.seq);
  });

  test('who is banned can not join, be added or come by an invite, until the ban is lifted', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob], { visibility: 'public' });
    const { token } = await ada.api.room.createInvite.mutate({ roomId });
    await ada.api.room.ban.mutate({ roomId, userId: bob.id });
    await expectRefusal(bob.api.room.join.mutate({ roomId }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.acceptInvite.mutate({ token }), 'PERMISSION_DENIED');
    expect(await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] })).toMatchObject({
      added: [],
      skipped: [{ userId: bob.id, reason: 'refused' }],
    });
    await ada.api.room.unban.mutate({ roomId, userId: bob.id });
    expect(await bob.api.room.join.mutate({ roomId })).toMatchObject({ status: 'joined' });
  });

  test('a ban with an end is over when it ends', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [], { visibility: 'public' });
    await ada.api.room.ban.mutate({ roomId, userId: bob.id, until: new Date(Date.now() + 1_500) });
    await expectRefusal(bob.api.room.join.mutate({ roomId }), 'PERMISSION_DENIED');
    await waitFor(() => bob.api.room.join.mutate({ roomId }).catch(() => undefined), { what: 'the end of the ban' });
    expect((await ada.api.room.bans.query({ roomId })).items).toEqual([]);
  });

  test('admins see the bans with who, why and until when, newest first and in pages', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const until = inAnHour();
    await ada.api.room.ban.mutate({ roomId, userId: bob.id, until, reason: 'spam' });
    const stranger = person('stranger').id;
    await ada.api.room.ban.mutate({ roomId, userId: stranger });
    const first = await ada.api.room.bans.query({ roomId, limit: 1 });
    expect(first.items).toMatchObject([{ userId: stranger, until: null, reason: null, actorId: ada.id }]);
    const second = await ada.api.room.bans.query({ roomId, limit: 1, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({
      items: [{ userId: bob.id, user: { name: 'Bob' }, until, reason: 'spam' }],
      nextCursor: null,
    });
    await expectRefusal(cyd.api.room.bans.query({ roomId }), 'PERMISSION_DENIED');
  });

  test('a ban goes by rank, and never at oneself', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id, cyd.id], role: 'admin' });
    await expectRefusal(bob.api.room.ban.mutate({ roomId, userId: cyd.id }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.ban.mutate({ roomId, userId: ada.id }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.room.ban.mutate({ roomId, userId: ada.id }), 'PERMISSION_DENIED');
    const past = new Date(Date.now() - 1_000);
    await expectRefusal(ada.api.room.ban.mutate({ roomId, userId: cyd.id, until: past }), 'VALIDATION');
  });

  test('the same ban again, and lifting one that is not there, change nothing', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { room } = await ada.api.room.ban.mutate({ roomId, userId: bob.id });
    await ada.api.room.ban.mutate({ roomId, userId: bob.id });
    await ada.api.room.unban.mutate({ roomId, userId: person('nobody').id });
    expect((await ada.api.room.get.query({ roomId })).seq).toBe(room.seq);
  });

  test('a direct room knows no bans', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await expectRefusal(ada.api.room.ban.mutate({ roomId, userId: bob.id }), 'PERMISSION_DENIED');
  });
});

onEachDatabase('mutes', (suite) => {
  test('a muted member reads and reacts but does not write, until unmuted', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'listen', [ada, bob]);
    await bob.api.message.send.mutate({ roomId, content: 'known to be allowed' });
    const { members } = await ada.api.room.mute.mutate({ roomId, userId: bob.id });
    expect(members).toMatchObject([{ userId: bob.id, mutedUntil: expect.any(Date) }]);
    const event = await bob.event('member.updated', (found) => found.roomId === roomId);
    expect(event.data.members).toMatchObject([{ userId: bob.id, mutedUntil: members[0]?.mutedUntil }]);
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'but' }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.message.typing.mutate({ roomId, typing: true }), 'PERMISSION_DENIED');
    await bob.api.message.react.mutate({ messageId: message.id, emoji: '👍' });
    await ada.api.room.unmute.mutate({ roomId, userId: bob.id });
    await bob.api.message.send.mutate({ roomId, content: 'thanks' });
  });

  test('a mute with an end is over when it ends', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.mute.mutate({ roomId, userId: bob.id, until: new Date(Date.now() + 1_500) });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'too early' }), 'PERMISSION_DENIED');
    await waitFor(() => bob.api.message.send.mutate({ roomId, content: 'now' }).catch(() => undefined), {
      what: 'the end of the mute',
    });
  });

  test('a mute outlasts leaving and coming back', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob], { visibility: 'public' });
    await ada.api.room.mute.mutate({ roomId, userId: bob.id });
    await bob.api.room.leave.mutate({ roomId });
    await bob.api.room.join.mutate({ roomId });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'trick' }), 'PERMISSION_DENIED');
  });

  test('a mute goes by rank, is for members, and the same again changes nothing', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await expectRefusal(bob.api.room.mute.mutate({ roomId, userId: ada.id }), 'PERMISSION_DENIED');
    await expectRefusal(cyd.api.room.mute.mutate({ roomId, userId: cyd.id }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.room.mute.mutate({ roomId, userId: person('eve').id }), 'CONFLICT');
    const { room } = await bob.api.room.mute.mutate({ roomId, userId: cyd.id });
    expect((await bob.api.room.mute.mutate({ roomId, userId: cyd.id })).room.seq).toBe(room.seq);
  });

  test('a mute takes a reason like a ban', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const mute = (reason: string) => ada.api.room.mute.mutate({ roomId, userId: bob.id, reason });
    expect((await mute('shouting')).members).toMatchObject([{ userId: bob.id, mutedUntil: expect.any(Date) }]);
    await expectRefusal(mute('x'.repeat(1_001)), 'TOO_LARGE');
    await expectRefusal(mute('shout\u0000ing'), 'VALIDATION');
  });

  test('an owner whom a mute came along with takes it off themselves, as nobody else could', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [cyd.id], role: 'admin' });
    await ada.api.room.mute.mutate({ roomId, userId: bob.id });
    await ada.api.room.transferOwnership.mutate({ roomId, userId: bob.id });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'still muted' }), 'PERMISSION_DENIED');
    await expectRefusal(cyd.api.room.unmute.mutate({ roomId, userId: bob.id }), 'PERMISSION_DENIED');
    await expectRefusal(cyd.api.room.unmute.mutate({ roomId, userId: cyd.id }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.room.mute.mutate({ roomId, userId: bob.id }), 'PERMISSION_DENIED');
    const { members } = await bob.api.room.unmute.mutate({ roomId, userId: bob.id });
    expect(members).toMatchObject([{ userId: bob.id, mutedUntil: null }]);
    await bob.api.message.send.mutate({ roomId, content: 'at last' });
  });
});
