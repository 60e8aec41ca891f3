import { randomUUID } from 'node:crypto';
import { createChat, definePlugin } from '@confab/server';
import type { ChatPlugin } from '@confab/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectRefusal, refusalOf } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

/** A plugin that uses all of its kit. */
const stars = definePlugin({
  id: 'stars',
  events: { 'star.given': z.strictObject({ messageId: z.string(), stars: z.int() }) },
  errors: { NO_STARS: { status: 4_100, trpc: 'CONFLICT', sentence: 'You have no stars left.' } },
  permissions: {
    'stars.give': {
      direct: { least: 'never' },
      group: { least: 'member', mutable: true },
      channel: { least: 'admin', grant: 'message.pin' },
    },
  },
  limits: { gifts: { perSecond: 0.001, burst: 3 } },
  procedures: (kit) => ({
    whoAmI: kit.user().query(({ ctx }) => ctx.chat.user.id),
    give: kit
      .message('stars.give', { rate: 'gifts' })
      .input(z.object({ stars: z.int().min(1).max(5), secretly: z.boolean().default(false) }))
      .mutation(({ ctx, input: { messageId, stars: given, secretly } }) =>
        kit.writeMessage(ctx.chat, 'stars.give', messageId, async ({ publish, touchMessage, message, room }) => {
          const facts = { messageId, stars: given };
          await publish({ roomId: room.id }, 'star.given', facts, { isAnonymous: secretly });
          if (given === 5) throw kit.error('NO_STARS', undefined, { details: { data: { left: 0 } } });
          touchMessage(message);
          return { to: message.senderId, content: ctx.message.content };
        }),
      ),
    // Several calls of the chat that commit together.
    celebrate: kit
      .room('message.send')
      .input(z.object({ fails: z.boolean().default(false) }))
      .mutation(({ ctx, input: { roomId, fails } }) =>
        kit.transaction(ctx.chat, async (inside) => {
          await kit.as(ctx.chat.user.id, inside).message.send({ roomId, content: 'Hooray!' });
          await kit.system(inside).message.send({ roomId, content: 'for everyone' });
          if (fails) throw kit.error('NO_STARS');
        }),
      ),
    seen: kit
      .room('message.list')
      .input(z.object({ messageIds: z.array(z.string()) }))
      .query(({ ctx, input: { roomId, messageIds } }) =>
        kit.readMessages(ctx.chat, 'message.list', roomId, messageIds, async ({ messages, present }) =>
          (await present(messages)).map(({ content }) => content),
        ),
      ),
  }),
});

interface StarsApi {
  readonly stars: {
    readonly whoAmI: { query(): Promise<string> };
    readonly give: {
      mutate(input: { messageId: string; stars: number; secretly?: boolean }): Promise<{ to: string; content: string }>;
    };
    readonly celebrate: { mutate(input: { roomId: string; fails?: boolean }): Promise<void> };
    readonly seen: { query(input: { roomId: string; messageIds: string[] }): Promise<(string | null)[]> };
  };
}

const pass = <Result>({ next }: { readonly next: () => Result }): Result => next();

/** A client takes any path; these are the plugin's. */
const own = ({ api }: Connection) => (api as unknown as StarsApi).stars;

