import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { createChatClient } from '../../client/index.js';
import { createChat } from '../../server/create-chat.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import type { TestBase } from '../../server/testing/chat/types.js';
import { refusalOf } from '../support/client.js';

const plain = () => testChat((base) => createChat(base));

describe('testChat', () => {
  it('gives a chat that listens, and clients to talk to it', async () => {
    await using t = await plain();
    const [ada, bob] = [await t.client('ada', { name: 'Ada' }), await t.client('bob')];
    const room = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: ['bob'] });
    expect((await bob.next('room.created')).data.room.name).toBe('Tea');
    await ada.api.chat.message.send.mutate({ roomId: room.id, content: 'hello' });
    const { data } = await bob.next('message.created');
    expect(data.message).toMatchObject({ content: 'hello', sender: { name: 'Ada' } });
    expectTypeOf(data.message.content).toEqualTypeOf<string | null>();
    expectTypeOf(ada.api.chat.message.send.mutate).parameter(0).toHaveProperty('content');
  });

  it('gives each event once, in order, also those that came before they were asked for', async () => {
    await using t = await plain();
    const ada = await t.client('ada');
    const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Tea' });
    for (const content of ['one', 'two', 'three']) await t.as('ada').message.send({ roomId, content });
    await ada.until((events) => events.filter(({ type }) => type === 'message.created').length === 3);
    const content = async (fits?: string) =>
      (await ada.next('message.created', ({ data }) => fits === undefined || data.message.content === fits)).data
        .message.content;
    expect([await content('two'), await content(), await content()]).toEqual(['two', 'one', 'three']);
    expect(ada.events.filter(({ seq }) => seq !== undefined).map(({ type }) => type)).toEqual([
      'room.created',
      ...Array(3).fill('message.created'),
    ]);
  });

  it('says what was seen when an event does not come', async () => {
    await using t = await plain();
    const ada = await t.client('ada');
    await t.as('ada').room.create({ kind: 'group', name: 'Tea' });
    await ada.next('room.created');
    await expect(ada.next('message.created', undefined, { timeoutMs: 50 })).rejects.toThrow(
      /^ada's client waited 50 ms in vain for message\.created\.\nIt has seen:\n {2}1\. ready .*\n {2}2\. room\.created of \S+ at 1 .*Tea/,
    );
    const never = ada.until((events) => events.length > 99, { timeoutMs: 50 });
    await expect(never).rejects.toThrow('waited 50 ms in vain for what `until` asks for');
    const boom = ada.until(() => {
      throw new Error('wrong in the test');
    });
    await expect(boom).rejects.toThrow('wrong in the test');
  });

  it('does not wait for a client that left, or whose stream was refused', async () => {
    await using t = await testChat((base) => createChat({ ...base, settings: { limits: { streams: 1 } } }));
    const ada = await t.client('ada');
    await expect(t.client('ada')).rejects.toThrow(/its stream was refused: Too many event streams/);
    await ada.close();
    await expect(ada.next('message.created')).rejects.toThrow(/has ended \(it was closed\)/);
  });

  it('says what the server logged and how a socket was closed', async () => {
    await using t = await testChat((base) => createChat({ ...base, viewer: () => never() }), { waitMs: 200 });
    const failure = await t.client('ada').catch((error: unknown) => error);
    expect(String(failure)).toMatch(
      /It has seen no event at all\.[^]*The server logged: createContext or viewer failed/,
    );
  });

  it('brings a client back that lost its connection, with what it missed', async () => {
    await using t = await plain();
    const [ada, bob] = [await t.client('ada'), await t.client('bob')];
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'direct', members: ['bob'] });
    await bob.next('room.created');
    bob.drop();
    await ada.api.chat.message.send.mutate({ roomId, content: 'one' });
    await bob.next('message.created');
    bob.offline();
    await ada.api.chat.message.send.mutate({ roomId, content: 'two' });
    await ada.settled();
    expect(bob.events.filter(({ type }) => type === 'message.created')).toHaveLength(1);
    bob.online();
    expect((await bob.next('message.created')).data.message.content).toBe('two');
    expect(bob.closes.length).toBeGreaterThanOrEqual(2);
    await bob.settled();
    expect(bob.events.filter(({ seq }) => seq !== undefined).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('can be sure that nothing more comes', async () => {
    await using t = await plain();
    const [ada, bob, cy] = [await t.client('ada'), await t.client('bob'), await t.client('cy')];
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: ['bob'] });
    for (let nth = 0; nth < 20; nth += 1) await t.as('ada').message.send({ roomId, content: '@', mentions: ['bob'] });
    await bob.settled();
    expect(bob.events.filter(({ type }) => type === 'message.created')).toHaveLength(20);
    await t.settled();
    expect(cy.events.filter(({ roomId }) => roomId !== undefined)).toEqual([]);
  });

  it('starts another node in the place of one, on the same database', async () => {
    await using t = await plain();
    const ada = await t.client('ada');
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    await ada.next('room.created');
    const before = t.chat;
    await t.restart();
    expect(t.chat).not.toBe(before);
    await t.as('ada').message.send({ roomId, content: 'still here' });
    expect((await ada.next('message.created')).data.message.content).toBe('still here');
    expect((await ada.api.chat.room.get.query({ roomId })).name).toBe('Tea');
  });

  it('runs several nodes that hear of each other', async () => {
    await using t = await plain();
    const other = await t.node();
    expect(other.url).not.toBe(t.url);
    const [ada, bob] = [await t.client('ada'), await other.client('bob')];
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'direct', members: ['bob'] });
    await bob.next('room.created');
    await ada.api.chat.message.typing.mutate({ roomId, typing: true });
    expect((await bob.next('typing')).data).toEqual({ userId: 'ada', typing: true });
    await bob.api.chat.message.send.mutate({ roomId, content: 'from the other' });
    await ada.next('message.created');
    await other.close();
    await expect(other.client('bob')).rejects.toThrow();
  });

  it('keeps tests apart and leaves nothing behind', async () => {
    const urls: string[] = [];
    const remembering = (base: TestBase) => createChat(base);
    await using one = await testChat(remembering);
    await using two = await testChat(remembering);
    await one.as('ada').room.create({ kind: 'group', name: 'Tea' });
    expect((await one.as('ada').room.list({})).items).toHaveLength(1);
    expect((await two.as('ada').room.list({})).items).toHaveLength(0);
    urls.push(one.url, two.url);
    expect(new Set(urls).size).toBe(2);
  });

  it('rejects as the chat does when it can not be made, and lets go of everything', async () => {
    const failing = testChat((base) => createChat({ ...base, settings: { limits: { page: 0 } } }));
    await expect(failing).rejects.toThrow('settings.limits.page');
    const throwing = testChat(() => {
      throw new Error('the host');
    });
    await expect(throwing).rejects.toThrow('the host');
  });

  it('serves clients made elsewhere, over WebSocket and HTTP', async () => {
    await using t = await plain();
    for (const transport of ['ws', 'http'] as const) {
      const options = { url: `${t.url}/trpc`, token: t.token('ada', { name: 'Ada' }), transport };
      await using client = createChatClient({ ...options, WebSocket });
      const created = await client.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
      expect(created.me?.user).toEqual({ id: 'ada', name: 'Ada', image: null });
    }
    await using nobody = createChatClient({ url: `${t.url}/trpc`, token: 'none', transport: 'http' });
    expect(await refusalOf(nobody.api.chat.room.list.query({}))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('testChat with options', () => {
  it('makes a chat of them, typed like createChat', async () => {
    await using t = await testChat({
      events: { 'order.paid': z.strictObject({ orderId: z.string(), cents: z.int() }) },
      custom: { message: z.strictObject({ priority: z.enum(['low', 'high']) }) },
      settings: { reactions: 'many' },
      omit: ['room.delete'],
      waitMs: 2_000,
    });
    expect(t.chat.settings.reactions).toBe('many');
    const ada = await t.client('ada');
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    await t.system.publish({ to: { roomId }, type: 'order.paid', data: { orderId: 'o1', cents: 250 } });
    const paid = await ada.next('order.paid');
    expectTypeOf(paid.data).toEqualTypeOf<{ orderId: string; cents: number }>();
    expect(paid).toMatchObject({ roomId, seq: 2, data: { orderId: 'o1', cents: 250 } });
    const sent = await ada.api.chat.message.send.mutate({ roomId, content: '!', custom: { priority: 'high' } });
    expectTypeOf(sent.custom.priority).toEqualTypeOf<'low' | 'high'>();
    expect(sent.custom).toEqual({ priority: 'high' });
    // @ts-expect-error -- not in the schema
    const refused = ada.api.chat.message.send.mutate({ roomId, content: '!', custom: { priority: 'none' } });
    expect(await refusalOf(refused)).toMatchObject({ code: 'VALIDATION' });
    // @ts-expect-error -- left out
    expect(await refusalOf(ada.api.chat.room.delete.mutate({ roomId }))).toMatchObject({ trpc: 'NOT_FOUND' });
  });
});

describe('testChat with a router of the host’s own', () => {
  interface HostContext {
    readonly session: { readonly userId: string; readonly plan: 'free' | 'paid' } | null;
  }
  const host = initTRPC.context<HostContext>().create({ transformer });

  const makeApp = (base: TestBase) => {
    const chat = createChat({
      ...base,
      viewer: ({ session }: HostContext) => session && { id: session.userId },
    });
    const router = host.router({
      talk: chat.router,
      plan: host.procedure.query(({ ctx }) => ctx.session?.plan ?? 'none'),
    });
    return {
      ...{ chat, router, path: 'talk' },
      createContext: ({ viewer }: { viewer: { id: string } | null }): HostContext => ({
        session: viewer && { userId: viewer.id, plan: viewer.id === 'ada' ? 'paid' : 'free' },
      }),
    };
  };

  it('types and serves the whole of it', async () => {
    await using t = await testChat(makeApp);
    const [ada, bob] = [await t.client('ada'), await t.client('bob')];
    expect([await ada.api.plan.query(), await bob.api.plan.query()]).toEqual(['paid', 'free']);
    await ada.api.talk.room.create.mutate({ kind: 'direct', members: ['bob'] });
    expect((await bob.next('room.created')).actorId).toBe('ada');
  });
});

function never(): never {
  throw new Error('as the test makes it');
}
