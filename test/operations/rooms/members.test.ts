import { beforeAll, expect, test } from 'vitest';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { personalRoom } from '../../../server/events/log.js';
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

  test('everyone added at once joins with the one event, and each but the actor is notified', async () => {
    const { id: roomId } = await node.group(['ada']);
    const answer = await node.call(room.addMembers, 'ada', { roomId, userIds: ['m1', 'm2', 'm1', 'ada'] });
    expect(answer).toMatchObject({
      room: { memberCount: 3, seq: 2 },
      added: ['m1', 'm2'],
      skipped: [{ userId: 'ada', reason: 'member' }],
    });
    const [, added] = await eventsOf(database, node, roomId);
    expect(added).toMatchObject({
      type: 'member.added',
      actorId: 'ada',
      data: {
        members: [
          { userId: 'm1', joinSeq: 2 },
          { userId: 'm2', joinSeq: 2 },
        ],
        room: { memberCount: 3 },
      },
    });
    const [told] = await eventsOf(database, node, personalRoom('m1'));
    expect(told).toMatchObject({
      type: 'notification',
      data: { notification: { kind: 'added', roomId, actorId: 'ada' } },
    });
    expect(await eventsOf(database, node, personalRoom('ada'))).toEqual([]);
  });

  test('without notifications nobody is notified', async () => {
    const quiet = await createNode(database, { settings: { notifications: false } });
    const { id: roomId } = await quiet.group(['ada']);
    await quiet.call(room.addMembers, 'ada', { roomId, userIds: ['quinn'] });
    expect(await eventsOf(database, quiet, personalRoom('quinn'))).toEqual([]);
  });

  test('who comes back joins anew with the marks of before, without role, grants or preferences', async () => {
    const { id: roomId } = await node.group(['ada', 'bob']);
    await node.call(room.setRole, 'ada', { roomId, userIds: ['bob'], role: 'admin' });
    await database.db.chatMember.update({
      where: { roomId_userId: { roomId, userId: 'bob' } },
      data: { readSeq: 2, deliveredSeq: 2, archived: true, notify: 'none' },
    });
    await node.call(room.leave, 'bob', { roomId });
    const gone = await database.db.chatMember.findUniqueOrThrow({
      where: { roomId_userId: { roomId, userId: 'bob' } },
    });
    expect(gone).toMatchObject({ status: 'out', leftSeq: 3, leftReason: 'left', role: 'member', permissions: [] });
    expect(gone.leftPos).not.toBeNull();
    await node.call(room.addMembers, 'ada', { roomId, userIds: ['bob'] });
    const { me } = await node.call(room.get, 'bob', { roomId });
    expect(me).toMatchObject({
      role: 'member',
      joinSeq: 4,
      readSeq: 2,
      deliveredSeq: 2,
      archived: false,
      notify: 'all',
    });
  });

  test('over the cap nobody is added', async () => {
    const { id: roomId } = await node.group(['ada', 'bob'], { maxMembers: 3 });
    const error = await expectRefused(node.call(room.addMembers, 'ada', { roomId, userIds: ['x', 'y'] }), 'CONFLICT');
    expect(error.details?.constraint).toBe('maxMembers');
    expect((await node.call(room.addMembers, 'ada', { roomId, userIds: ['x', 'bob'] })).added).toEqual(['x']);
    expect(await typesOf(database, roomId)).toEqual(['room.created', 'member.added']);
  });

  test('removing passes over strangers, oneself and those of the same rank, and fences the room', async () => {
    const { id: roomId } = await node.group(['ada', 'bob', 'cyd', 'dan']);
    await node.call(room.setRole, 'ada', { roomId, userIds: ['bob', 'cyd'], role: 'admin' });
    const before = await authzVersion(roomId);
    const answer = await node.call(room.removeMembers, 'bob', { roomId, userIds: ['ada', 'bob', 'cyd', 'dan', 'eve'] });
    expect(answer.removed).toEqual(['dan']);
    expect(answer.skipped).toEqual([
      { userId: 'ada', reason: 'rank' },
      { userId: 'bob', reason: 'rank' },
      { userId: 'cyd', reason: 'rank' },
      { userId: 'eve', reason: 'notMember' },
    ]);
    expect(answer.room.memberCount).toBe(3);
    expect(await authzVersion(roomId)).toBeGreaterThan(before);
    const nothing = await node.call(room.removeMembers, 'bob', { roomId, userIds: ['dan', 'bob'] });
    expect(nothing.removed).toEqual([]);
    expect((await typesOf(database, roomId)).at(-1)).toBe('member.removed');
    await expectRefused(node.call(room.get, 'dan', { roomId }), 'NOT_FOUND');
  });

  test('someone granted to remove removes plain members only', async () => {
    const { id: roomId } = await node.group(['ada', 'bob', 'cyd', 'dan']);
    await node.call(room.setRole, 'ada', { roomId, userIds: ['cyd'], role: 'admin' });
    await node.call(room.grant, 'ada', { roomId, userIds: ['bob'], permissions: ['member.remove'] });
    const answer = await node.call(room.removeMembers, 'bob', { roomId, userIds: ['ada', 'cyd', 'dan'] });
    expect(answer.removed).toEqual(['dan']);
    expect(answer.skipped.map((skip) => skip.reason)).toEqual(['rank', 'rank']);
  });

  test('an owner leaving passes the room to the longest-standing admin, in the same transaction', async () => {
    const { id: roomId } = await node.group(['ada', 'bob']);
    await node.call(room.addMembers, 'ada', { roomId, userIds: ['cyd'] });
    await node.call(room.addMembers, 'ada', { roomId, userIds: ['dan'] });
    await node.call(room.setRole, 'ada', { roomId, userIds: ['dan', 'cyd'], role: 'admin' });
    expect(await node.call(room.leave, 'ada', { roomId })).toEqual({ roomId, deleted: false });
    const events = await eventsOf(database, node, roomId);
    const [removed, updated, changed] = events.slice(-3);
    expect(removed).toMatchObject({ type: 'member.removed', data: { userIds: ['ada'], reason: 'left' } });
    expect(updated).toMatchObject({ type: 'member.updated', data: { members: [{ userId: 'cyd', role: 'owner' }] } });
    expect(changed).toMatchObject({ type: 'room.updated', data: { room: { ownerId: 'cyd', memberCount: 3 } } });
    expect(await node.call(room.get, 'cyd', { roomId })).toMatchObject({ ownerId: 'cyd', me: { role: 'owner' } });
    await node.call(room.leave, 'cyd', { roomId });
    await node.call(room.leave, 'dan', { roomId });
    expect(await node.call(room.get, 'bob', { roomId })).toMatchObject({ ownerId: 'bob', me: { role: 'owner' } });
  });

  test('the last to leave deletes the room, which is the last they hear of it', async () => {
    const { id: roomId } = await node.group(['ada', 'bob']);
    await node.call(room.leave, 'bob', { roomId });
    expect(await node.call(room.leave, 'ada', { roomId })).toEqual({ roomId, deleted: true });
    expect(await typesOf(database, roomId)).toEqual(['room.created', 'member.removed', 'room.deleted']);
    const record = await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    expect(record).toMatchObject({ memberCount: 1, ownerId: 'ada' });
    expect(record.deletedAt).not.toBeNull();
    const last = await database.db.chatMember.findUniqueOrThrow({
      where: { roomId_userId: { roomId, userId: 'ada' } },
    });
    expect(last).toMatchObject({ status: 'in', leftSeq: null });
    await expectRefused(node.call(room.leave, 'ada', { roomId }), 'NOT_FOUND');
  });

  test('when the host removes everyone the room is deleted, and when it removes the owner the room is passed on', async () => {
    const { id: roomId } = await node.group(['ada', 'bob', 'cyd']);
    expect((await node.call(room.removeMembers, null, { roomId, userIds: ['ada'] })).room.ownerId).toBe('bob');
    const answer = await node.call(room.removeMembers, null, { roomId, userIds: ['bob', 'cyd'] });
    expect(answer.removed).toEqual(['bob', 'cyd']);
    expect((await typesOf(database, roomId)).at(-1)).toBe('room.deleted');
    await expectRefused(node.call(room.get, 'bob', { roomId }), 'NOT_FOUND');
  });

  test('a direct room stays one: nobody joins, leaves, comes, goes or ranks, not even for the host', async () => {
    const { id: roomId } = await node.call(room.create, 'ada', { kind: 'direct', members: ['bob'] });
    for (const who of ['ada', null]) {
      await expectRefused(node.call(room.leave, who, { roomId }), 'PERMISSION_DENIED');
      await expectRefused(node.call(room.join, who, { roomId }), 'PERMISSION_DENIED');
      await expectRefused(node.call(room.addMembers, who, { roomId, userIds: ['cyd'] }), 'PERMISSION_DENIED');
      await expectRefused(node.call(room.removeMembers, who, { roomId, userIds: ['bob'] }), 'PERMISSION_DENIED');
      await expectRefused(
        node.call(room.setRole, who, { roomId, userIds: ['bob'], role: 'admin' }),
        'PERMISSION_DENIED',
      );
    }
    await expectRefused(node.call(room.join, 'eve', { roomId }), 'NOT_FOUND');
  });

  test('joining an open public room twice is one event; by invitation nobody joins by themselves', async () => {
    const { id: roomId } = await node.group(['ada'], { visibility: 'public' });
    for (const _ of [1, 2]) {
      expect(await node.call(room.join, 'eve', { roomId })).toMatchObject({
        status: 'joined',
        room: { me: { joinSeq: 2 } },
      });
    }
    expect(await typesOf(database, roomId)).toEqual(['room.created', 'member.added']);
    expect(await eventsOf(database, node, personalRoom('eve'))).toEqual([]);
    await node.call(room.update, 'ada', { roomId, joinPolicy: 'invite' });
    await expectRefused(node.call(room.join, 'dan', { roomId }), 'PERMISSION_DENIED');
    await node.call(room.update, 'ada', { roomId, visibility: 'private', joinPolicy: 'open' });
    await expectRefused(node.call(room.join, 'dan', { roomId }), 'NOT_FOUND');
  });

  test('members come in pages, longest-standing first, and a foreign cursor is refused', async () => {
    const long = 'ö'.repeat(128);
    const { id: roomId } = await node.group(['ada', 'p1', 'p2', 'p3', long]);
    await node.call(room.addMembers, 'ada', { roomId, userIds: ['p0'] });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await node.call(room.members, 'ada', { roomId, limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map((member) => member.userId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['ada', 'p1', 'p2', 'p3', long, 'p0']);
    for (const wrong of ['nonsense', '', 'WzEsMl0', 'W251bGwsIngiXQ']) {
      await expectRefused(node.call(room.members, 'ada', { roomId, cursor: wrong }), 'VALIDATION');
    }
  });
});
