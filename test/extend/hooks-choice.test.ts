import { randomUUID } from 'node:crypto';
import { createChat } from '@confab/server';
import type { Hooks } from '@confab/server';
import type { Message } from '@confab/shared';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { expectRefusal } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

async function hooked(database: Database, on: Hooks) {
  const chat = createChat({
    store: await database.store(),
    viewer: (ctx: HostContext) => viewer(ctx),
    custom: { message: z.object({ priority: z.enum(['low', 'high']).default('low') }) },
    on: on as object,
  });
  return { chat, ...(await serveChat(chat)) };
}

eachDatabase((database) => {
  test('a hook may choose by the input whether it is asked, and the others go their usual way', async () => {
    const seen: [string, boolean][] = [];
    await using served = await hooked(database, {
      'message.send': {
        inTransaction: true,
        when: ({ input }) => input.content.startsWith('/order'),
        before: ({ input, tx }) => void seen.push([input.content, tx !== undefined]),
        around({ input, next }) {
          seen.push([`around ${input.content}`, true]);
          return next();
        },
      },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    for (const content of ['hello', '/order a lamp']) await ann.api.message.send.mutate({ roomId, content });
    expect(seen).toEqual([
      ['/order a lamp', true],
      ['around /order a lamp', true],
    ]);
    expect((await ann.api.message.list.query({ roomId })).items).toHaveLength(2);
  });

  test('`said` is the input as the caller gave it, ahead of schemas and other hooks', async () => {
    const seen: unknown[] = [];
    await using served = await hooked(database, {
      'message.send': {
        before: ({ input }) => ({ ...input, content: input.content.toUpperCase() }),
        around({ input, said, next }) {
          seen.push([said.content, said.custom], [input.content, input.custom]);
          return next();
        },
      },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const message = await ann.api.message.send.mutate({ roomId, content: 'hi', custom: {} });
    expect(seen).toEqual([
      ['hi', {}],
      ['HI', { priority: 'low' }],
    ]);
    expect(message).toMatchObject({ content: 'HI', custom: { priority: 'low' } });
  });

  test('a hook may claim what is not there for a thing of its own, and nobody else is asked', async () => {
    const held = new Map<string, Message>();
    const asked: string[] = [];
    await using served = await hooked(database, {
      'message.get': {
        claims: ({ input }) => held.has(input.messageId),
        around({ input, next }) {
          const found = held.get(input.messageId);
          return found ?? next();
        },
        before: () => void asked.push('before'),
        afterCommit: () => void asked.push('after'),
      },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const message = await ann.api.message.send.mutate({ roomId, content: 'shown' });
    const messageId = randomUUID();
    held.set(messageId, { ...message, id: messageId, content: 'held back' });
    expect(await ann.api.message.get.query({ messageId })).toMatchObject({ content: 'held back' });
    await expectRefusal(ann.api.message.get.query({ messageId: randomUUID() }), 'NOT_FOUND');
    await served.chat.close();
    expect(asked).toEqual([]);
  });

  test('what a hook goes on with twice is done twice, and followed once, by the last of them', async () => {
    const after: number[] = [];
    await using served = await hooked(database, {
      'message.send': {
        async around({ input, next }) {
          await next({ ...input, content: 'first' });
          return next({ ...input, content: 'second' });
        },
        afterCommit: ({ result }) => void after.push(result.seq),
      },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    expect(await ann.api.message.send.mutate({ roomId, content: 'hi' })).toMatchObject({ content: 'second', seq: 3 });
    await served.chat.close();
    expect(after).toEqual([3]);
  });

  test('an input that a hook changed is checked like any other, also that of `next`', async () => {
    await using served = await hooked(database, {
      'message.send': {
        around: ({ input, next }) =>
          next(input.content === 'wrong' ? ({ ...input, roomId: 'nowhere' } as never) : input),
      },
      'room.update': { before: ({ input }) => ({ ...input, name: ' ' }) },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'wrong' }), 'VALIDATION');
    await expectRefusal(ann.api.room.update.mutate({ roomId, description: 'x' }), 'VALIDATION');
    expect(await ann.api.room.get.query({ roomId })).toMatchObject({ seq: 1, name: 'A group' });
  });

  test('a hook can not lead a call into a room that its caller is not in', async () => {
    let target = '';
    await using served = await hooked(database, {
      'message.send': { before: ({ input }) => ({ ...input, roomId: target === '' ? input.roomId : target }) },
    });
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ben);
    target = (await makeRoom('group', ann)).id;
    await expectRefusal(ben.api.message.send.mutate({ roomId, content: 'hi' }), 'NOT_FOUND');
    expect((await ann.api.message.list.query({ roomId: target })).items).toEqual([]);
  });
});
