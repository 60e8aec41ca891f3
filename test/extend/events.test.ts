import { randomUUID } from 'node:crypto';
import { createChat } from '@confab/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { LogRow } from '../../server/events/log.js';
import { chatErrorOf } from '../../server/trpc/error-shape.js';
import type { ReadTx } from '../../server/store/transaction.js';
import { clientId, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

const events = {
  'order.paid': z.object({ orderId: z.string(), at: z.date(), amount: z.bigint() }),
  'card.shown': {
    facts: z.object({ messageId: z.string() }),
    async render({ db }: ReadTx, facts: readonly { readonly messageId: string }[]) {
      const ids = facts.map(({ messageId }) => messageId);
      const rows = await db.chatMessage.findMany({ where: { id: { in: ids } } });
      const texts = new Map(rows.map((row) => [row.id, row.deletedAt === null ? row.content : null]));
      return facts.map(({ messageId }) => ({ messageId, text: texts.get(messageId) ?? null }));
    },
  },
};

const paid = (orderId: string) => ({ orderId, at: new Date('2026-04-05T06:07:08.009Z'), amount: 12_345n });

const code = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => 'allowed',
    (error: unknown) => chatErrorOf(error)?.code,
  );

eachDatabase((database) => {
  const open = async () =>
    createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), events });
  let chat: Awaited<ReturnType<typeof open>>;
  let served: ServedChat;
  const facts: unknown[] = [];

  beforeAll(async () => {
    chat = await open();
    chat.events.on('order.paid', (event) => facts.push(event));
    served = await serveChat(chat);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const publish = (roomId: string, orderId: string) =>
    chat.system.publish({ to: { roomId }, type: 'order.paid', data: paid(orderId) });
  const orders = (connection: Connection, roomId?: string) =>
    told<{ orderId: string }>(connection, 'order.paid')
      .filter((event) => roomId === undefined || event.roomId === roomId)
      .map(({ data }) => data.orderId);

  test('an event of the host’s own has its place among the messages of its room, with all its types', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    await say(ann, roomId, 'before');
    await publish(roomId, 'o1');
    await say(ann, roomId, 'after', [ann, ben]);
    expect(ben.seqs(roomId)).toEqual([1, 2, 3, 4]);
    expect(told(ben, 'order.paid')).toEqual([{ seq: 3, roomId, data: paid('o1') }]);
    expect(told(ann, 'order.paid')).toEqual(told(ben, 'order.paid'));
    expect(facts).toContainEqual(expect.objectContaining({ type: 'order.paid', roomId, seq: 3, data: paid('o1') }));
  });

  test('only members of the room hear of it', async () => {
    const [ann, eve] = await served.users('ann', 'eve');
    const { id: roomId } = await makeRoom('group', ann, []);
    await publish(roomId, 'secret');
    await waitFor(() => orders(ann).length === 1, { what: 'the event to reach its room' });
    await eve.settle();
    expect(orders(eve)).toEqual([]);
  });

  test('one that happened while a member was away is replayed once, in order', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    await publish(roomId, 'seen');
    await waitFor(() => orders(ben).length === 1, { what: 'the first event' });
    ben.offline();
    await publish(roomId, 'missed');
    await say(ann, roomId, 'also missed');
    await publish(roomId, 'missed too');
    ben.online();
    await ben.event('message.created', ({ data }) => data.message.content === 'also missed');
    await waitFor(() => orders(ben).length >= 3, { what: 'what was missed' });
    ben.drop();
    const from = ben.position;
    await ben.event('ready', () => true, { from });
    await say(ann, roomId, 'the end', [ben]);
    expect(orders(ben)).toEqual(['seen', 'missed', 'missed too']);
    expect(ben.seqs(roomId)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('too many of them missed in a room are `room.limited`, as with any other', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    ben.offline();
    for (let nth = 0; nth < 101; nth += 1) await publish(roomId, `o${nth}`);
    ben.online();
    const limited = await ben.event('room.limited', (event) => event.roomId === roomId);
    expect(limited.data.headSeq).toBe(102);
    expect(orders(ben)).toEqual([]);
    const page = (await ben.call('sync', { roomId, afterSeq: 100, limit: 10 })) as { events: object[] };
    expect(page.events).toEqual([
      expect.objectContaining({ type: 'order.paid', seq: 101, data: paid('o99') }),
      expect.objectContaining({ type: 'order.paid', seq: 102, data: paid('o100') }),
    ]);
  });

  test('one for a person reaches all their devices and nobody else, and is replayed to those that were away', async () => {
    const ann = person('ann');
    const [phone, laptop, other] = [
      await served.connect(ann),
      await served.connect(ann),
      await served.connect(person('ben')),
    ];
    laptop.offline();
    await chat.system.publish({ to: { userId: ann.id }, type: 'order.paid', data: paid('mine') });
    await waitFor(() => orders(phone).length === 1, { what: 'the device that was there' });
    laptop.online();
    await waitFor(() => orders(laptop).length === 1, { what: 'the device that was away' });
    expect(told(laptop, 'order.paid')).toEqual([{ seq: 1, roomId: `u:${ann.id}`, data: paid('mine') }]);
    expect(told(phone, 'order.paid')).toEqual(told(laptop, 'order.paid'));
    await other.settle();
    expect(orders(other)).toEqual([]);
  });

  test('what can’t be published is refused, and nothing is logged', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const to = { roomId };
    const wrong = { orderId: 7 } as never;
    const large = { ...paid('x'), orderId: 'x'.repeat(5_000) };
    expect(await code(chat.system.publish({ to, type: 'order.paid', data: wrong }))).toBe('VALIDATION');
    expect(await code(chat.system.publish({ to, type: 'order.lost' as never, data: wrong }))).toBe('VALIDATION');
    expect(await code(chat.system.publish({ to, type: 'message.created' as never, data: wrong }))).toBe('VALIDATION');
    expect(await code(chat.system.publish({ to, type: 'order.paid', data: large }))).toBe('TOO_LARGE');
    expect(await code(publish(randomUUID(), 'x'))).toBe('NOT_FOUND');
    await chat.system.room.delete({ roomId });
    expect(await code(publish(roomId, 'x'))).toBe('NOT_FOUND');
    expect(await database.db.chatEvent.count({ where: { roomId } })).toBe(2);
  });

  test('a broken target is refused', async () => {
    const to = (target: object) =>
      code(chat.system.publish({ to: target as { userId: string }, type: 'order.paid', data: paid('x') }));
    expect(await to({ userId: '' })).toBe('VALIDATION');
    expect(await to({ userId: 7 })).toBe('VALIDATION');
    expect(await to({})).toBe('VALIDATION');
    expect(await to({ roomId: 'u:ann' })).toBe('VALIDATION');
  });

  test('published in a host’s transaction, it is told after the commit, with everything else of it', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    await chat.transaction(async ({ chat: inside }) => {
      await inside.system.publish({ to: { roomId }, type: 'order.paid', data: paid('together') });
      await inside.as(ann.id).message.send({ roomId, content: 'together' });
      // A read, and a round trip: on SQLite a write would wait for this transaction.
      await ann.api.notification.unread.query({});
      expect(orders(ann, roomId)).toEqual([]);
    });
    await ann.event('message.created', ({ data }) => data.message.content === 'together');
    expect(orders(ann, roomId)).toEqual(['together']);
  });

  test('nothing is left of one whose transaction was rolled back', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const failing = chat.transaction(async ({ chat: inside }) => {
      await inside.system.publish({ to: { roomId }, type: 'order.paid', data: paid('undone') });
      await inside.system.publish({ to: { userId: ann.id }, type: 'order.paid', data: paid('undone') });
      throw new Error('out of stock');
    });
    await expect(failing).rejects.toThrow('out of stock');
    await say(ann, roomId, 'next');
    expect(ann.seqs(roomId)).toEqual([1, 2]);
    expect(orders(ann)).toEqual([]);
  });

  test('a rendered event is rendered for the stream, and anew for every replay', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const { id: messageId } = await say(ann, roomId, 'a secret', [ben]);
    const { id: cursor } = ben.received.at(-1) ?? { id: '' };
    await chat.system.publish({ to: { roomId }, type: 'card.shown', data: { messageId } });
    await chat.system.publish({ to: { userId: ben.id }, type: 'card.shown', data: { messageId } });
    await waitFor(() => told(ben, 'card.shown').length === 2, { what: 'both events' });
    expect(told(ben, 'card.shown').map(({ data }) => data)).toEqual([
      { messageId, text: 'a secret' },
      { messageId, text: 'a secret' },
    ]);
    await ann.api.message.delete.mutate({ messageIds: [messageId] });
    await ben.event('message.deleted');
    const again = await served.connect(ben.person, { since: cursor });
    await waitFor(() => told(again, 'card.shown').length === 2, { what: 'both events again' });
    expect(told(again, 'card.shown').map(({ data }) => data)).toEqual([
      { messageId, text: null },
      { messageId, text: null },
    ]);
  });

  test('another node delivers it, too', async () => {
    const other = await open();
    const elsewhere = await serveChat(other);
    try {
      const [ann] = await elsewhere.users('ann');
      const { id: roomId } = await makeRoom('group', ann, []);
      await publish(roomId, 'from afar');
      await waitFor(() => orders(ann).length === 1, { what: 'the event by the poll' });
      expect(ann.seqs(roomId)).toEqual([1, 2]);
    } finally {
      await elsewhere[Symbol.asyncDispose]();
    }
  });

  test('an event nobody declares any more keeps its place, with nothing in it', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const start = ann.received.at(-1)?.id ?? '';
    await publish(roomId, 'orphan');
    await say(ann, roomId, 'after', [ann]);
    const bare = createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx) });
    const elsewhere = await serveChat(bare);
    try {
      const ben = await elsewhere.connect(ann.person, { since: start });
      await ben.event('message.created', (event) => event.roomId === roomId);
      expect(told(ben, 'order.paid').filter((event) => event.roomId === roomId)).toEqual([
        { seq: 2, roomId, data: {} },
      ]);
    } finally {
      await elsewhere[Symbol.asyncDispose]();
    }
  });

  test('a log row of a type that was never declared does no harm', async () => {
    const store = await database.store();
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const row: Pick<LogRow, 'type' | 'data'> = { type: 'toString', data: {} };
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      tx.append({ ...row, roomId, actorId: null, at: new Date() });
    });
    await say(ann, roomId, clientId(), [ann]);
    expect(ann.seqs(roomId)).toEqual([1, 2, 3]);
  });
});
