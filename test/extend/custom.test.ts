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
  room: z.object({ topic: z.string().min(3).optional(), archived: z.boolean().default(false) }),
  message: z.object({
    priority: z.enum(['low', 'high']).default('low'),
    tags: z
      .array(z.string().trim().toLowerCase())
      .max(3)
      .refine(async (tags) => Promise.resolve(!tags.includes('banned')), 'a tag is banned')
      .optional(),
    echo: z
      .string()
      .transform((value) => value.repeat(10))
      .optional(),
  }),
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

  const send = (by: Connection, roomId: string, said?: JsonObject, key?: string) =>
    by.api.message.send.mutate({
      roomId,
      content: 'hello',
      ...(said && { custom: said }),
      ...(key === undefined ? {} : { clientId: key }),
    });
  const history = async (by: Connection, roomId: string) => (await by.api.message.list.query({ roomId })).items;

  test('what does not fit is refused by its path, and nothing is written', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const refusal = await expectRefusal(send(ann, roomId, { priority: 'urgent', tags: ['a', 5] }), 'VALIDATION');
    const issues = refusal.details?.['issues'] as { path: string }[];
    expect(issues.map(({ path }) => path)).toEqual(['custom.priority', 'custom.tags.1']);
    expect(await history(ann, roomId)).toEqual([]);
    expect((await ann.api.room.get.query({ roomId })).seq).toBe(1);
  });

  test('what the schema makes of it is what is answered, told and kept', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const made = { priority: 'low', tags: ['urgent'] };
    const message = await send(ann, roomId, { tags: ['  Urgent '], unknown: true });
    expect(message.custom).toEqual(made);
    const { data } = await ben.event('message.created', (event) => event.roomId === roomId);
    expect(data.message.custom).toEqual(made);
    expect((await history(ben, roomId))[0]?.custom).toEqual(made);
  });

  test('a message without any gets the defaults', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    expect((await send(ann, roomId)).custom).toEqual({ priority: 'low' });
  });

  test('a schema may take its time', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const refusal = await expectRefusal(send(ann, roomId, { tags: ['Banned'] }), 'VALIDATION');
    expect(refusal.details).toEqual({ issues: [{ path: 'custom.tags', message: 'a tag is banned' }] });
  });

  test('the limits hold for what a transform made of it', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    await expectRefusal(send(ann, roomId, { echo: 'x'.repeat(1_000) }), 'TOO_LARGE');
    expect(await history(ann, roomId)).toEqual([]);
  });

  test('a retry is known by what was said, whatever the schema made of it', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const key = clientId();
    const first = await send(ann, roomId, { echo: 'x' }, key);
    expect((await send(ann, roomId, { echo: 'x' }, key)).id).toBe(first.id);
    await expectRefusal(send(ann, roomId, first.custom, key), 'CONFLICT');
    expect(await history(ann, roomId)).toHaveLength(1);
  });

  test('an edit replaces it and is checked; without any it stays', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const { id: messageId } = await send(ann, roomId, { priority: 'high', tags: ['one'] });
    await expectRefusal(ann.api.message.edit.mutate({ messageId, custom: { priority: 7 } }), 'VALIDATION');
    expect((await ann.api.message.edit.mutate({ messageId, content: 'reworded' })).custom).toEqual({
      priority: 'high',
      tags: ['one'],
    });
    const edited = await ann.api.message.edit.mutate({ messageId, custom: { tags: ['TWO'] } });
    expect(edited.custom).toEqual({ priority: 'low', tags: ['two'] });
    expect((await ann.api.message.get.query({ messageId })).custom).toEqual(edited.custom);
  });

  test('a room is checked when it is made and when it is changed', async () => {
    const [ann] = await served.users('ann');
    const group = { kind: 'group', name: 'A room' } as const;
    await expectRefusal(ann.api.room.create.mutate({ ...group, custom: { topic: 'x' } }), 'VALIDATION');
    const room = await ann.api.room.create.mutate({ ...group, custom: { topic: 'chess' } });
    expect(room.custom).toEqual({ topic: 'chess', archived: false });
    const { id: roomId } = room;
    await expectRefusal(ann.api.room.update.mutate({ roomId, custom: { archived: 'yes' } }), 'VALIDATION');
    const updated = await ann.api.room.update.mutate({ roomId, custom: { archived: true, unknown: 1 } });
    expect(updated.custom).toEqual({ archived: true });
    expect((await ann.api.room.get.query({ roomId })).custom).toEqual({ archived: true });
  });

  test('a room that was made under a client id is found again by what was said', async () => {
    const [ann] = await served.users('ann');
    const wanted = { kind: 'group', name: 'A room', clientId: clientId(), custom: { topic: 'chess', x: 1 } } as const;
    const { id } = await ann.api.room.create.mutate(wanted);
    expect(await ann.api.room.create.mutate(wanted)).toMatchObject({ id, created: false });
  });

  test('the host itself is checked as well', async () => {
    const room = await chat.as('ann').room.create({ kind: 'group', name: 'A room' });
    const wrong = { priority: 'urgent' as 'high' };
    const call = chat.system.message.send({ roomId: room.id, content: 'hello', custom: wrong });
    await expect(call).rejects.toMatchObject({ cause: { code: 'VALIDATION' } });
    const notice = await chat.system.message.send({ roomId: room.id, content: 'hello', custom: {} });
    expect(notice.custom).toEqual({ priority: 'low' });
  });

  test('it is checked inside a transaction of the host’s, too', async () => {
    const room = await chat.as('ann').room.create({ kind: 'group', name: 'A room' });
    const wrong = { priority: 'urgent' as 'high' };
    const call = chat.transaction(async ({ chat: inside }) => {
      await inside.as('ann').message.send({ roomId: room.id, content: 'first' });
      await inside.as('ann').message.send({ roomId: room.id, content: 'second', custom: wrong });
    });
    await expect(call).rejects.toMatchObject({ cause: { code: 'VALIDATION' } });
    expect((await chat.as('ann').message.list({ roomId: room.id })).items).toEqual([]);
  });

  test('a message that was taken before the schema became stricter is still answered to its retry', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const key = clientId();
    const said = { priority: 'high' } as const;
    const { id } = await send(ann, roomId, said, key);
    const strict = z.object({ priority: z.literal('low') });
    await using later = createChat({
      store: await database.store(),
      viewer: () => null,
      custom: { message: strict },
    });
    const retry = { roomId, content: 'hello', custom: said as unknown as { priority: 'low' }, clientId: key };
    expect(await later.as(ann.id).message.send(retry)).toMatchObject({ id });
    const another = later.as(ann.id).message.send({ ...retry, clientId: clientId() });
    await expect(another).rejects.toMatchObject({ cause: { code: 'VALIDATION' } });
  });
});
