import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageOperations as message } from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import type { ChatStore } from '../../../server/store/port.js';
import { prismaStore } from '../../../server/store/prisma-store.js';
import { eachDatabase } from '../../support/databases.js';
import { createNode } from './node.js';
import type { Node } from './node.js';

eachDatabase((database) => {
  let node: Node;
  let store: ChatStore;
  let count = 0;
  const counted = () =>
    database.client().$extends({
      query: {
        $allOperations({ args, query }) {
          count += 1;
          return query(args);
        },
      },
    });
  const statements = async (work: () => Promise<unknown>): Promise<number> => {
    count = 0;
    await work();
    return count;
  };
  const users = (name: string, length: number): string[] => Array.from({ length }, (_, index) => `${name}${index}`);

  beforeAll(async () => {
    store = prismaStore(database.provider === 'sqlite' ? { writer: counted(), reader: counted() } : counted());
    await store.open();
    node = await createNode(database, { store, settings: { notifications: false } });
  });

  afterAll(async () => {
    await store.close();
  });

  test('creating a room takes as many statements for fifty members as for two', async () => {
    const few = await statements(() => node.group(['ada', ...users('few', 2)]));
    expect(few).toBeGreaterThan(0);
    expect(await statements(() => node.group(['ada', ...users('many', 50)]))).toBe(few);
  });

  test('adding, ranking and removing takes as many statements for fifty members as for two', async () => {
    const { id: roomId } = await node.group(['ada']);
    const change = async (name: string, length: number): Promise<readonly number[]> => {
      const userIds = users(name, length);
      return [
        // Each person's own log is a room of its own, so notifying is left out of the count.
        await statements(() => node.call(room.addMembers, 'ada', { roomId, userIds })),
        await statements(() => node.call(room.setRole, 'ada', { roomId, userIds, role: 'admin' })),
        await statements(() => node.call(room.grant, 'ada', { roomId, userIds, permissions: ['message.pin'] })),
        await statements(() => node.call(room.removeMembers, 'ada', { roomId, userIds })),
      ];
    };
    const few = await change('x', 2);
    expect(await change('y', 50)).toEqual(few);
  });

  test('reading and acknowledging take as many statements for fifty messages as for two, whoever has read them', async () => {
    const say = async (length: number) => {
      const { id: roomId } = await node.group(['ada', ...users('reader', 4)]);
      const sent = [];
      for (let nth = 0; nth < length; nth += 1) {
        sent.push((await node.call(message.send, 'ada', { roomId, content: String(nth) })).id);
      }
      return sent;
    };
    const marked = async (messageIds: readonly string[]) => {
      const counts: number[] = [];
      for (const reader of users('reader', 4)) {
        const input = { messageIds: [...messageIds] };
        const acknowledging = await statements(() => node.call(message.ack, reader, input));
        counts.push(acknowledging, await statements(() => node.call(message.read, reader, input)));
      }
      return counts;
    };
    const few = await marked(await say(2));
    expect(new Set(few.filter((_, nth) => nth % 2 === 0)).size).toBe(1);
    expect(new Set(few.filter((_, nth) => nth % 2 === 1)).size).toBe(1);
    expect(await marked(await say(50))).toEqual(few);
  });

  test('a page of the room list takes as many statements for forty rooms as for two', async () => {
    for (const user of users('peer', 20)) {
      await node.call(room.create, 'lea', { kind: 'direct', members: [user] });
      await node.group(['lea']);
    }
    const list = (limit: number) => statements(() => node.call(room.list, 'lea', { limit }));
    expect(await list(40)).toBe(await list(2));
    const { id: roomId } = await node.group(['lea', ...users('m', 50)]);
    const members = (limit: number) => statements(() => node.call(room.members, 'lea', { roomId, limit }));
    expect(await members(50)).toBe(await members(2));
  });
});
