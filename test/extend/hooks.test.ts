import { createChat, definePlugin } from '@confab/server';
import type { ChatPlugin, Hooks } from '@confab/server';
import { describe, expect, test } from 'vitest';
import { clientId, expectRefusal, refusalOf } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

const errors = { define: { QUOTA: { status: 4_030, trpc: 'FORBIDDEN', sentence: 'The quota is used up.' } } } as const;

/** A served chat with these hooks, and what its log says. */
async function hooked(database: Database, on: Hooks, plugins: readonly ChatPlugin[] = []) {
  const logged: string[] = [];
  const unexpected: unknown[] = [];
  const note = (fields: object, message: string): void => {
    logged.push(`${message}: ${String((fields as { error?: unknown }).error)}`);
  };
  const chat = createChat({
    store: await database.store(),
    viewer: (ctx: HostContext) => viewer(ctx),
    errors: { ...errors, onError: (error) => unexpected.push(error) },
    log: { info: () => undefined, warn: note, error: note },
    plugins,
    on,
  });
  return { chat, logged, unexpected, ...(await serveChat(chat)) };
}

eachDatabase((database) => {
  describe('before', () => {
    test('changes what is done', async () => {
      await using served = await hooked(database, {
        'message.send': { before: ({ input }) => ({ ...input, content: input.content.replace('damn', '****') }) },
      });
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [ben]);
      const { content } = await ann.api.message.send.mutate({ roomId, content: 'damn it' });
      expect(content).toBe('**** it');
      const { data } = await ben.event('message.created', (event) => event.roomId === roomId);
      expect(data.message.content).toBe('**** it');
    });

    test('holds back neither events nor other calls of the connection while it waits', async () => {
      let goOn: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await using served = await hooked(database, { 'room.update': { before: () => gate } });
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [ben]);
      const waiting = ann.api.room.update.mutate({ roomId, name: 'Later' });
      const said = await ben.api.message.send.mutate({ roomId, content: 'meanwhile' });
      await ann.event('message.created', ({ data }) => data.message.id === said.id);
      expect(await ann.api.room.get.query({ roomId })).toMatchObject({ name: 'A group' });
      goOn();
      expect(await waiting).toMatchObject({ name: 'Later' });
      await ann.event('room.updated', (event) => event.roomId === roomId);
    });

    test('refuses with whatever it throws, and nothing is done', async () => {
      await using served = await hooked(database, {
        'message.send': {
          before({ input }) {
            if (input.content === 'no') throw served.chat.error('QUOTA', undefined, { details: { data: { left: 0 } } });
          },
        },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      const refusal = await refusalOf(ann.api.message.send.mutate({ roomId, content: 'no' }));
      expect(refusal).toMatchObject({
        code: 'QUOTA',
        status: 4_030,
        trpc: 'FORBIDDEN',
        message: 'The quota is used up.',
        details: { data: { left: 0 } },
      });
      expect(await ann.api.room.get.query({ roomId })).toMatchObject({ seq: 1 });
      await ann.api.message.send.mutate({ roomId, content: 'yes' });
    });

    test('that fails is an INTERNAL with a reference, and says nothing else', async () => {
      const failure = new Error('password=hunter2');
      await using served = await hooked(database, {
        'message.send': { before: () => Promise.reject(failure) },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      const refusal = await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'hi' }), 'INTERNAL');
      expect(Object.keys(refusal.details ?? {})).toEqual(['reference']);
      expect(JSON.stringify(refusal)).not.toContain('hunter2');
      expect(served.unexpected).toEqual([failure]);
    });

    test('may not break the limits by what it returns', async () => {
      await using served = await hooked(database, {
        'message.send': { before: ({ input }) => ({ ...input, content: input.content.repeat(10_000) }) },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'hi' }), 'TOO_LARGE');
      expect(await ann.api.room.get.query({ roomId })).toMatchObject({ seq: 1 });
    });

    test('may not change the input it is shown', async () => {
      await using served = await hooked(database, {
        'message.send': {
          before({ input }) {
            (input as { custom: Record<string, unknown> }).custom['vip'] = true;
          },
        },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      await expectRefusal(ann.api.message.send.mutate({ roomId, content: 'hi', custom: { a: 1 } }), 'INTERNAL');
      expect(String(served.unexpected[0])).toContain('TypeError');
    });

    test('knows who calls and asks what they may', async () => {
      const seen: unknown[] = [];
      await using served = await hooked(database, {
        'message.send': {
          async before({ ctx, input: { roomId } }) {
            const { allowed } = await ctx.can('room.update', { roomId });
            seen.push({ ...ctx.user, device: ctx.session?.id, isOver: ctx.connectionId !== null, allowed });
          },
        },
      });
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [ben]);
      await ben.api.message.send.mutate({ roomId, content: 'hi' });
      const device = (await ben.api.session.list.query({})).items[0]?.id;
      expect(seen).toEqual([{ id: ben.id, name: 'ben', image: null, device, isOver: true, allowed: false }]);
    });
  });

  describe('the order', () => {
    test('is that of the plugins, the host’s own hooks outermost', async () => {
      const said: string[] = [];
      const hooks = (name: string): Hooks => ({
        'message.send': {
          before({ input }) {
            said.push(`${name} before`);
            return { ...input, content: `${input.content}${name}` };
          },
          async around({ next }) {
            said.push(`${name} in`);
            const result = await next();
            said.push(`${name} out`);
            return { ...result, content: `${result.content ?? ''}.${name}` };
          },
        },
      });
      const plugins = ['first', 'second'].map((id) => definePlugin({ id, on: hooks(id) }));
      await using served = await hooked(database, hooks('host'), plugins);
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      const { id: messageId, content } = await ann.api.message.send.mutate({ roomId, content: '>' });
      expect(said.join(', ')).toBe(
        'host before, host in, first before, first in, second before, second in, second out, first out, host out',
      );
      expect(content).toBe('>hostfirstsecond.second.first.host');
      expect((await ann.api.message.get.query({ messageId })).content).toBe('>hostfirstsecond');
    });
  });

  describe('around', () => {
    test('replaces the operation by not going on, and then nothing was committed', async () => {
      const after: string[] = [];
      await using served = await hooked(database, {
        'message.send': {
          around: async ({ input, next }) => {
            if (input.content !== 'held back') return next();
            const [first] = (await served.chat.system.message.list({ roomId: input.roomId })).items;
            if (first === undefined) throw new Error('there is a message before');
            return { ...first, content: 'held back' };
          },
          afterCommit: ({ result }) => void after.push(result.content ?? ''),
        },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      await ann.api.message.send.mutate({ roomId, content: 'first' });
      expect(await ann.api.message.send.mutate({ roomId, content: 'held back' })).toMatchObject({ seq: 2 });
      await served.chat.close();
      expect(after).toEqual(['first']);
      expect(await database.db.chatMessage.count({ where: { roomId } })).toBe(1);
    });

    test('passes on what the operation refuses, unless it says otherwise', async () => {
      await using served = await hooked(database, {
        'message.send': {
          around: ({ input, next }) =>
            next().catch((error: unknown) => {
              throw input.content === 'politely' ? served.chat.error('QUOTA') : error;
            }),
        },
      });
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [ben], { slowModeSeconds: 60 });
      await ben.api.message.send.mutate({ roomId, content: 'first' });
      await expectRefusal(ben.api.message.send.mutate({ roomId, content: 'second' }), 'RATE_LIMITED');
      expect(await refusalOf(ben.api.message.send.mutate({ roomId, content: 'politely' }))).toMatchObject({
        code: 'QUOTA',
      });
    });

    test('is there for queries', async () => {
      await using served = await hooked(database, {
        'message.list': {
          around: async ({ input, next }) => {
            const page = await next({ ...input, limit: 1 });
            return { ...page, items: page.items.map((message) => ({ ...message, custom: { seen: true } })) };
          },
        },
        'room.list': { around: async ({ next }) => ({ ...(await next()), nextCursor: 'none' }) },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      for (const content of ['one', 'two']) await ann.api.message.send.mutate({ roomId, content });
      const { items } = await ann.api.message.list.query({ roomId });
      expect(items).toMatchObject([{ content: 'two', custom: { seen: true } }]);
      expect(await ann.api.room.list.query({})).toMatchObject({ items: [{ id: roomId }], nextCursor: 'none' });
    });
  });

  describe('afterCommit', () => {
    test('runs when it is committed, knows input and result, and what it throws disturbs nobody', async () => {
      const calls: unknown[] = [];
      await using served = await hooked(database, {
        'message.send': {
          before: ({ input }) => ({ ...input, content: input.content.toUpperCase() }),
          async afterCommit({ input, result, ctx }) {
            const kept = await database.db.chatMessage.count({ where: { id: result.id } });
            calls.push([input.content, result.seq, ctx.user.id, kept]);
            throw new Error('the webhook is away');
          },
        },
      });
      const [ann] = await served.users('ann');
      const { id: roomId } = await makeRoom('group', ann);
      await ann.api.message.send.mutate({ roomId, content: 'hi' });
      await waitFor(() => served.logged.length > 0, { what: 'the failure to be logged' });
      expect(calls).toEqual([['HI', 2, ann.id, 1]]);
      expect(served.logged).toEqual(['a hook after message.send failed: Error: the webhook is away']);
    });

    test('does not run for what was refused or changed nothing', async () => {
      const after: string[] = [];
      const note = (name: string) => ({ afterCommit: () => void after.push(name) });
      await using served = await hooked(database, {
        'message.send': note('send'),
        'message.react': note('react'),
        'message.edit': note('edit'),
        'message.read': note('read'),
        'room.update': note('update'),
        'room.addMembers': note('add'),
        'room.create': note('create'),
      });
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [ben]);
      const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
      await expectRefusal(ann.api.message.send.mutate({ roomId, content: ' ' }), 'VALIDATION');
      for (let times = 0; times < 2; times += 1) {
        await ann.api.message.react.mutate({ messageId, emoji: '👍' });
        await ann.api.message.edit.mutate({ messageId, content: 'hello' });
        await ben.api.message.read.mutate({ roomId, seq: 2 });
        await ann.api.room.update.mutate({ roomId, name: 'Renamed' });
        await ann.api.room.addMembers.mutate({ roomId, userIds: [`new-${ann.id}`] });
        await ann.api.room.create.mutate({ kind: 'direct', members: [ben.id] });
      }
      await served.chat.close();
      expect(after.toSorted()).toEqual(['add', 'create', 'create', 'edit', 'react', 'read', 'send', 'update']);
    });

    test('of a call in a transaction runs after that, and never when it is rolled back', async () => {
      const after: string[] = [];
      await using served = await hooked(database, {
        'message.send': { afterCommit: ({ result }) => void after.push(result.content ?? '') },
      });
      const { chat } = served;
      const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'A room' });
      await chat.transaction(async ({ chat: inside }) => {
        await inside.as('ann').message.send({ roomId, content: 'committed' });
        await new Promise((resolve) => setImmediate(resolve));
        expect(after).toEqual([]);
      });
      const failing = chat.transaction(async ({ chat: inside }) => {
        await inside.as('ann').message.send({ roomId, content: 'rolled back' });
        throw new Error('out of stock');
      });
      await expect(failing).rejects.toThrow('out of stock');
      await chat.close();
      expect(after).toEqual(['committed']);
    });

    test('is waited for when the chat is closed', async () => {
      let isDone = false;
      await using served = await hooked(database, {
        'room.create': {
          async afterCommit({ ctx, result }) {
            await ctx.can('room.get', { roomId: result.id });
            await new Promise((resolve) => setTimeout(resolve, 50));
            isDone = true;
          },
        },
      });
      await served.chat.as('ann').room.create({ kind: 'group', name: 'A room' });
      await served.chat.close();
      expect(isDone).toBe(true);
    });
  });

  test('hooks run whoever calls: a client, the host as a user, and the host itself', async () => {
    const seen: string[] = [];
    await using served = await hooked(database, {
      'message.send': { before: ({ ctx }) => void seen.push(ctx.isSystem ? 'system' : ctx.user.id) },
    });
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    await ann.api.message.send.mutate({ roomId, content: 'hi' });
    await served.chat.as(ann.id).message.send({ roomId, content: 'hi' });
    await served.chat.system.message.send({ roomId, content: 'hi' });
    expect(seen).toEqual([ann.id, ann.id, 'system']);
  });

  test('a call under a client id that was answered before asks no hook again', async () => {
    const asked: string[] = [];
    await using served = await hooked(database, {
      'message.send': {
        before({ input }) {
          asked.push('before');
          return { ...input, content: `${input.content} (${asked.length})` };
        },
        afterCommit: () => void asked.push('after'),
      },
      'room.create': { before: () => void asked.push('create') },
    });
    const [ann, ben] = await served.users('ann', 'ben');
    const wanted = { kind: 'group', name: 'A room', members: [ben.id], clientId: clientId() } as const;
    const { id: roomId } = await ann.api.room.create.mutate({ ...wanted, members: [ben.id] });
    expect(await ann.api.room.create.mutate({ ...wanted, members: [ben.id] })).toMatchObject({ id: roomId });
    const message = { roomId, content: 'hi', clientId: clientId() };
    const sent = await Promise.all([1, 2, 3].map(() => ben.api.message.send.mutate(message)));
    sent.push(await ben.api.message.send.mutate(message));
    await ann.api.room.update.mutate({ roomId, locked: true });
    sent.push(await ben.api.message.send.mutate(message));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    await expectRefusal(ben.api.message.send.mutate({ ...message, content: 'other' }), 'CONFLICT');
    await served.chat.close();
    expect(asked).toEqual(['create', 'before', 'after']);
    expect(sent[0]?.content).toBe('hi (2)');
  });
});
