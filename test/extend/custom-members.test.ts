import { createChat } from '@confab/server';
import type { JsonObject, Member, Room } from '@confab/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const custom = {
  member: z.object({ title: z.string().trim().max(20).default('novice'), vip: z.boolean().optional() }),
};

eachDatabase((database) => {
  const open = async () =>
    createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), custom });
  let chat: Awaited<ReturnType<typeof open>>;
  let served: ServedChat;

  beforeAll(async () => {
    chat = await open();
    served = await serveChat(chat);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const update = (by: Connection, roomId: string, said: JsonObject, userId?: string) =>
    by.call('room.updateMember', { roomId, custom: said, ...(userId === undefined ? {} : { userId }) }) as Promise<{
      room: Room;
      members: readonly Member[];
    }>;
  const customOf = async (by: Connection, roomId: string, userId: string) =>
    (await by.api.room.members.query({ roomId })).items.find((member) => member.userId === userId)?.custom;

  test('every member begins with what the schema makes of nothing', async () => {
    const [ann, ben, cleo, dan] = await served.users('ann', 'ben', 'cleo', 'dan');
    const room = await makeRoom('channel', ann, [ben], { visibility: 'public' });
    await ann.api.room.addMembers.mutate({ roomId: room.id, userIds: [cleo.id] });
    await dan.api.room.join.mutate({ roomId: room.id });
    expect(room.me?.custom).toEqual({ title: 'novice' });
    for (const user of [ann, ben, cleo, dan]) {
      expect(await customOf(ann, room.id, user.id)).toEqual({ title: 'novice' });
    }
  });

  test('a member changes their own, and everyone in the room hears of it', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const { room, members } = await update(ben, roomId, { title: ' Master ', unknown: 1 });
    expect(members).toMatchObject([{ userId: ben.id, custom: { title: 'Master' } }]);
    expect(room).toMatchObject({ id: roomId, me: { userId: ben.id, custom: { title: 'Master' } } });
    const { data, actorId } = await ann.event('member.updated', (event) => event.roomId === roomId);
    expect(data.members).toMatchObject([{ userId: ben.id, custom: { title: 'Master' } }]);
    expect(actorId).toBe(ben.id);
  });

  test('of a direct room, too, but never the other side’s', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('direct', ann, [ben]);
    expect((await update(ann, roomId, { title: 'friend' })).members).toMatchObject([{ custom: { title: 'friend' } }]);
    await expectRefusal(update(ann, roomId, { title: 'friend' }, ben.id), 'PERMISSION_DENIED');
  });

  test('an admin changes that of those they outrank, and nobody else’s', async () => {
    const [ann, ben, cleo] = await served.users('ann', 'ben', 'cleo');
    const { id: roomId } = await makeRoom('group', ann, [ben, cleo]);
    await ann.api.room.setRole.mutate({ roomId, userIds: [ben.id], role: 'admin' });
    expect((await update(ben, roomId, { title: 'guest' }, cleo.id)).members).toMatchObject([{ userId: cleo.id }]);
    await expectRefusal(update(ben, roomId, { title: 'guest' }, ann.id), 'PERMISSION_DENIED');
    await expectRefusal(update(cleo, roomId, { title: 'guest' }, ben.id), 'PERMISSION_DENIED');
    expect(await customOf(ann, roomId, cleo.id)).toEqual({ title: 'guest' });
    expect(await customOf(ann, roomId, ann.id)).toEqual({ title: 'novice' });
  });

  test('the same again is no event', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    await update(ann, roomId, { title: 'x', vip: true });
    const { room } = await update(ann, roomId, { vip: true, title: 'x' });
    expect(room.seq).toBe(2);
  });

  test('what does not fit is refused by its path', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const refusal = await expectRefusal(update(ann, roomId, { title: 5 }), 'VALIDATION');
    expect(refusal.details?.['issues']).toMatchObject([{ path: 'custom.title' }]);
    expect((await ann.api.room.get.query({ roomId })).seq).toBe(1);
  });

  test('only members have any, and strangers learn nothing', async () => {
    const [ann, eve] = await served.users('ann', 'eve');
    const { id: roomId } = await makeRoom('group', ann);
    const refusal = await expectRefusal(update(ann, roomId, { title: 'x' }, eve.id), 'CONFLICT');
    expect(refusal.details).toEqual({ constraint: 'notMember' });
    await expectRefusal(update(eve, roomId, { title: 'x' }), 'NOT_FOUND');
    await expectRefusal(update(eve, roomId, { title: 'x' }, ann.id), 'NOT_FOUND');
  });

  test('the host changes that of anyone it names', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('direct', ann, [ben]);
    await chat.system.room.updateMember({ roomId, userId: ben.id, custom: { vip: true } });
    expect(await customOf(ann, roomId, ben.id)).toEqual({ title: 'novice', vip: true });
    const nobody = chat.system.room.updateMember({ roomId, custom: {} });
    await expect(nobody).rejects.toMatchObject({ cause: { code: 'VALIDATION' } });
  });

  test('who leaves and comes back begins anew', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    await update(ben, roomId, { title: 'old', vip: true });
    await ben.api.room.leave.mutate({ roomId });
    await ann.api.room.addMembers.mutate({ roomId, userIds: [ben.id] });
    expect(await customOf(ann, roomId, ben.id)).toEqual({ title: 'novice' });
  });

  describe('with a schema that asks for more than nothing', () => {
    test('members begin with none, and have to say it all when they say something', async () => {
      const member = z.object({ title: z.string() });
      await using strict = createChat({ store: await database.store(), viewer: () => null, custom: { member } });
      const { id: roomId, me } = await strict.as('zoe').room.create({ kind: 'group', name: 'A room' });
      expect(me?.custom).toEqual({});
      const wrong = strict.as('zoe').room.updateMember({ roomId, custom: {} as { title: string } });
      await expect(wrong).rejects.toMatchObject({ cause: { code: 'VALIDATION' } });
    });
  });
});
