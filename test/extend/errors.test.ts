import { randomUUID } from 'node:crypto';
import { createChat } from '@confab/server';
import { ChatError } from '@confab/shared';
import { TRPCError } from '@trpc/server';
import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientId, refusalOf } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { host, rootOf, serveHost } from './host-server.js';
import { viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

/** What the host's own code throws of something that is not there. */
class OutOfStock extends Error {
  constructor(readonly item: string) {
    super(`no more ${item}, password=hunter2`);
  }
}

const define = {
  SOLD_OUT: { status: 4_031, trpc: 'CONFLICT', sentence: 'It is sold out.' },
  QUIET_HOURS: { status: 4_032, trpc: 'FORBIDDEN' },
} as const;

/** What the next call of the host's procedure throws. */
let next: unknown;
const nextThrown = (): never => {
  throw next;
};

eachDatabase((database) => {
  const unexpected: { readonly error: unknown; readonly reference: string }[] = [];
  const logged: string[] = [];

  const open = async () => {
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      log: { info: () => undefined, warn: () => undefined, error: (_fields, message) => void logged.push(message) },
      errors: {
        define,
        map(error, make) {
          if (error instanceof OutOfStock) {
            return make('SOLD_OUT', undefined, { details: { data: { item: error.item } }, cause: error });
          }
          if (error instanceof ChatError && error.message === 'asleep')
            return make('QUIET_HOURS', 'Come back at eight.');
          if (error instanceof RangeError) throw new Error('a fault in `map` itself');
          return undefined;
        },
        onError(error, reference) {
          unexpected.push({ error, reference });
          if (error instanceof Error && error.message === 'loud') throw new Error('a fault in `onError` itself');
        },
      },
      on: {
        'message.send': {
          before({ input }) {
            if (input.content === 'lamp') throw new OutOfStock('lamps');
            if (input.content === 'asleep') throw new ChatError('PERMISSION_DENIED', 'asleep');
          },
        },
      },
    });
    const root = rootOf(chat.router, {
      fail: host.procedure.concat(chat.procedures.viewer).mutation(nextThrown),
      plain: host.procedure.mutation(nextThrown),
      order: host.procedure
        .concat(chat.procedures.viewer)
        .input(z.object({ item: z.string().min(2), count: z.int().max(9) }))
        .mutation(({ input }) => input.count),
      twice: host.procedure.concat(chat.procedures.viewer).mutation(async () => {
        const data = { id: clientId(), updatedAt: new Date() };
        await database.db.chatUser.create({ data });
        await database.db.chatUser.create({ data });
      }),
      nothing: host.procedure.concat(chat.procedures.viewer).mutation(async () => {
        await database.db.chatUser.update({ where: { id: clientId() }, data: { updatedAt: new Date() } });
      }),
    });
    return { chat, served: await serveHost(chat, root) };
  };
  let shop: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    shop = await open();
  });
  afterEach(() => {
    unexpected.length = 0;
    logged.length = 0;
  });
  afterAll(() => shop.served[Symbol.asyncDispose]());

  const room = async () => (await shop.chat.as('ann').room.create({ kind: 'group', name: 'A room' })).id;
  const fail = (error: unknown) => {
    next = error;
    return refusalOf(shop.served.overSocket('ann').fail.mutate());
  };

  describe.each(['overSocket', 'overHttp'] as const)('%s', (way) => {
    test('an error of the host’s own has its code, status, sentence and details', async () => {
      next = shop.chat.error('SOLD_OUT', undefined, { details: { data: { item: 'lamps' } } });
      expect(await refusalOf(shop.served[way]('ann').fail.mutate())).toMatchObject({
        ...{ code: 'SOLD_OUT', status: 4_031, trpc: 'CONFLICT', message: 'It is sold out.' },
        details: { data: { item: 'lamps' } },
      });
    });

    test('what the host throws where Confab has no part is for its own formatter', async () => {
      next = new TRPCError({ code: 'CONFLICT', message: 'as it was' });
      const refusal = await refusalOf(shop.served[way]('ann').plain.mutate());
      expect(refusal).toMatchObject({ code: undefined, trpc: 'CONFLICT', message: 'as it was' });
      expect(refusal.data).toMatchObject({ formattedBy: 'host' });
    });
  });

  describe('`map`', () => {
    test('gives an exception of the host’s another face, in a hook and in a procedure of its own', async () => {
      const roomId = await room();
      const sold = { code: 'SOLD_OUT', message: 'It is sold out.', details: { data: { item: 'lamps' } } };
      const client = shop.served.overSocket('ann');
      expect(await refusalOf(client.chat.message.send.mutate({ roomId, content: 'lamp' }))).toMatchObject(sold);
      expect(await fail(new OutOfStock('lamps'))).toMatchObject(sold);
      expect(unexpected).toEqual([]);
    });

    test('gives a refusal of Confab’s another face', async () => {
      const roomId = await room();
      const refused = shop.served.overSocket('ann').chat.message.send.mutate({ roomId, content: 'asleep' });
      expect(await refusalOf(refused)).toMatchObject({ code: 'QUIET_HOURS', message: 'Come back at eight.' });
    });

    test('leaves everything else as it is', async () => {
      const refused = shop.served.overSocket('ann').chat.room.get.query({ roomId: randomUUID() });
      expect(await refusalOf(refused)).toMatchObject({ code: 'NOT_FOUND', status: 4_004 });
    });

    test('that throws is an INTERNAL, and the host hears of its fault', async () => {
      const { code, details } = await fail(new RangeError('whatever'));
      expect(code).toBe('INTERNAL');
      expect(unexpected).toEqual([
        { error: new Error('a fault in `map` itself'), reference: details?.['reference'] as string },
      ]);
    });

    test('is there for server-side calls, too', async () => {
      const roomId = await room();
      const refused = shop.chat.as('ann').message.send({ roomId, content: 'lamp' });
      await expect(refused).rejects.toMatchObject({ cause: { code: 'SOLD_OUT' } });
    });
  });

  describe('`onError`', () => {
    test('hears of what nobody expected, under the reference that the caller was given, who learns no more', async () => {
      const failure = new Error('SELECT password FROM users');
      const refusal = await fail(failure);
      expect(refusal).toMatchObject({ code: 'INTERNAL', status: 4_006, message: 'Something went wrong.' });
      expect(unexpected).toEqual([{ error: failure, reference: refusal.details?.['reference'] as string }]);
      expect(JSON.stringify(refusal)).not.toContain('password');
    });

    test('hears of no refusal', async () => {
      const client = shop.served.overSocket('ann');
      await refusalOf(client.chat.room.get.query({ roomId: 'no id' }));
      await refusalOf(client.chat.room.get.query({ roomId: randomUUID() }));
      await fail(shop.chat.error('SOLD_OUT'));
      expect(unexpected).toEqual([]);
    });

    test('that throws disturbs nobody and is logged', async () => {
      expect(await fail(new Error('loud'))).toMatchObject({ code: 'INTERNAL' });
      expect(unexpected).toHaveLength(1);
      expect(logged).toContain('errors.onError failed');
    });
  });

  describe('a procedure of the host’s on Confab’s builders', () => {
    test('tells what is wrong with its input, and with whatever else a schema was asked about, by path', async () => {
      const wrong = await refusalOf(shop.served.overSocket('ann').order.mutate({ item: 'x', count: 10 }));
      expect(wrong).toMatchObject({ code: 'VALIDATION', trpc: 'BAD_REQUEST' });
      expect((wrong.details?.['issues'] as { path: string }[]).map(({ path }) => path)).toEqual(['item', 'count']);
      const { error } = z.object({ plan: z.enum(['free', 'paid']) }).safeParse({ plan: 'none' });
      expect(await fail(error)).toMatchObject({ code: 'VALIDATION', details: { issues: [{ path: 'plan' }] } });
    });

    test('says CONFLICT for a key that is taken and NOT_FOUND for a row that is not there', async () => {
      const client = shop.served.overSocket('ann');
      expect(await refusalOf(client.twice.mutate())).toMatchObject({ code: 'CONFLICT' });
      expect(await refusalOf(client.nothing.mutate())).toMatchObject({ code: 'NOT_FOUND', message: 'Not found.' });
      for (const code of ['P2003', 'P2034']) {
        expect(await fail(Object.assign(new Error('Foreign key constraint'), { code }))).toMatchObject({
          code: 'CONFLICT',
          message: 'This conflicts with the current state.',
        });
      }
      expect(unexpected).toEqual([]);
    });

    test('keeps a `TRPCError` of the host’s as it is', async () => {
      const refusal = await fail(new TRPCError({ code: 'PRECONDITION_FAILED', message: 'Pay first.' }));
      expect(refusal).toMatchObject({ code: undefined, trpc: 'PRECONDITION_FAILED', message: 'Pay first.' });
      expect(refusal.data).toMatchObject({ formattedBy: 'host' });
    });

    test('answers a caller who is not logged in like any of Confab’s', async () => {
      for (const way of ['overSocket', 'overHttp'] as const) {
        expect(await refusalOf(shop.served[way](null).fail.mutate())).toMatchObject({
          ...{ code: 'UNAUTHENTICATED', status: 4_001, trpc: 'UNAUTHORIZED' },
        });
      }
    });
  });
});
