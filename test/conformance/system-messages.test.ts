import { expect, test } from 'vitest';
import type { Connection } from '../support/client.js';
import { expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

/** What the system said in a room: what happened, to whom, and by whom. */
async function saidIn(reader: Connection, roomId: string) {
  const { items } = await reader.api.message.list.query({ roomId });
  return items.filter(({ kind }) => kind === 'system').map(({ custom, senderId }) => [custom, senderId]);
}

onEachDatabase(
  'messages of the system',
  (suite) => {
    test('say who came, who was added, who left and who was removed or banned', async () => {
      const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
      const open = { visibility: 'public', joinPolicy: 'open' } as const;
      const { id: roomId } = await makeRoom('channel', ada, [], open);
      await bob.api.room.join.mutate({ roomId });
      await ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id, dan.id] });
      await bob.api.room.leave.mutate({ roomId });
      await ada.api.room.removeMembers.mutate({ roomId, userIds: [cyd.id] });
      await ada.api.room.ban.mutate({ roomId, userId: dan.id });
      const { token } = await ada.api.room.createInvite.mutate({ roomId });
      await bob.api.room.acceptInvite.mutate({ token });
      expect(await saidIn(ada, roomId)).toEqual([
        [{ event: 'member.joined', userIds: [bob.id] }, bob.id],
        [{ event: 'member.added', userIds: [cyd.id, dan.id] }, ada.id],
        [{ event: 'member.left', userIds: [bob.id] }, bob.id],
        [{ event: 'member.removed', userIds: [cyd.id] }, ada.id],
        [{ event: 'member.banned', userIds: [dan.id] }, ada.id],
        [{ event: 'member.joined', userIds: [bob.id] }, bob.id],
      ]);
    });

    test('say that a room has another owner, also when the last one left, and another name', async () => {
      const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
      const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
      await ada.api.room.update.mutate({ roomId, name: 'Another', description: 'text' });
      await ada.api.room.update.mutate({ roomId, description: 'other text' });
      await ada.api.room.transferOwnership.mutate({ roomId, userId: bob.id });
      await bob.api.room.leave.mutate({ roomId });
      expect(await saidIn(ada, roomId)).toEqual([
        [{ event: 'room.renamed' }, ada.id],
        [{ event: 'room.ownerChanged', userIds: [bob.id] }, ada.id],
        [{ event: 'member.left', userIds: [bob.id] }, bob.id],
        [{ event: 'room.ownerChanged', userIds: [ada.id] }, bob.id],
      ]);
    });

    test('say that somebody was let in who had asked', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const asking = { visibility: 'public', joinPolicy: 'request' } as const;
      const { id: roomId } = await makeRoom('channel', ada, [], asking);
      await bob.api.room.join.mutate({ roomId });
      expect(await saidIn(ada, roomId)).toEqual([]);
      await ada.api.room.answerJoinRequest.mutate({ roomId, userId: bob.id, accept: true });
      expect(await saidIn(ada, roomId)).toEqual([[{ event: 'member.added', userIds: [bob.id] }, ada.id]]);
    });

    test('come after the event they tell of, in one commit, and the removed see nothing of them', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
      await ada.event('message.created');
      const types = ada.received.flatMap(({ event }) => (event.roomId === roomId ? [event.type] : []));
      expect(types).toEqual(['room.created', 'member.removed', 'message.created']);
      await bob.event('member.removed');
      await bob.settle();
      expect(bob.received.at(-1)?.event.type).toBe('member.removed');
      expect(bob.events('message.created')).toEqual([]);
    });

    test('wait for nobody to read them, and become the last message of the room', async () => {
      const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      await ada.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] });
      for (const user of [bob, cyd]) {
        expect(await user.api.notification.unread.query({})).toEqual({ total: 0, mentions: 0, rooms: [] });
        expect(await user.api.notification.pending.query({})).toEqual({ rooms: [] });
      }
      const [line] = (await bob.api.room.list.query({})).items;
      expect(line?.lastMessage).toMatchObject({ kind: 'system', content: 'Members were added.', mentions: [] });
    });

    test('hold nobody’s name', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      await ada.api.room.update.mutate({ roomId, name: 'The den of Ada and Bob' });
      await ada.api.room.transferOwnership.mutate({ roomId, userId: bob.id });
      const { items } = await bob.api.message.list.query({ roomId });
      expect(items).toHaveLength(2);
      for (const { content, custom } of items)
        expect(`${content} ${custom['event'] as string}`).not.toMatch(/ada|bob/i);
    });

    test('are no words of whoever they tell of: only those who run the room can delete them', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['member.add'] });
      const [cyd] = await suite.users('cyd');
      await bob.api.room.addMembers.mutate({ roomId, userIds: [cyd.id] });
      const [said] = (await bob.api.message.list.query({ roomId })).items;
      const messageId = said?.id ?? '';
      expect(said?.senderId).toBe(bob.id);
      await expectRefusal(bob.api.message.edit.mutate({ messageId, content: 'No' }), 'PERMISSION_DENIED');
      await expectRefusal(bob.api.message.delete.mutate({ messageIds: [messageId] }), 'PERMISSION_DENIED');
      await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'x', threadId: messageId }), 'VALIDATION');
      await expectRefusal(bob.api.message.forward.mutate({ messageId, roomIds: [roomId] }), 'NOT_FOUND');
      await ada.api.message.delete.mutate({ messageIds: [messageId] });
    });

    test('take nobody’s turn in slow mode', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const open = { visibility: 'public', joinPolicy: 'open', slowModeSeconds: 60 } as const;
      const { id: roomId } = await makeRoom('group', ada, [], open);
      await bob.api.room.join.mutate({ roomId });
      await say(bob, roomId, 'hello');
      await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'again' }), 'RATE_LIMITED');
    });

    test('say nothing where nothing changed, nor when a room begins, nor when it ends with its last member', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
      await ada.api.room.update.mutate({ roomId, name: 'A group' });
      expect(await saidIn(ada, roomId)).toEqual([]);
      await bob.api.room.leave.mutate({ roomId });
      expect(await ada.api.room.leave.mutate({ roomId })).toEqual({ roomId, deleted: true });
      await ada.event('room.deleted');
      await ada.settle();
      expect(ada.received.at(-1)?.event.type).toBe('room.deleted');
    });
  },
  { settings: { systemMessages: true } },
);

onEachDatabase(
  'messages of the system, where nobody asked for them,',
  (suite) => {
    test('are not there', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada);
      await ada.api.room.addMembers.mutate({ roomId, userIds: [bob.id] });
      await ada.api.room.update.mutate({ roomId, name: 'Another' });
      expect((await ada.api.message.list.query({ roomId })).items).toEqual([]);
    });
  },
  { providers: ['sqlite'] },
);
