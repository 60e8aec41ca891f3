import { beforeAll, expect, test } from 'vitest';
import { messageOperations as message } from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { userOperations as user } from '../../../server/operations/users/index.js';
import { onPostgresql } from '../../support/databases.js';
import { createNode, expectRefused, typesOf } from './node.js';
import type { Node } from './node.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

// Two processes on one database: nothing but the database keeps them apart.
onPostgresql((database) => {
  let nodes: readonly [Node, Node];
  beforeAll(async () => {
    const settings = { limits: { roomsPerUser: 10 } };
    nodes = [await createNode(database, { settings }), await createNode(database, { settings })];
  });
  const node = (index: number): Node => (index % 2 === 0 ? nodes[0] : nodes[1]);
  const fulfilled = async <Value>(calls: readonly Promise<Value>[]): Promise<readonly Value[]> =>
    (await Promise.allSettled(calls)).flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

  test('a pair that creates its direct room from both sides at once gets one, round after round', async () => {
    for (const round of range(5)) {
      const [a, b] = [`a${round}`, `b${round}`];
      const made = await Promise.all(
        range(6).map((index) => {
          const [me, other] = index % 2 === 0 ? [a, b] : [b, a];
          return node(index).call(room.create, me, { kind: 'direct', members: [other] });
        }),
      );
      expect(new Set(made.map(({ id }) => id)).size).toBe(1);
      expect(made.filter(({ created }) => created)).toHaveLength(1);
    }
  });

  test('a client id used on both nodes at once makes one room', async () => {
    const body = { kind: 'group' as const, name: 'Once', members: ['x', 'y'], clientId: 'at-once-on-both-nodes' };
    const made = await Promise.all(range(6).map((index) => node(index).call(room.create, 'ann', body)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  test('the cap holds when everyone joins and is added at once', async () => {
    const { id: roomId } = await nodes[0].group(['ada'], { visibility: 'public', maxMembers: 4 });
    const came = await fulfilled<unknown>([
      ...range(4).map((index) => node(index).call(room.join, `join${index}`, { roomId })),
      ...range(4).map((index) => node(index).call(room.addMembers, 'ada', { roomId, userIds: [`add${index}`] })),
    ]);
    expect(came).toHaveLength(3);
    const { items } = await nodes[1].call(room.members, 'ada', { roomId });
    expect(items).toHaveLength(4);
    expect((await nodes[1].call(room.get, 'ada', { roomId })).memberCount).toBe(4);
  });

  test('a user is not put into more rooms than one may be in, from many rooms at once', async () => {
    const rooms = await Promise.all(range(14).map((index) => node(index).group([`owner${index}`])));
    const answers = await Promise.all(
      rooms.map(({ id }, index) =>
        node(index).call(room.addMembers, `owner${index}`, { roomId: id, userIds: ['popular'] }),
      ),
    );
    expect(answers.filter(({ added }) => added.length === 1)).toHaveLength(10);
  });

  test('a user does not make more rooms than one may be in, nor is put into them as they are made', async () => {
    const made = await fulfilled([
      ...range(7).map((index) => node(index).group(['maker'])),
      ...range(7).map((index) => node(index).group([`host${index}`, 'maker'])),
    ]);
    expect(made).toHaveLength(10);
  });

  test('when all leave at once one of them deletes the room, and it always has an owner until then', async () => {
    for (const round of range(4)) {
      const users = range(4).map((index) => `r${round}u${index}`);
      const { id: roomId } = await nodes[0].group(users);
      const answers = await Promise.all(users.map((user, index) => node(index).call(room.leave, user, { roomId })));
      expect(answers.filter(({ deleted }) => deleted)).toHaveLength(1);
      const types = await typesOf(database, roomId);
      expect(types.filter((type) => type === 'member.removed')).toHaveLength(3);
      expect(types.at(-1)).toBe('room.deleted');
      const left = await database.db.chatMember.findMany({ where: { roomId, status: 'in' } });
      expect(left).toMatchObject([{ role: 'owner' }]);
      expect((await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } })).ownerId).toBe(left[0]?.userId);
    }
  });

  test('an owner leaving while their heir is removed leaves a room that belongs to someone in it', async () => {
    for (const round of range(4)) {
      const [ada, bob, cyd] = [`ada${round}`, `bob${round}`, `cyd${round}`];
      const { id: roomId } = await nodes[0].group([ada, bob, cyd]);
      await nodes[0].call(room.setRole, ada, { roomId, userIds: [bob], role: 'admin' });
      await fulfilled([nodes[0].call(room.leave, ada, { roomId }), nodes[1].call(room.leave, bob, { roomId })]);
      expect(await nodes[0].call(room.get, cyd, { roomId })).toMatchObject({
        ownerId: cyd,
        memberCount: 1,
        me: { role: 'owner' },
      });
    }
  });

  test('an invite lets in as many as it says, from both nodes at once', async () => {
    for (const round of range(4)) {
      const { id: roomId } = await nodes[0].group([`inviter${round}`]);
      const { token } = await nodes[0].call(room.createInvite, `inviter${round}`, { roomId, maxUses: 3 });
      const came = await fulfilled(
        range(8).map((index) => node(index).call(room.acceptInvite, `r${round}guest${index}`, { token })),
      );
      expect(came).toHaveLength(3);
      expect((await nodes[1].call(room.get, `inviter${round}`, { roomId })).memberCount).toBe(4);
    }
  });

  test('a room that is handed over while both leave belongs to someone in it', async () => {
    for (const round of range(4)) {
      const [ada, bob, cyd] = [`tada${round}`, `tbob${round}`, `tcyd${round}`];
      const { id: roomId } = await nodes[0].group([ada, bob, cyd]);
      await fulfilled<unknown>([
        nodes[0].call(room.transferOwnership, ada, { roomId, userId: bob }),
        nodes[1].call(room.leave, bob, { roomId }),
        nodes[0].call(room.leave, ada, { roomId }),
      ]);
      expect(await nodes[0].call(room.get, cyd, { roomId })).toMatchObject({
        ownerId: cyd,
        memberCount: 1,
        me: { role: 'owner' },
      });
    }
  });

  test('of a block and a direct room made at once, one comes first', async () => {
    for (const round of range(6)) {
      const [ada, bob] = [`bada${round}`, `bbob${round}`];
      const [, made] = await Promise.allSettled([
        nodes[0].call(user.block, ada, { userId: bob }),
        nodes[1].call(room.create, bob, { kind: 'direct', members: [ada] }),
      ]);
      if (made.status === 'rejected') expect(made.reason).toMatchObject({ code: 'PERMISSION_DENIED' });
      else {
        const { id: roomId } = made.value;
        await expectRefused(nodes[0].call(message.send, bob, { roomId, content: 'hi' }), 'PERMISSION_DENIED');
      }
    }
  });

  test('someone demoted at the same moment acts before or not at all', async () => {
    for (const round of range(4)) {
      const [ada, bob, cyd] = [`dada${round}`, `dbob${round}`, `dcyd${round}`];
      const { id: roomId } = await nodes[0].group([ada, bob, cyd]);
      await nodes[0].call(room.setRole, ada, { roomId, userIds: [bob], role: 'admin' });
      await fulfilled<unknown>([
        nodes[0].call(room.setRole, ada, { roomId, userIds: [bob], role: 'member' }),
        nodes[1].call(room.removeMembers, bob, { roomId, userIds: [cyd] }),
      ]);
      const types = await typesOf(database, roomId);
      const removed = types.indexOf('member.removed');
      expect(removed === -1 || removed < types.lastIndexOf('member.updated')).toBe(true);
    }
  });
});
