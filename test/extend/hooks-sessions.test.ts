import { createChat } from '@confab/server';
import type { Hooks } from '@confab/server';
import { ChatError } from '@confab/shared';
import { expect, test } from 'vitest';
import { person, refusalOf } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { waitFor } from '../support/wait.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

async function hooked(database: Database, on: Hooks) {
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const chat = createChat({
    store: await database.store(),
    viewer: (ctx: HostContext) => viewer(ctx),
    errors: { define: { BANNED: { status: 4_031, trpc: 'FORBIDDEN' } } },
    log: { info: () => undefined, warn: note, error: note },
    on,
  });
  return { chat, logged, ...(await serveChat(chat)) };
}

eachDatabase((database) => {
  test('a socket that a hook turns away gets the error, and is closed with 4001 and its message', async () => {
    await using served = await hooked(database, {
      'session.open': {
        before({ ctx }) {
          if (ctx.user.id.startsWith('eve')) throw served.chat.error('BANNED', 'You are banned until Monday.');
        },
      },
    });
    const eve = await served.connect(person('eve'), { subscribe: false });
    const refusal = await refusalOf(eve.api.room.list.query({}));
    expect(refusal).toMatchObject({ code: 'BANNED', status: 4_031, message: 'You are banned until Monday.' });
    await waitFor(() => eve.closes.length > 0, { what: 'the socket to be closed' });
    expect(eve.closes[0]).toEqual({ code: 4_001, reason: 'You are banned until Monday.' });
    const [ann] = await served.users('ann');
    expect((await ann.api.room.list.query({})).items).toEqual([]);
    expect(await database.db.chatSession.count({ where: { userId: eve.id } })).toBe(0);
  });

  test('a message that is too long for a close frame is cut', async () => {
    const sentence = 'é'.repeat(200);
    await using served = await hooked(database, {
      'session.open': {
        before() {
          throw new ChatError('PERMISSION_DENIED', sentence);
        },
      },
    });
    const eve = await served.connect(person('eve'), { subscribe: false });
    expect(await refusalOf(eve.api.room.list.query({}))).toMatchObject({ message: sentence });
    await waitFor(() => eve.closes.length > 0, { what: 'the socket to be closed' });
    expect(eve.closes[0]).toEqual({ code: 4_001, reason: 'é'.repeat(61) });
  });

  test('a hook that can not tell at the moment, or fails, closes with 1013, so that the client comes back', async () => {
    const thrown = [new ChatError('UNAVAILABLE'), new Error('password=hunter2')];
    await using served = await hooked(database, {
      'session.open': {
        before() {
          const next = thrown.shift();
          if (next !== undefined) throw next;
        },
      },
    });
    const ann = await served.connect(person('ann'), { subscribe: false });
    await waitFor(() => ann.closes.length === 2, { what: 'two sockets to be closed' });
    expect(ann.closes.map(({ code }) => code)).toEqual([1_013, 1_013]);
    expect(JSON.stringify(ann.closes)).not.toContain('hunter2');
    expect((await ann.api.room.list.query({})).items).toEqual([]);
    expect(served.logged).toContain('a hook before session.open failed');
  });

  test('what follows the opening and the closing of a session knows whose it is', async () => {
    const seen: unknown[] = [];
    await using served = await hooked(database, {
      'session.open': {
        afterCommit: async ({ ctx }) =>
          void seen.push(['open', ctx.user, await database.db.chatSession.count({ where: { userId: ctx.user.id } })]),
      },
      'session.close': {
        afterCommit: ({ ctx, closeCode }) => void seen.push(['close', ctx.user.id, closeCode, ctx.session?.id]),
      },
    });
    const ann = await served.connect(person('ann'), { params: { device: 'phone' } });
    await waitFor(() => seen.length === 1, { what: 'the opening' });
    expect(seen).toEqual([['open', { id: ann.id, name: 'ann', image: null }, 1]]);
    await ann.close();
    await waitFor(() => seen.length === 2, { what: 'the closing', seen: () => seen });
    expect(seen[1]).toEqual(['close', ann.id, 1_005, 'phone']);
  });

  test('heartbeats and revocations are operations like any other', async () => {
    const seen: string[] = [];
    await using served = await hooked(database, {
      'session.heartbeat': { before: ({ ctx }) => void seen.push(`${ctx.session?.id ?? ''} is alive`) },
      'session.revoke': { afterCommit: ({ input }) => void seen.push(`${input.sessionId} is out`) },
    });
    const user = person('ann');
    const phone = await served.connect(user, { params: { device: 'phone' } });
    const laptop = await served.connect(user, { params: { device: 'laptop' } });
    await phone.api.session.heartbeat.mutate({});
    await laptop.api.session.revoke.mutate({ sessionId: 'phone' });
    await waitFor(() => seen.length === 2, { what: 'both hooks' });
    expect(seen).toEqual(['phone is alive', 'phone is out']);
  });
});
