import { beforeAll, expect, test } from 'vitest';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { eachDatabase } from '../../support/databases.js';
import { createNode, eventsOf, expectRefused, typesOf } from './node.js';
import type { Node } from './node.js';

let count = 0;
const key = (): string => `client-id-${String((count += 1)).padStart(12, '0')}`;

eachDatabase((database) => {
  let node: Node;
  beforeAll(async () => {
    node = await createNode(database, {
      settings: { maxMembers: { group: 5 }, maxMembersLimit: 50, limits: { roomsPerUser: 30, membersPerCall: 20 } },
    });
  });

  test('a group has its creator as owner and first member, and one event', async () => {
    const made = await node.call(room.create, 'ada', { kind: 'group', name: 'Tea', members: ['bob', 'ada', 'bob'] });
    expect(made).toMatchObject({
      created: true,
      name: 'Tea',
      ownerId: 'ada',
      memberCount: 2,
      maxMembers: 5,
      seq: 1,
      visibility: 'private',
      joinPolicy: 'invite',
      history: 'all',
      me: { userId: 'ada', role: 'owner', joinSeq: 1 },
    });
    const [event, ...others] = await eventsOf(database, node, made.id);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ type: 'room.created', actorId: 'ada', seq: 1, data: { room: { id: made.id } } });
    const { items } = await node.call(room.members, 'bob', { roomId: made.id });
    expect(items.map((member) => [member.userId, member.role, member.joinSeq])).toEqual([
      ['ada', 'owner', 1],
      ['bob', 'member', 1],
    ]);
  });

  test('over the cap nothing is made, and more than the host allows is not even asked for', async () => {
    const members = ['b', 'c', 'd', 'e', 'f'];
    const error = await expectRefused(node.group(['cap', ...members]), 'CONFLICT');
    expect(error.details?.constraint).toBe('maxMembers');
    expect((await node.call(room.list, 'cap', {})).items).toEqual([]);
    expect(await node.group(['cap', ...members], { maxMembers: 6 })).toMatchObject({ memberCount: 6 });
    await expectRefused(node.group(['cap'], { maxMembers: 51 }), 'VALIDATION');
  });

  test('a direct room is with exactly one other and has no settings but its own', async () => {
    const direct = { kind: 'direct' as const, members: ['bob'] };
    for (const wrong of [
      { members: [] },
      { members: ['ada'] },
      { members: ['bob', 'ada'] },
      { name: 'Us' },
      { locked: false },
    ]) {
      await expectRefused(node.call(room.create, 'ada', { ...direct, ...wrong }), 'VALIDATION');
    }
    const made = await node.call(room.create, 'ada', { ...direct, preferences: { theme: 'sea' } });
    expect(made).toMatchObject({ created: true, ownerId: null, maxMembers: 2, preferences: { theme: 'sea' } });
    expect(made.me?.role).toBe('member');
    expect(await node.call(room.create, 'bob', { kind: 'direct', members: ['ada'] })).toMatchObject({
      id: made.id,
      created: false,
      me: { userId: 'bob' },
    });
  });

  test('the same client id is the same room for its creator, whatever the order of keys and members', async () => {
    const clientId = key();
    const body = { kind: 'group' as const, name: 'Once', members: ['bob', 'cyd'], custom: { a: 1, b: { c: 2, d: 3 } } };
    const made = await node.call(room.create, 'ada', { ...body, clientId });
    const again = await node.call(room.create, 'ada', {
      clientId,
      custom: { b: { d: 3, c: 2 }, a: 1 },
      members: ['cyd', 'bob'],
      name: 'Once',
      kind: 'group',
    });
    expect([again.id, again.created]).toEqual([made.id, false]);
    await expectRefused(node.call(room.create, 'ada', { ...body, name: 'Twice', clientId }), 'CONFLICT');
    expect((await node.call(room.create, 'bob', { ...body, members: ['cyd'], clientId })).created).toBe(true);
  });

  test('a retry shows a room its creator has left no more than it shows any stranger', async () => {
    const body = { kind: 'group' as const, name: 'Left', members: ['bob'], clientId: key() };
    const made = await node.call(room.create, 'ada', body);
    await node.call(room.leave, 'ada', { roomId: made.id });
    await expectRefused(node.call(room.create, 'ada', body), 'NOT_FOUND');
  });

  test('a retry after the deletion still finds the room', async () => {
    const body = { kind: 'group' as const, name: 'Gone', clientId: key() };
    const made = await node.call(room.create, 'ada', body);
    await node.call(room.delete, 'ada', { roomId: made.id });
    expect(await node.call(room.create, 'ada', body)).toMatchObject({ id: made.id, created: false });
    expect(await typesOf(database, made.id)).toEqual(['room.created', 'room.deleted']);
  });

  test('a user in as many rooms as one may be in gets no more, and deleted rooms do not count', async () => {
    const rooms = [];
    for (let index = 0; index < 30; index += 1) rooms.push(await node.group(['max'], { name: `Room ${index}` }));
    for (const users of [['max'], ['zoe', 'max']]) {
      expect((await expectRefused(node.group(users), 'CONFLICT')).details?.constraint).toBe('roomsPerUser');
    }
    await expectRefused(node.call(room.create, 'zoe', { kind: 'direct', members: ['max'] }), 'CONFLICT');
    const { id: roomId } = await node.group(['zoe']);
    expect(await node.call(room.addMembers, 'zoe', { roomId, userIds: ['max'] })).toMatchObject({
      added: [],
      skipped: [{ userId: 'max', reason: 'refused' }],
    });
    const open = await node.group(['zoe'], { visibility: 'public' });
    await expectRefused(node.call(room.join, 'max', { roomId: open.id }), 'CONFLICT');
    await node.call(room.delete, 'max', { roomId: rooms[0]?.id ?? '' });
    expect(await node.call(room.join, 'max', { roomId: open.id })).toMatchObject({ status: 'joined' });
  });

  test('the host makes rooms of others, the first of whom owns them', async () => {
    const made = await node.call(room.create, null, { kind: 'channel', name: 'News', members: ['bob', 'ada'] });
    expect(made).toMatchObject({ ownerId: 'bob', memberCount: 2, me: null });
    expect((await eventsOf(database, node, made.id))[0]).not.toHaveProperty('actorId');
    await expectRefused(node.call(room.create, null, { kind: 'direct', members: ['bob'] }), 'VALIDATION');
  });

  test('who is not a user makes a creation invalid and is refused when added', async () => {
    const users = new Map(['ada', 'bob'].map((id) => [id, { id, name: id.toUpperCase() }]));
    const asked: (readonly string[])[] = [];
    const picky = await createNode(database, {
      load(ids) {
        asked.push(ids);
        return ids.flatMap((id) => users.get(id) ?? []);
      },
    });
    await expectRefused(picky.group(['ada', 'bob', 'nobody']), 'VALIDATION');
    const { id: roomId } = await picky.group(['ada']);
    const answer = await picky.call(room.addMembers, 'ada', { roomId, userIds: ['bob', 'nobody'] });
    expect(answer).toMatchObject({ added: ['bob'], skipped: [{ userId: 'nobody', reason: 'refused' }] });
    const { items } = await picky.call(room.members, 'ada', { roomId });
    expect(items.find((member) => member.userId === 'bob')?.user).toEqual({ id: 'bob', name: 'BOB', image: null });
    // What was answered is remembered for a while.
    expect(asked).toEqual([['bob', 'nobody']]);
  });

  test('a host that can not say who is a user makes the call fail, and nothing is made', async () => {
    const lost = await createNode(database, { load: () => Promise.reject(new Error('away')) });
    await expectRefused(lost.group(['lost', 'bob']), 'UNAVAILABLE');
    const slow = await createNode(database, { load: () => new Promise(() => undefined) });
    const call = slow.group(['lost', 'bob']);
    await new Promise((resolve) => setImmediate(resolve));
    slow.clock.advance(5_000);
    await expectRefused(call, 'UNAVAILABLE');
    expect((await lost.call(room.list, 'lost', {})).items).toEqual([]);
  });

  test('rooms made inside a host transaction are there with it, or not at all', async () => {
    const { store } = node.kernel;
    const failing = store.transaction(async ({ store: within }) => {
      await node.call(room.create, 'tim', { kind: 'direct', members: ['tom'] }, within);
      throw new Error('the host changed its mind');
    });
    await expect(failing).rejects.toThrow('the host changed its mind');
    expect((await node.call(room.list, 'tim', {})).items).toEqual([]);
    const both = await store.transaction(async ({ store: within }) => {
      const first = await node.call(room.create, 'tim', { kind: 'direct', members: ['tom'] }, within);
      const again = await node.call(room.create, 'tom', { kind: 'direct', members: ['tim'] }, within);
      return [first.id, again.id];
    });
    expect(new Set(both).size).toBe(1);
  });
});