eachDatabase((database) => {
  describe('the procedures of a plugin', () => {
    let served: ServedChat;
    beforeAll(async () => {
      const store = await database.store();
      served = await serveChat(createChat({ store, viewer: (ctx: HostContext) => viewer(ctx), plugins: [stars] }));
    });
    afterAll(() => served[Symbol.asyncDispose]());

    const gift = async (
      owner: Connection,
      others: Connection[] = [],
      kind: 'group' | 'channel' | 'direct' = 'group',
    ) => {
      const { id: roomId } = await makeRoom(kind, owner, others);
      return { roomId, messageId: (await say(owner, roomId, 'thanks')).id };
    };

    test('are called under its id by whoever is logged in', async () => {
      const [ann] = await served.users('ann');
      expect(await own(ann).whoAmI.query()).toBe(ann.id);
    });

    test('write in one transaction with their event, which everyone in the room is told', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const { roomId, messageId } = await gift(ann, [ben]);
      const answer = await own(ben).give.mutate({ messageId, stars: 2 });
      expect(answer).toEqual({ to: ann.id, content: 'thanks' });
      await ann.event('message.updated', ({ data }) => data.message.id === messageId);
      expect(told(ann, 'star.given')).toEqual([{ seq: 3, roomId, data: { messageId, stars: 2 } }]);
      expect(ann.received.find(({ event }) => (event.type as string) === 'star.given')?.event.actorId).toBe(ben.id);
      expect(ann.seqs(roomId)).toEqual([1, 2, 3, 4]);
    });

    test('may keep to themselves who did it', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const { messageId } = await gift(ann, [ben]);
      await own(ben).give.mutate({ messageId, stars: 1, secretly: true });
      await waitFor(() => told(ann, 'star.given').length === 1, { what: 'the gift' });
      const { event } = ann.received.find((item) => (item.event.type as string) === 'star.given') ?? {};
      expect(event?.actorId).toBeUndefined();
    });

    test('leave nothing behind when they throw, and their errors reach the client whole', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const { roomId, messageId } = await gift(ann, [ben]);
      expect(await refusalOf(own(ben).give.mutate({ messageId, stars: 5 }))).toMatchObject({
        ...{ code: 'NO_STARS', status: 4_100, trpc: 'CONFLICT', message: 'You have no stars left.' },
        details: { data: { left: 0 } },
      });
      await say(ann, roomId, 'next', [ann, ben]);
      expect(ben.seqs(roomId)).toEqual([1, 2, 3]);
      expect(told(ben, 'star.given')).toEqual([]);
    });

    test('are guarded by the plugin’s own action', async () => {
      const [ann, ben, eve] = await served.users('ann', 'ben', 'eve');
      const group = await gift(ann, [ben]);
      const channel = await gift(ann, [ben], 'channel');
      const direct = await gift(ann, [ben], 'direct');
      await expectRefusal(own(eve).give.mutate({ messageId: group.messageId, stars: 1 }), 'NOT_FOUND');
      await expectRefusal(own(ben).give.mutate({ messageId: direct.messageId, stars: 1 }), 'PERMISSION_DENIED');
      await expectRefusal(own(ben).give.mutate({ messageId: channel.messageId, stars: 1 }), 'PERMISSION_DENIED');
      const granted = { roomId: channel.roomId, userIds: [ben.id], permissions: ['message.pin' as const] };
      await ann.api.room.grant.mutate(granted);
      await own(ben).give.mutate({ messageId: channel.messageId, stars: 1 });
    });

    test('find no message that is deleted or was never there', async () => {
      const [ann] = await served.users('ann');
      const { messageId } = await gift(ann);
      await ann.api.message.delete.mutate({ messageIds: [messageId] });
      await expectRefusal(own(ann).give.mutate({ messageId, stars: 1 }), 'NOT_FOUND');
      await expectRefusal(own(ann).give.mutate({ messageId: randomUUID(), stars: 1 }), 'NOT_FOUND');
    });

    test('have their input checked, and their own rate', async () => {
      const [ann] = await served.users('ann');
      const { messageId } = await gift(ann);
      const wrong = await expectRefusal(own(ann).give.mutate({ messageId, stars: 9 }), 'VALIDATION');
      expect(wrong.details?.['issues']).toMatchObject([{ path: 'stars' }]);
      for (let nth = 0; nth < 2; nth += 1) await own(ann).give.mutate({ messageId, stars: 1 });
      const { details } = await expectRefusal(own(ann).give.mutate({ messageId, stars: 1 }), 'RATE_LIMITED');
      expect(details?.['retryAfterMs']).toBeGreaterThan(100_000);
    });

    test('call the chat in one transaction of their own', async () => {
      const [ann] = await served.users('ann');
      const { roomId } = await gift(ann);
      expect(await refusalOf(own(ann).celebrate.mutate({ roomId, fails: true }))).toMatchObject({ code: 'NO_STARS' });
      await own(ann).celebrate.mutate({ roomId });
      await ann.event('message.created', ({ data }) => data.message.content === 'for everyone');
      expect(ann.seqs(roomId)).toEqual([1, 2, 3, 4]);
      const { items } = await ann.api.message.list.query({ roomId });
      expect(items.map(({ content, senderId }) => [content, senderId])).toEqual([
        ['thanks', ann.id],
        ['Hooray!', ann.id],
        ['for everyone', 'system'],
      ]);
    });

    test('read of some messages those the caller may see', async () => {
      const [ann, ben] = await served.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [], { history: 'sinceJoin' });
      const elsewhere = await gift(ann);
      const early = await say(ann, roomId, 'before');
      await ann.api.room.addMembers.mutate({ roomId, userIds: [ben.id] });
      const late = await say(ann, roomId, 'after');
      const messageIds = [late.id, early.id, elsewhere.messageId, randomUUID()];
      expect(await own(ben).seen.query({ roomId, messageIds })).toEqual(['after']);
      expect(await own(ann).seen.query({ roomId, messageIds })).toEqual(['before', 'after']);
    });
  });

  test('beside plugins, hooks and rules every event of the core is what it is without', async () => {
    const open = async (options: object) =>
      serveChat(createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), ...options }));
    const script = async (on: ServedChat) => {
      const [ann, ben] = await on.users('ann', 'ben');
      const { id: roomId } = await makeRoom('group', ann, [ben]);
      const first = await say(ann, roomId, 'first', [ben]);
      await ben.api.message.react.mutate({ messageId: first.id, emoji: '👍' });
      await ann.api.message.edit.mutate({ messageId: first.id, content: 'First' });
      await ben.api.message.send.mutate({ roomId, content: 'second', replyToId: first.id, mentions: [ann.id] });
      await ann.api.room.update.mutate({ roomId, name: 'Renamed' });
      await ann.api.room.setRole.mutate({ roomId, userIds: [ben.id], role: 'admin' });
      await ann.api.message.delete.mutate({ messageIds: [first.id] });
      await ben.api.room.leave.mutate({ roomId });
      await ann.event('member.removed', (event) => event.roomId === roomId);
      // Ids and times differ from one room to the next.
      const shape = ({ event }: Connection['received'][number]) =>
        JSON.stringify([event.type, event.seq, event.data], (key, value: unknown) =>
          /^(id|at|.+Id|.+Ids|.+At|name|mentions)$/.test(key) ? typeof value : value,
        );
      return ann.received.filter(({ event }) => event.roomId === roomId && event.seq !== undefined).map(shape);
    };
    await using plain = await open({});
    await using extended = await open({
      ...{ plugins: [stars], events: { 'order.paid': z.object({}) }, permissions: { 'message.send': pass } },
      on: { 'message.send': { around: pass }, 'room.update': { inTransaction: true, before: () => undefined } },
    });
    const told = await script(plain);
    expect(told).toHaveLength(9);
    expect(await script(extended)).toEqual(told);
  });

  describe('what a plugin runs beside the calls', () => {
    /** A chat with plugins that note what becomes of them. */
    const withPlugins = async (said: string[], plugins: Readonly<Record<string, Partial<ChatPlugin>>>) =>
      createChat({
        store: await database.store(),
        viewer: () => null,
        log: { info: () => undefined, warn: () => undefined, error: (_fields, message) => void said.push(message) },
        plugins: Object.entries(plugins).map(([id, parts]): ChatPlugin => ({ id, ...parts })),
      });
    const noting = (said: string[], name: string) => ({
      init: () => {
        said.push(`${name} begins`);
        return { dispose: () => void said.push(`${name} ends`) };
      },
    });

    test('begins in order when the chat is ready, and ends in the opposite one', async () => {
      const said: string[] = [];
      const chat = await withPlugins(said, { first: noting(said, 'first'), idle: {}, second: noting(said, 'second') });
      await chat.ready;
      expect(said).toEqual(['first begins', 'second begins']);
      await chat.close();
      await chat.close();
      expect(said).toEqual(['first begins', 'second begins', 'second ends', 'first ends']);
    });

    test('that can not begin keeps the chat from starting, and what began before ends', async () => {
      const said: string[] = [];
      const failing = { init: () => Promise.reject(new Error('no port left')) };
      const chat = await withPlugins(said, { first: noting(said, 'first'), failing, never: noting(said, 'never') });
      await expect(chat.ready).rejects.toMatchObject({
        message: 'The plugin failing could not start.',
        cause: { message: 'no port left' },
      });
      expect(said).toEqual(['first begins', 'first ends', 'the chat could not start']);
      await expect(chat.as('ann').room.list({})).rejects.toMatchObject({ cause: { code: 'UNAVAILABLE' } });
      await chat.close();
    });

    test('that can not end is logged, and the others end all the same', async () => {
      const said: string[] = [];
      const stuck = { init: () => ({ dispose: () => Promise.reject(new Error('stuck')) }) };
      const chat = await withPlugins(said, { first: noting(said, 'first'), stuck });
      await chat.ready;
      await chat.close();
      expect(said).toEqual(['first begins', 'a plugin could not be disposed of', 'first ends']);
    });
  });
});
