import type { ChatEvent } from '@confab/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Provider } from '../../server/store/transaction.js';
import { eachDatabase } from '../support/databases.js';
import { openCountedChat } from './counted-chat.js';
import type { CountedChat } from './counted-chat.js';
import { waitFor } from '../support/wait.js';
import { build } from './town.js';
import type { Town } from './town.js';

/** Statements that a call takes, with telling of what it did; the same with ten times as much of everything. */
const costs: Readonly<Record<string, Readonly<Record<Provider, number>>>> = {
  'room.list': { sqlite: 12, postgresql: 12 },
  'message.list': { sqlite: 8, postgresql: 8 },
  'message.receipts': { sqlite: 6, postgresql: 6 },
  'message.search': { sqlite: 8, postgresql: 8 },
  'thread.list': { sqlite: 9, postgresql: 9 },
  'notification.pending': { sqlite: 7, postgresql: 7 },
  'notification.unread': { sqlite: 1, postgresql: 1 },
  'message.send': { sqlite: 7, postgresql: 1 },
  'message.send with a mention': { sqlite: 19, postgresql: 19 },
  'message.send as a reply': { sqlite: 24, postgresql: 24 },
  'replay of 100 events': { sqlite: 18, postgresql: 18 },
};

eachDatabase((database) => {
  let counted: CountedChat;
  let towns: readonly [Town, Town];

  beforeAll(async () => {
    counted = await openCountedChat(database);
    towns = [await build(counted, database, 'small', 1), await build(counted, database, 'large', 10)];
  }, 300_000);
  afterAll(async () => {
    await counted[Symbol.asyncDispose]();
  });

  /** What a new node that knows nothing reads for a stream that missed a hundred events. */
  async function replay(town: Town): Promise<readonly string[]> {
    const { chat } = counted;
    const page = await chat.as(town.me).sync({});
    if (!('cursor' in page)) throw new Error('A page of the stream has a cursor.');
    for (let index = 0; index < 100; index += 1) {
      await chat.as(town.other).message.send({ roomId: town.roomId, content: 'while away' });
    }
    await using fresh = await openCountedChat(database);
    const end = new AbortController();
    const caller = fresh.chat.router.createCaller({ userId: town.me }, { signal: end.signal });
    let events = 0;
    const heard = await fresh.statements(async () => {
      const stream: unknown = await caller.events({ since: page.cursor });
      for await (const [, { type }] of stream as AsyncIterable<readonly [string, ChatEvent]>) {
        if (type === 'message.created') events += 1;
        if (type === 'checkpoint') break;
      }
    });
    end.abort();
    expect(events).toBe(100);
    return heard;
  }

  const as = ({ me }: Town) => counted.chat.as(me);

  /** What sending and telling of it takes: its own event, and one in the log of whoever is notified. */
  async function sending(events: number, send: () => Promise<unknown>): Promise<readonly string[]> {
    let applied = 0;
    const forget = counted.chat.events.on(() => void (applied += 1));
    const heard = await counted.statements(async () => {
      await send();
      await waitFor(() => applied === events, { what: 'the node to apply what it committed' });
    });
    forget();
    return heard;
  }

  const work: Readonly<Record<string, (town: Town) => Promise<readonly string[]>>> = {
    'room.list': (town) => counted.statements(() => as(town).room.list({ limit: 50 })),
    'message.list': (town) => counted.statements(() => as(town).message.list({ roomId: town.roomId, limit: 50 })),
    'message.receipts': (town) => counted.statements(() => as(town).message.receipts({ messageId: town.messageId })),
    'message.send': (town) => sending(1, () => as(town).message.send({ roomId: town.roomId, content: 'plain' })),
    'message.send with a mention': (town) =>
      sending(2, () => as(town).message.send({ roomId: town.roomId, content: 'hey', mentions: [town.other] })),
    'message.send as a reply': (town) =>
      sending(2, () => as(town).message.send({ roomId: town.roomId, content: 'yes', replyToId: town.messageId })),
    'message.search': (town) => counted.statements(() => as(town).message.search({ query: 'words', limit: 20 })),
    'thread.list': (town) => counted.statements(() => as(town).thread.list({ limit: 5 })),
    'notification.pending': (town) => counted.statements(() => as(town).notification.pending({})),
    'notification.unread': (town) => counted.statements(() => as(town).notification.unread({})),
    'replay of 100 events': replay,
  };

  test('what is asked for most takes as many statements, whatever there is of rooms, people and reactions', async () => {
    const told: Record<string, readonly number[]> = {};
    for (const [name, count] of Object.entries(work)) {
      // What a node remembers of people and rights is not counted; one that has just begun remembers nothing.
      if (count !== replay) for (const town of towns) await count(town);
      told[name] = [(await count(towns[0])).length, (await count(towns[1])).length];
    }
    const expected = Object.entries(costs).map(([name, cost]) => [
      name,
      [cost[database.provider], cost[database.provider]],
    ]);
    expect(told).toEqual(Object.fromEntries(expected));
  }, 120_000);
});
