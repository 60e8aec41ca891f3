import { createChat } from '@confab/server';
import type { JsonObject } from '@confab/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { clientId, expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const custom = {
  message: {
    group: z.object({ poll: z.string() }),
    channel: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('news'), source: z.string() }),
      z.object({ kind: z.literal('job'), salary: z.int().min(1) }),
    ]),
  },
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

  const send = (by: Connection, roomId: string, said?: JsonObject) =>
    by.api.message.send.mutate({ roomId, content: 'hello', ...(said && { custom: said }) });

  test('each kind of room has its own kind of messages', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const group = await makeRoom('group', ann, [ben]);
    const channel = await makeRoom('channel', ann, [ben]);
    const direct = await makeRoom('direct', ann, [ben]);
    expect((await send(ann, group.id, { poll: 'p1', more: 1 })).custom).toEqual({ poll: 'p1' });
    expect((await send(ann, channel.id, { kind: 'job', salary: 5 })).custom).toEqual({ kind: 'job', salary: 5 });
    expect((await send(ann, direct.id, { anything: 'goes' })).custom).toEqual({ anything: 'goes' });
    const wrong = await expectRefusal(send(ann, channel.id, { kind: 'job', salary: 0 }), 'VALIDATION');
    expect(wrong.details?.['issues']).toMatchObject([{ path: 'custom.salary' }]);
    await expectRefusal(send(ann, group.id, { kind: 'job', salary: 5 }), 'VALIDATION');
  });

  test('a message without any is refused where something is required', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const group = await makeRoom('group', ann, [ben]);
    const direct = await makeRoom('direct', ann, [ben]);
    const refusal = await expectRefusal(send(ann, group.id), 'VALIDATION');
    expect(refusal.details?.['issues']).toMatchObject([{ path: 'custom.poll' }]);
    expect((await send(ann, direct.id)).custom).toEqual({});
    expect((await ann.api.room.get.query({ roomId: group.id })).seq).toBe(1);
  });

  test('what is sent on the ordinary path is checked the same way', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const named = { roomId, content: 'hello', mentions: [ben.id] };
    await expectRefusal(ann.api.message.send.mutate(named), 'VALIDATION');
    await expectRefusal(ann.api.message.send.mutate({ ...named, clientId: clientId() }), 'VALIDATION');
    const { custom: kept } = await ann.api.message.send.mutate({ ...named, custom: { poll: 'p1', x: 1 } });
    expect(kept).toEqual({ poll: 'p1' });
  });

  test('an edit is checked by the kind of its room', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const { id: messageId } = await send(ann, roomId, { poll: 'p1' });
    await expectRefusal(ann.api.message.edit.mutate({ messageId, custom: {} }), 'VALIDATION');
    const edited = await ann.api.message.edit.mutate({ messageId, custom: { poll: 'p2' } });
    expect(edited.custom).toEqual({ poll: 'p2' });
  });

  test('who may not see a room does not learn its kind from what is refused', async () => {
    const [ann, eve] = await served.users('ann', 'eve');
    const { id: roomId } = await makeRoom('group', ann);
    const { id: messageId } = await send(ann, roomId, { poll: 'p1' });
    await expectRefusal(send(eve, roomId, { poll: 5 }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.send.mutate({ roomId, content: 'x', mentions: [ann.id] }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.edit.mutate({ messageId, custom: { poll: 5 } }), 'NOT_FOUND');
  });

  test('the host itself is checked by the kind of the room, too', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const wrong = chat.system.message.send({ roomId, content: 'x', custom: { kind: 'job', salary: 5 } });
    await expect(wrong).rejects.toMatchObject({ cause: { code: 'VALIDATION' } });
    expect(await chat.system.message.send({ roomId, content: 'x', custom: { poll: 'p1' } })).toMatchObject({
      custom: { poll: 'p1' },
    });
  });
});
