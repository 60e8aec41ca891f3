import { ChatError } from '@confab/shared';
import { createChat } from '@confab/server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createRetention } from '../../server/store/retention.js';
import type { ReadTx } from '../../server/store/transaction.js';
import { systemClock } from '../../server/system.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { serveChat, told, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

/** What rendering does to the facts of one event. */
const faults = new Map<string, () => unknown>();

const events = {
  'thing.told': z.object({ name: z.string() }),
  'thing.shown': {
    facts: z.object({ name: z.string() }),
    render: (_tx: ReadTx, facts: readonly { readonly name: string }[]): Promise<unknown[]> =>
      Promise.resolve().then(() => facts.map((fact) => faults.get(fact.name)?.() ?? fact)),
  },
};

eachDatabase((database) => {
  const logged: { readonly error?: unknown; readonly what: string }[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (fields: object, what: string) => void logged.push({ ...fields, what }),
  };
  const open = async () =>
    createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), events, log });
  let chat: Awaited<ReturnType<typeof open>>;
  let served: ServedChat;

  beforeAll(async () => {
    chat = await open();
    served = await serveChat(chat);
  });
  afterEach(() => {
    faults.clear();
    logged.length = 0;
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const show = (roomId: string, name: string) =>
    chat.system.publish({ to: { roomId }, type: 'thing.shown', data: { name } });

  test('an event that can’t be rendered is told with nothing in it, and what follows is told as ever', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    faults.set('bad', () => {
      throw new Error('a fault in the host’s own code');
    });
    await chat.transaction(async ({ chat: inside }) => {
      for (const name of ['one', 'bad', 'two']) {
        await inside.system.publish({ to: { roomId }, type: 'thing.shown', data: { name } });
      }
    });
    await say(ann, roomId, 'after');
    expect(told(ann, 'thing.shown').map(({ data }) => data)).toEqual([{ name: 'one' }, {}, { name: 'two' }]);
    expect(ann.seqs(roomId)).toEqual([1, 2, 3, 4, 5]);
    const said = `the event thing.shown 3 of ${roomId} could not be rendered`;
    expect(logged).toEqual([expect.objectContaining({ what: said, error: expect.any(Error) as Error })]);
  });

  test('one that was mended since is told whole when it is replayed', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const since = ann.received.at(-1)?.id ?? '';
    faults.set('bad', () => {
      throw new Error('not yet deployed');
    });
    await show(roomId, 'bad');
    await waitFor(() => told(ann, 'thing.shown').length === 1, { what: 'the event' });
    faults.clear();
    const again = await served.connect(ann.person, { since });
    await waitFor(() => told(again, 'thing.shown').length === 1, { what: 'the event again' });
    expect(told(again, 'thing.shown').map(({ data }) => data)).toEqual([{ name: 'bad' }]);
  });

  test('what can’t be sent counts as a fault', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    faults.set('loop', () => loop);
    faults.set('function', () => ({ call: () => undefined }));
    faults.set('class', () => ({ when: new (class When {})() }));
    for (const name of ['loop', 'function', 'class']) await show(roomId, name);
    await say(ann, roomId, 'after');
    expect(told(ann, 'thing.shown').map(({ data }) => data)).toEqual([{}, {}, {}]);
    expect(logged.map(({ error }) => String(error))).toEqual([
      expect.stringContaining('deeper than'),
      expect.stringContaining('The data of thing.shown.call is a function'),
      expect.stringContaining('The data of thing.shown.when is an object of a class'),
    ]);
  });

  test('a fault that passes is waited for, and the event told whole', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    let attempts = 0;
    faults.set('slow', () => {
      attempts += 1;
      if (attempts < 3) throw new ChatError('UNAVAILABLE');
      return { name: 'slow at last' };
    });
    await show(roomId, 'slow');
    await say(ann, roomId, 'after');
    expect(told(ann, 'thing.shown').map(({ data }) => data)).toEqual([{ name: 'slow at last' }]);
    expect(ann.seqs(roomId)).toEqual([1, 2, 3]);
  });

  test('facts that someone broke in the database are told with nothing in them', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const since = ann.received.at(-1)?.id ?? '';
    await chat.system.publish({ to: { roomId }, type: 'thing.told', data: { name: 'whole' } });
    const where = { roomId, type: 'thing.told' };
    const own = { json: {}, meta: { values: { a: [['custom', 'nobody'], { b: [['Date']] }] } } };
    await database.db.chatEvent.updateMany({ where, data: { data: { own } } });
    const other = await serveChat(await open());
    try {
      const again = await other.connect(ann.person, { since });
      await waitFor(() => told(again, 'thing.told').length === 1, { what: 'the event' });
      expect(told(again, 'thing.told').map(({ seq }) => seq)).toEqual([2]);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  test('retention prunes them like any other, and who has missed them is told to fetch anew', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann, []);
    const since = ann.received.at(-1)?.id ?? '';
    await show(roomId, 'gone');
    await say(ann, roomId, 'after');
    const { events: pruned } = await createRetention(
      await database.store(),
      { days: 0, events: 0 },
      { ...systemClock, now: () => new Date(Date.now() + 60_000) },
    ).run();
    expect(pruned).toBeGreaterThan(2);
    expect(await database.db.chatEvent.count({ where: { type: 'thing.shown' } })).toBe(0);
    const again = await served.connect(ann.person, { since });
    expect((await again.event('resync')).data).toEqual({ reason: 'too_old' });
  });
});
