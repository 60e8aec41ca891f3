import { beforeAll, expect, test } from 'vitest';
import { messageOperations as message } from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { eachDatabase } from '../../support/databases.js';
import { createNode, eventsOf, expectRefused, typesOf } from './node.js';
import type { Node } from './node.js';

eachDatabase((database) => {
  let node: Node;
  beforeAll(async () => {
    node = await createNode(database);
  });
  const authzVersion = async (id: string) =>
    (await database.db.chatRoom.findUniqueOrThrow({ where: { id } })).authzVersion;

  test('a change is one event and a fence; no change is neither, whatever the order of keys', async () => {
    const { id: roomId } = await node.group(['ada'], { custom: { a: 1, b: { c: 2, d: 3 } } });
    const same = { roomId, name: 'A group', locked: false, custom: { b: { d: 3, c: 2 }, a: 1 }, description: null };
    expect(await node.call(room.update, 'ada', same)).toMatchObject({ seq: 1 });
    const changed = await node.call(room.update, 'ada', { ...same, locked: true, preferences: { x: [1] } });
    expect(changed).toMatchObject({ seq: 2, locked: true, preferences: { x: [1] } });
    expect(await typesOf(database, roomId)).toEqual(['room.created', 'room.updated']);
    expect(await authzVersion(roomId)).toBe(1);
  });

  test('null clears what may be absent', async () => {
    const { id: roomId } = await node.group(['ada'], { description: 'x', image: 'https://example.org/x.png' });
    const cleared = await node.call(room.update, 'ada', { roomId, description: null, image: null });
    expect(cleared).toMatchObject({ description: null, image: null });
  });

  test('a cap below the number of members is a conflict', async () => {
    const { id: roomId } = await node.group(['ada', 'bob', 'cyd']);
    await expectRefused(node.call(room.update, 'ada', { roomId, maxMembers: 2 }), 'CONFLICT');
    expect(await node.call(room.update, 'ada', { roomId, maxMembers: 3 })).toMatchObject({ maxMembers: 3 });
  });

  test('of a direct room only its preferences change, and either side deletes it', async () => {
    const { id: roomId } = await node.call(room.create, 'ada', { kind: 'direct', members: ['bob'] });
    for (const wrong of [{ name: 'Us' }, { custom: {} }, { visibility: 'public' as const }, { maxMembers: 3 }]) {
      await expectRefused(node.call(room.update, 'ada', { roomId, preferences: {}, ...wrong }), 'PERMISSION_DENIED');
    }
    expect(await node.call(room.update, 'bob', { roomId, preferences: { a: 1 } })).toMatchObject({ seq: 2 });
    await node.call(room.delete, 'bob', { roomId });
    await expectRefused(node.call(room.delete, 'ada', { roomId }), 'NOT_FOUND');
    const anew = await node.call(room.create, 'ada', { kind: 'direct', members: ['bob'] });
    expect(anew.created).toBe(true);
  });

  test('a role is given to all or to none, and the owner keeps theirs', async () => {
    const { id: roomId } = await node.group(['ada', 'bob', 'cyd', 'dan']);
    const set = (who: string | null, userIds: string[], role: 'admin' | 'member') =>
      node.call(room.setRole, who, { roomId, userIds, role });
    const made = await set('ada', ['bob', 'cyd', 'bob'], 'admin');
    expect(made.members.map((member) => [member.userId, member.role])).toEqual([
      ['bob', 'admin'],
      ['cyd', 'admin'],
    ]);
    expect(await authzVersion(roomId)).toBe(0);
    await expectRefused(set('bob', ['dan', 'eve'], 'admin'), 'CONFLICT');
    await expectRefused(set('bob', ['cyd'], 'member'), 'PERMISSION_DENIED');
    await expectRefused(set('bob', ['dan', 'ada'], 'admin'), 'PERMISSION_DENIED');
    await expectRefused(set(null, ['ada'], 'member'), 'PERMISSION_DENIED');
    // A retry finds an admin already, and that is no demotion.
    for (const _ of [1, 2]) await set('bob', ['dan'], 'admin');
    await set('ada', ['dan', 'bob'], 'member');
    expect(await authzVersion(roomId)).toBe(1);
    const updates = (await eventsOf(database, node, roomId)).slice(1);
    expect(updates.map((event) => event.type)).toEqual(['member.updated', 'member.updated', 'member.updated']);
  });

  test('grants add up, are taken singly, and end with the membership', async () => {
    const { id: roomId } = await node.call(room.create, 'ada', {
      kind: 'channel',
      name: 'News',
      members: ['bob', 'cyd'],
    });
    const say = () => node.call(message.send, 'bob', { roomId, content: 'hi' });
    await expectRefused(say(), 'PERMISSION_DENIED');
    await node.call(room.grant, 'ada', { roomId, userIds: ['bob'], permissions: ['message.send'] });
    await node.call(room.grant, 'ada', { roomId, userIds: ['bob', 'cyd'], permissions: ['message.pin', 'member.add'] });
    const { members } = await node.call(room.grant, 'ada', {
      roomId,
      userIds: ['bob', 'cyd'],
      permissions: ['member.add'],
    });
    expect(members.map((member) => member.permissions)).toEqual([
      ['member.add', 'message.send', 'message.pin'],
      ['member.add', 'message.pin'],
    ]);
    expect(await authzVersion(roomId)).toBe(0);
    await say();
    await node.call(room.revoke, 'ada', { roomId, userIds: ['bob', 'cyd'], permissions: ['message.send'] });
    expect(await authzVersion(roomId)).toBe(1);
    await expectRefused(say(), 'PERMISSION_DENIED');
    expect((await typesOf(database, roomId)).filter((type) => type === 'member.updated')).toHaveLength(3);
    await expectRefused(
      node.call(room.grant, 'bob', { roomId, userIds: ['bob'], permissions: ['message.send'] }),
      'PERMISSION_DENIED',
    );
    await node.call(room.removeMembers, 'ada', { roomId, userIds: ['cyd'] });
    await node.call(room.addMembers, 'ada', { roomId, userIds: ['cyd'] });
    expect((await node.call(room.get, 'cyd', { roomId })).me?.permissions).toEqual([]);
  });

  test('the room list shows what was last said, what is unread and who the other is, latest activity first', async () => {
    const quiet = await node.group(['lea']);
    node.clock.advance(1_000);
    const direct = await node.call(room.create, 'lea', { kind: 'direct', members: ['max'] });
    node.clock.advance(1_000);
    const busy = await node.group(['lea', 'max']);
    node.clock.advance(1_000);
    const said = await node.call(message.send, 'max', { roomId: direct.id, content: 'hi', mentions: ['lea'] });
    const { items } = await node.call(room.list, 'lea', {});
    expect(items.map((item) => item.id)).toEqual([direct.id, busy.id, quiet.id]);
    expect(items[0]).toMatchObject({
      unread: 1,
      mentions: 1,
      peer: { id: 'max' },
      lastMessage: { id: said.id },
      me: { userId: 'lea' },
    });
    expect(items[1]).toMatchObject({ unread: 0, mentions: 0, peer: null, lastMessage: null });
    const [seenByMax] = (await node.call(room.list, 'max', { kinds: ['direct'] })).items;
    expect(seenByMax).toMatchObject({ unread: 0, peer: { id: 'lea' } });
  });

  test('the room list comes in pages without gap or repetition, by kind and by archive', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      // Two rooms with the same time at a page's edge are told apart by their ids.
      if (index % 2 === 0) node.clock.advance(10);
      const kind = index % 3 === 0 ? 'channel' : 'group';
      ids.push((await node.call(room.create, 'pam', { kind, name: `Room ${index}` })).id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await node.call(room.list, 'pam', { limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(ids));
    const kinds = async (...wanted: ('group' | 'channel')[]) =>
      (await node.call(room.list, 'pam', { kinds: wanted })).items.length;
    expect([await kinds('group'), await kinds('channel'), await kinds('group', 'channel')]).toEqual([4, 3, 7]);
    const [first = ''] = ids;
    await database.db.chatMember.update({
      where: { roomId_userId: { roomId: first, userId: 'pam' } },
      data: { archived: true },
    });
    const archived = async (wanted: boolean) => (await node.call(room.list, 'pam', { archived: wanted })).items.length;
    expect([await archived(true), await archived(false)]).toEqual([1, 6]);
    await node.call(room.delete, 'pam', { roomId: first });
    expect(await archived(true)).toBe(0);
  });
});
