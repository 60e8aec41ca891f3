import { randomUUID } from 'node:crypto';
import { createChat, definePlugin } from '@confab/server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { expectRefusal } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const custom = {
  room: z.object({ archived: z.boolean().default(false), vipOnly: z.boolean().default(false) }),
  member: z.object({ vip: z.boolean().default(false) }),
};

const bells = definePlugin({
  id: 'bells',
  permissions: {
    'bells.ring': { direct: { least: 'member' }, group: { least: 'member' }, channel: { least: 'admin' } },
  },
});

eachDatabase((database) => {
  const asked: { readonly action: string; readonly userId: string; readonly member: boolean }[] = [];
  const open = async () =>
    createChat({
      ...{ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), custom, plugins: [bells] },
      permissions: {
        'message.send': async ({ room, me, userId, next }) => {
          asked.push({ action: 'message.send', userId, member: me !== null });
          await Promise.resolve();
          if (room.custom.archived) return 'PERMISSION_DENIED';
          if (room.custom.vipOnly && me?.custom.vip !== true && me?.role === 'member') return 'PERMISSION_DENIED';
          return next();
        },
        // Everyone may edit what anyone said.
        'message.edit': ({ me, next }) => (me === null ? next() : 'allowed'),
        'message.react'() {
          throw new Error('a fault of the host’s');
        },
        'bells.ring': ({ userId, next }) => (userId.startsWith('ben') ? 'PERMISSION_DENIED' : next()),
      },
    });
  let chat: Awaited<ReturnType<typeof open>>;
  let served: ServedChat;

  beforeAll(async () => {
    chat = await open();
    served = await serveChat(chat);
  });
  afterEach(() => void asked.splice(0));
  afterAll(() => served[Symbol.asyncDispose]());

  test('a rule of the host’s is asked instead of the table’s, with the custom data of the room, and at once', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const send = () => ben.api.message.send.mutate({ roomId, content: 'hi' });
    await send();
    await ann.api.room.update.mutate({ roomId, custom: { archived: true } });
    await expectRefusal(send(), 'PERMISSION_DENIED');
    await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'hi' }), 'PERMISSION_DENIED');
    expect((await ben.api.message.list.query({ roomId })).items).toHaveLength(1);
    await ann.api.room.update.mutate({ roomId, custom: { archived: false } });
    expect(await send()).toMatchObject({ seq: 5 });
  });

  test('it knows the member’s own custom data, and what changes in it counts from then on', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben], { custom: { vipOnly: true } });
    const send = () => ben.api.message.send.mutate({ roomId, content: 'hi' });
    await expectRefusal(send(), 'PERMISSION_DENIED');
    await chat.system.room.updateMember({ roomId, userId: ben.id, custom: { vip: true } });
    await send();
    await ann.api.message.send.mutate({ roomId, content: 'owners always may' });
  });

  test('`next` asks the table, so what it refuses stays refused', async () => {
    const [ann, ben, eve] = await served.users('ann', 'ben', 'eve');
    const { id: roomId } = await makeRoom('group', ann, [ben], { locked: true });
    await expectRefusal(ben.api.message.send.mutate({ roomId, content: 'hi' }), 'PERMISSION_DENIED');
    await expectRefusal(eve.api.message.send.mutate({ roomId, content: 'hi' }), 'NOT_FOUND');
    expect(asked.at(-1)).toEqual({ action: 'message.send', userId: eve.id, member: false });
  });

  test('it is not asked about a room that is not there', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    await ann.api.room.delete.mutate({ roomId });
    await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'hi' }), 'NOT_FOUND');
    await expectRefusal(ann.api.message.send.mutate({ roomId: randomUUID(), content: 'hi' }), 'NOT_FOUND');
    expect(asked).toEqual([]);
  });

  test('what it refuses a stranger to a private room looks as if there were no such room', async () => {
    const [ann, eve] = await served.users('ann', 'eve');
    const { id: hidden } = await makeRoom('group', ann, [], { custom: { archived: true } });
    const { id: open } = await makeRoom('group', ann, [], { visibility: 'public', custom: { archived: true } });
    await expectRefusal(eve.api.message.send.mutate({ roomId: hidden, content: 'hi' }), 'NOT_FOUND');
    expect(await chat.can(eve.id, 'message.send', { roomId: hidden })).toEqual({
      ...{ allowed: false, code: 'NOT_FOUND', room: null },
    });
    await expectRefusal(eve.api.message.send.mutate({ roomId: open, content: 'hi' }), 'PERMISSION_DENIED');
    expect(asked.length).toBeGreaterThan(0);
  });

  test('it may allow more than the table does', async () => {
    const [ann, ben, eve] = await served.users('ann', 'ben', 'eve');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'helo' });
    const edit = { messageId, content: 'hello' };
    expect(await ben.api.message.edit.mutate(edit)).toMatchObject({ content: 'hello', senderId: ann.id });
    await expectRefusal(eve.api.message.edit.mutate(edit), 'NOT_FOUND');
  });

  test('one that fails refuses everybody, and says nothing of why', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    const refusal = await expectRefusal(ann.api.message.react.mutate({ messageId, emoji: '👍' }), 'INTERNAL');
    expect(JSON.stringify(refusal)).not.toContain('fault');
    expect((await ann.api.message.get.query({ messageId })).reactions).toEqual([]);
  });

  test('`can` answers by the same rules, those for a plugin’s own actions too', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben], { custom: { archived: true } });
    const may = async (userId: string, action: 'message.send' | 'room.update' | 'bells.ring') =>
      (await chat.can(userId, action, { roomId })).allowed;
    expect([await may(ann.id, 'message.send'), await may(ann.id, 'room.update')]).toEqual([false, true]);
    expect([await may(ann.id, 'bells.ring'), await may(ben.id, 'bells.ring')]).toEqual([true, false]);
  });

  test('the host itself asks nobody', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, [], { custom: { archived: true } });
    expect(await chat.system.message.send({ roomId, content: 'closing notice' })).toMatchObject({ seq: 2 });
    expect(asked).toEqual([]);
  });
});
