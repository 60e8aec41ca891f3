import { afterEach, beforeEach, expect, test } from 'vitest';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import {
  presenceOperations as presence,
  sessionOperations as session,
} from '../../../server/operations/users/index.js';
import type { Revocation } from '../../../server/operations/users/sessions.js';
import { eachDatabase } from '../../support/databases.js';
import { waitFor } from '../../support/wait.js';
import { createNode, expectRefused } from './node.js';
import type { Node } from './node.js';

let count = 0;
const anyone = (): string => `user-${(count += 1)}`;

eachDatabase((database) => {
  let node: Node;
  let other: Node;
  const told: (readonly string[])[] = [];
  beforeEach(async () => {
    const revoked = ({ userId, sessionId, reason }: Revocation): void => void told.push([userId, sessionId, reason]);
    told.length = 0;
    node = await createNode(database, { revoked });
    other = await createNode(database, { settings: { inactivityThresholdMs: 5_000 } });
    for (const { kernel } of [node, other]) kernel.sessions.start();
  });
  afterEach(async () => {
    for (const { kernel, clock } of [node, other]) {
      await kernel.sessions.stop();
      expect(clock.timers).toBe(0);
    }
  });
  const record = (userId: string, id: string) =>
    database.db.chatSession.findUnique({ where: { userId_id: { userId, id } } });
  const list = async (where: Node, userId: string, state?: 'active' | 'expired') =>
    (await where.call(session.list, { userId, sessionId: 'phone' }, state === undefined ? {} : { state })).items;

  test('two devices are two sessions, newest first, one of them this one', async () => {
    const userId = anyone();
    await node.kernel.sessions.opened({ userId, sessionId: 'phone', userAgent: 'Phone/1' });
    node.clock.advance(10);
    await node.kernel.sessions.opened({ userId, sessionId: 'laptop', userAgent: 'x'.repeat(2_000) });
    const items = await list(node, userId);
    expect(items).toMatchObject([
      { id: 'laptop', current: false },
      { id: 'phone', current: true, userAgent: 'Phone/1' },
    ]);
    expect(items[0]?.userAgent).toHaveLength(512);
    expect(await list(node, anyone())).toEqual([]);
  });

  test('many who connect at once are kept together, also the same device on two nodes', async () => {
    const userId = anyone();
    const devices = Array.from({ length: 20 }, (_, index) => ({ userId, sessionId: `device-${index}` }));
    // On SQLite one process writes.
    const nodes = database.provider === 'sqlite' ? [node] : [node, other];
    await Promise.all(nodes.flatMap(({ kernel }) => devices.map((device) => kernel.sessions.opened(device))));
    expect(await list(node, userId)).toHaveLength(20);
  });

  test('every heartbeat moves the time a device was last seen, three at once too', async () => {
    const device = { userId: anyone(), sessionId: 'phone' };
    await node.kernel.sessions.opened(device);
    let before = (await record(device.userId, 'phone'))?.lastSeenAt ?? new Date(0);
    for (let round = 0; round < 3; round += 1) {
      node.clock.advance(1_000);
      await Promise.all([1, 2, 3].map(() => node.call(session.heartbeat, device, {})));
      const after = (await record(device.userId, 'phone'))?.lastSeenAt ?? new Date(0);
      expect(after.getTime() - before.getTime()).toBe(1_000);
      before = after;
    }
  });

  test('other traffic is written at most every 20 s', async () => {
    const device = { userId: anyone(), sessionId: 'phone' };
    await node.kernel.sessions.opened(device);
    const opened = (await record(device.userId, 'phone'))?.lastSeenAt.getTime() ?? 0;
    const touch = () => node.kernel.sessions.touched(device.userId, device.sessionId);
    for (let second = 0; second < 19; second += 1) {
      node.clock.advance(1_000);
      touch();
    }
    expect((await record(device.userId, 'phone'))?.lastSeenAt.getTime()).toBe(opened);
    node.clock.advance(1_000);
    touch();
    node.clock.advance(1_000);
    await waitFor(async () => ((await record(device.userId, 'phone'))?.lastSeenAt.getTime() ?? 0) > opened, {
      what: 'the touch to be written',
    });
    expect(await record(device.userId, 'phone')).toMatchObject({ endedAt: null });
  });

  test('a device that is only ever heard of gets a row, which is not open', async () => {
    const userId = anyone();
    node.kernel.sessions.touched(userId, 'http');
    node.clock.advance(1_000);
    const found = await waitFor(() => record(userId, 'http'), { what: 'the row' });
    expect(found.endedAt).not.toBeNull();
  });

  test('a device silent for longer than the threshold is expired, and stays on record', async () => {
    const userId = anyone();
    await node.kernel.sessions.opened({ userId, sessionId: 'phone' });
    node.clock.advance(60_000);
    expect([(await list(node, userId, 'active')).length, (await list(node, userId, 'expired')).length]).toEqual([1, 0]);
    node.clock.advance(1);
    expect([(await list(node, userId, 'active')).length, (await list(node, userId, 'expired')).length]).toEqual([0, 1]);
    expect(await list(node, userId)).toHaveLength(1);
  });

  test('devices come in pages', async () => {
    const userId = anyone();
    for (let index = 0; index < 5; index += 1) {
      await node.kernel.sessions.opened({ userId, sessionId: `device-${index}` });
      if (index % 2 === 1) node.clock.advance(10);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await node.call(session.list, userId, { limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['device-4', 'device-3', 'device-2', 'device-1', 'device-0']);
  });

  test('a revoked device is refused until it has newer credentials, and no longer listed until then', async () => {
    const userId = anyone();
    const { sessions } = node.kernel;
    await sessions.opened({ userId, sessionId: 'laptop' });
    const issued = node.clock.now();
    expect(await sessions.isRevoked(userId, 'laptop', issued)).toBe(false);
    node.clock.advance(1_000);
    await node.call(session.revoke, userId, { sessionId: 'laptop' });
    expect(told).toEqual([[userId, 'laptop', 'revoked']]);
    for (const credentials of [issued, node.clock.now(), undefined]) {
      expect(await sessions.isRevoked(userId, 'laptop', credentials)).toBe(true);
    }
    expect(await list(node, userId)).toEqual([]);
    node.clock.advance(1_000);
    sessions.closed({ userId, sessionId: 'laptop' });
    expect(await list(node, userId)).toEqual([]);
    expect(await sessions.isRevoked(userId, 'laptop', node.clock.now())).toBe(false);
    await sessions.opened({ userId, sessionId: 'laptop' });
    expect(await list(node, userId, 'active')).toHaveLength(1);
    expect(await sessions.isRevoked(userId, 'laptop', issued)).toBe(true);
  });

  test("nobody revokes what is not there, or another's", async () => {
    const userId = anyone();
    await node.kernel.sessions.opened({ userId, sessionId: 'laptop' });
    await expectRefused(node.call(session.revoke, userId, { sessionId: 'phone' }), 'NOT_FOUND');
    await expectRefused(node.call(session.revoke, anyone(), { sessionId: 'laptop' }), 'NOT_FOUND');
    expect(told).toEqual([]);
  });

  test('another node hears of a revocation from the bus, or finds it within 5 s', async () => {
    const userId = anyone();
    const heard: Revocation[] = [];
    const end = other.kernel.sessions.onRevoked((revocation) => void heard.push(revocation));
    for (const sessionId of ['laptop', 'phone']) {
      await node.kernel.sessions.opened({ userId, sessionId });
      expect(await other.kernel.sessions.isRevoked(userId, sessionId, node.clock.now())).toBe(false);
    }
    const issued = node.clock.now();
    node.clock.advance(10);
    other.clock.advance(10);
    await node.call(session.revoke, userId, { sessionId: 'laptop' });
    other.kernel.sessions.learn({ userId, sessionId: 'laptop', reason: 'revoked', revokedAt: node.clock.now() });
    expect(heard).toMatchObject([{ userId, sessionId: 'laptop' }]);
    await node.call(session.revoke, userId, { sessionId: 'phone' });
    expect(await other.kernel.sessions.isRevoked(userId, 'phone', issued)).toBe(false);
    other.clock.advance(5_000);
    await waitFor(() => heard.some((revocation) => revocation.sessionId === 'phone'), { what: 'the poll' });
    for (const sessionId of ['laptop', 'phone']) {
      expect(await other.kernel.sessions.isRevoked(userId, sessionId, issued)).toBe(true);
    }
    end();
  });

  test('presence is told of oneself and of those one shares a room with, and of nobody else', async () => {
    const [ada, bob, eve, gone] = [anyone(), anyone(), anyone(), anyone()];
    await node.group([ada, bob]);
    const left = await node.group([ada, gone]);
    await node.call(room.leave, gone, { roomId: left.id });
    const deleted = await node.group([ada, eve]);
    await node.call(room.delete, ada, { roomId: deleted.id });
    for (const userId of [ada, bob, eve]) await node.kernel.sessions.opened({ userId, sessionId: 'phone' });
    const ask = async () => (await node.call(presence.get, ada, { userIds: [bob, ada, eve, gone, bob] })).items;
    expect(await ask()).toMatchObject([
      { userId: bob, status: 'online', lastSeenAt: node.clock.now() },
      { userId: ada, status: 'online' },
    ]);
    node.kernel.sessions.closed({ userId: bob, sessionId: 'phone' });
    node.clock.advance(1_000);
    await waitFor(async () => (await ask())[0]?.status === 'offline', { what: 'bob to be offline' });
    node.clock.advance(60_000);
    expect((await ask()).map(({ status }) => status)).toEqual(['offline', 'offline']);
  });

  test('a device with two connections stays open until the second is gone', async () => {
    const device = { userId: anyone(), sessionId: 'tabs' };
    const { sessions } = node.kernel;
    await Promise.all([sessions.opened(device), sessions.opened(device)]);
    sessions.closed(device);
    node.clock.advance(2_000);
    await node.kernel.sessions.seen(device.userId, device.sessionId);
    expect(await record(device.userId, 'tabs')).toMatchObject({ endedAt: null });
    sessions.closed(device);
    await sessions.stop();
    expect((await record(device.userId, 'tabs'))?.endedAt).not.toBeNull();
  });
});
