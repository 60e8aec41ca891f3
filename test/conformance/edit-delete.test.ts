import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

async function history(user: Connection, roomId: string) {
  return (await user.api.message.list.query({ roomId, limit: 100 })).items;
}

onEachDatabase('editing', (suite) => {
  test('an edit changes the content and reaches everyone', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'frist', [bob]);
    const edited = await ada.api.message.edit.mutate({ messageId: message.id, content: 'first' });
    expect(edited).toMatchObject({ ...message, content: 'first', editedAt: expect.any(Date) });
    const event = await bob.event('message.updated', ({ data }) => data.message.id === message.id);
    expect(event).toMatchObject({ roomId, seq: message.seq + 1, actorId: ada.id });
    expect(event.data.message).toMatchObject({ content: 'first', seq: message.seq });
    expect(await history(bob, roomId)).toMatchObject([
      { id: message.id, content: 'first', editedAt: expect.any(Date) },
    ]);
  });

  test('nothing but the content can be changed by an edit', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'mine');
    const forgeries = {
      senderId: bob.id,
      sender: { id: bob.id },
      room: { id: unknownId },
      roomId: unknownId,
      createdAt: new Date(0),
      updatedAt: new Date(0),
      deletedAt: new Date(),
      replyTo: { id: unknownId },
      replyToId: unknownId,
      forwardedFrom: { senderId: bob.id },
      forwardedFromId: unknownId,
      seq: 99,
      id: unknownId,
    };
    for (const [key, value] of Object.entries(forgeries)) {
      await expectRefusal(
        ada.call('message.edit', { messageId: message.id, content: 'x', [key]: value }),
        'VALIDATION',
      );
    }
    expect(await ada.api.message.get.query({ messageId: message.id })).toEqual(message);
  });

  test('one call edits one message', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const ids = [(await say(ada, roomId, 'one')).id, (await say(ada, roomId, 'two')).id];
    await expectRefusal(ada.call('message.edit', { messageId: ids, content: 'x' }), 'VALIDATION');
    await expectRefusal(ada.call('message.edit', { messageIds: ids, content: 'x' }), 'VALIDATION');
    expect((await history(ada, roomId)).map(({ content }) => content)).toEqual(['one', 'two']);
  });

  test('only the sender edits a message, not even the owner of the room', async () => {
    const [ada, bob, cyd, eve] = await suite.users('ada', 'bob', 'cyd', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const message = await say(bob, roomId, 'mine', [ada, bob]);
    for (const user of [ada, cyd]) {
      await expectRefusal(user.api.message.edit.mutate({ messageId: message.id, content: 'x' }), 'PERMISSION_DENIED');
    }
    await expectRefusal(eve.api.message.edit.mutate({ messageId: message.id, content: 'x' }), 'NOT_FOUND');
    await expectRefusal(ada.api.message.edit.mutate({ messageId: unknownId, content: 'x' }), 'NOT_FOUND');
  });

  test('an edit follows the same rules of content as a message', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const message = await say(ada, roomId, 'mine');
    for (const content of ['', ' \n', 'a\u0000b', null, 3]) {
      await expectRefusal(ada.call('message.edit', { messageId: message.id, content }), 'VALIDATION');
    }
    await expectRefusal(
      ada.api.message.edit.mutate({ messageId: message.id, content: 'x'.repeat(8_001) }),
      'TOO_LARGE',
    );
    await expectRefusal(ada.call('message.edit', { content: 'x' }), 'VALIDATION');
    expect(await ada.api.message.get.query({ messageId: message.id })).toEqual(message);
  });

  test('an edit that changes nothing tells nobody', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'same', [bob]);
    expect(await ada.api.message.edit.mutate({ messageId: message.id, content: 'same' })).toEqual(message);
    expect(await ada.api.message.edit.mutate({ messageId: message.id })).toEqual(message);
    const last = await say(ada, roomId, 'after', [bob]);
    expect(last.seq).toBe(message.seq + 1);
    expect(bob.events('message.updated')).toEqual([]);
  });

  test('a sender who lost the right to send can still edit, who left can not', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(bob, roomId, 'mine', [bob]);
    await ada.api.room.update.mutate({ roomId, locked: true });
    await bob.api.message.edit.mutate({ messageId: message.id, content: 'still mine' });
    await bob.api.room.leave.mutate({ roomId });
    await expectRefusal(bob.api.message.edit.mutate({ messageId: message.id, content: 'x' }), 'NOT_FOUND');
  });
});

onEachDatabase('deleting', (suite) => {
  test('a deleted message is a tombstone everywhere', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'secret', [bob]);
    expect(await ada.api.message.delete.mutate({ messageIds: [message.id] })).toEqual({
      roomId,
      messageIds: [message.id],
    });
    const event = await bob.event('message.deleted', (found) => found.roomId === roomId);
    expect(event).toMatchObject({ seq: message.seq + 1, actorId: ada.id, data: { messageIds: [message.id] } });
    const tombstone = {
      id: message.id,
      seq: message.seq,
      senderId: ada.id,
      content: null,
      attachments: [],
      mentions: [],
      reactions: [],
    };
    const [listed] = await history(bob, roomId);
    expect(listed).toMatchObject({ ...tombstone, deletedAt: expect.any(Date) });
    expect(await bob.api.message.get.query({ messageId: message.id })).toMatchObject(tombstone);
    const { items } = await bob.api.room.list.query({});
    expect(items[0]?.lastMessage).toMatchObject(tombstone);
    const replay = await bob.api.sync.query({ roomId, afterSeq: 1 });
    expect(JSON.stringify(replay)).not.toContain('secret');
  });

  test('several messages are deleted in one call, and the rest stays', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const messages = [await say(ada, roomId, 'one'), await say(ada, roomId, 'two'), await say(ada, roomId, 'three')];
    const ids = messages.slice(0, 2).map(({ id }) => id);
    const answer = await ada.api.message.delete.mutate({ messageIds: ids });
    expect([...answer.messageIds].sort()).toEqual([...ids].sort());
    const event = await bob.event('message.deleted');
    expect([...event.data.messageIds].sort()).toEqual([...ids].sort());
    expect((await history(bob, roomId)).map(({ content }) => content)).toEqual([null, null, 'three']);
    expect(await bob.api.room.get.query({ roomId })).toMatchObject({ id: roomId, memberCount: 2 });
  });

  test('deleting twice is fine and tells nobody again', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'gone', [bob]);
    await ada.api.message.delete.mutate({ messageIds: [message.id] });
    await ada.api.message.delete.mutate({ messageIds: [message.id] });
    const last = await say(ada, roomId, 'after', [bob]);
    expect(last.seq).toBe(message.seq + 2);
    expect(bob.events('message.deleted')).toHaveLength(1);
  });

  test('a plain member deletes no message of others, strangers see none', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const own = await say(bob, roomId, 'mine');
    const others = await say(ada, roomId, 'hers', [bob]);
    await expectRefusal(bob.api.message.delete.mutate({ messageIds: [others.id] }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.message.delete.mutate({ messageIds: [own.id, others.id] }), 'PERMISSION_DENIED');
    await expectRefusal(eve.api.message.delete.mutate({ messageIds: [others.id] }), 'NOT_FOUND');
    expect((await history(ada, roomId)).map(({ content }) => content)).toEqual(['mine', 'hers']);
  });

  test('an owner, an admin and the granted delete what others wrote', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd, dan]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await ada.api.room.grant.mutate({ roomId, userIds: [cyd.id], permissions: ['message.moderate'] });
    for (const user of [ada, bob, cyd]) {
      const message = await say(dan, roomId, 'rude', [user]);
      await user.api.message.delete.mutate({ messageIds: [message.id] });
      await dan.event(
        'message.deleted',
        ({ data, actorId }) => data.messageIds.includes(message.id) && actorId === user.id,
      );
    }
  });

  test('one call deletes in one room, and names at least one message', async () => {
    const [ada] = await suite.users('ada');
    const rooms = [await makeRoom('group', ada), await makeRoom('group', ada)];
    const ids = await Promise.all(rooms.map(async ({ id }) => (await say(ada, id, 'stays')).id));
    await expectRefusal(ada.api.message.delete.mutate({ messageIds: ids }), 'VALIDATION');
    await expectRefusal(ada.api.message.delete.mutate({ messageIds: [] }), 'VALIDATION');
    await expectRefusal(ada.call('message.delete', { messageIds: ids[0] }), 'VALIDATION');
    for (const { id } of rooms) expect((await history(ada, id)).map(({ content }) => content)).toEqual(['stays']);
  });

  test('what I delete for me alone is gone for me, on all my devices, and stays for the others', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const second = await suite.connect(bob.person);
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'hide me', [bob, second]);
    await bob.api.message.delete.mutate({ messageIds: [message.id], for: 'me' });
    for (const device of [bob, second]) {
      await device.event('message.hidden', ({ data }) => data.messageIds.includes(message.id));
    }
    expect((await history(bob, roomId)).some(({ content }) => content === 'hide me')).toBe(false);
    expect((await history(ada, roomId)).map(({ content }) => content)).toEqual(['hide me']);
    expect((await bob.api.notification.unread.query({})).total).toBe(0);
    await ada.settle();
    expect(ada.events('message.hidden')).toEqual([]);
    expect(ada.events('message.deleted')).toEqual([]);
  });

  test('a deleted message can not be edited', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const message = await say(ada, roomId, 'gone');
    await ada.api.message.delete.mutate({ messageIds: [message.id] });
    await expectRefusal(ada.api.message.edit.mutate({ messageId: message.id, content: 'back' }), 'NOT_FOUND');
  });

  test('an edit and a deletion at once end in a tombstone', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    for (let round = 0; round < 5; round += 1) {
      const message = await say(ada, roomId, 'race', [bob]);
      await Promise.allSettled([
        ada.api.message.edit.mutate({ messageId: message.id, content: 'edited' }),
        ada.api.message.delete.mutate({ messageIds: [message.id] }),
      ]);
      await bob.event('message.deleted', ({ data }) => data.messageIds.includes(message.id));
      expect(await bob.api.message.get.query({ messageId: message.id })).toMatchObject({
        content: null,
        deletedAt: expect.any(Date),
      });
      const order = bob.received.filter(({ event }) => event.roomId === roomId).map(({ event }) => event.type);
      expect(order.at(-1)).toBe('message.deleted');
    }
  });

  test('deleting what was not delivered yet leaves nothing pending for anyone', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    const message = await say(ada, roomId, 'never mind', [bob, cyd]);
    await ada.api.message.delete.mutate({ messageIds: [message.id] });
    for (const user of [bob, cyd]) {
      expect(await user.api.notification.pending.query({})).toEqual({ rooms: [] });
      const device = await suite.connect(user.person);
      expect((await device.event('ready')).data).toMatchObject({ unread: { total: 0, mentions: 0 }, pending: [] });
    }
  });
});

onEachDatabase(
  'deleting with softDelete off',
  (suite) => {
    test('a deleted message leaves history, and the rest of the room works', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const clientId = 'the-one-client-id';
      const gone = await ada.api.message.send.mutate({ roomId, content: 'gone', clientId });
      const kept = await say(ada, roomId, 'kept', [bob]);
      await ada.api.message.delete.mutate({ messageIds: [gone.id] });
      await bob.event('message.deleted', ({ data }) => data.messageIds.includes(gone.id));
      expect((await history(bob, roomId)).map(({ id }) => id)).toEqual([kept.id]);
      const again = await ada.api.message.send.mutate({ roomId, content: 'gone', clientId });
      expect(again).toMatchObject({ id: gone.id, content: null, deletedAt: expect.any(Date) });
      expect((await history(bob, roomId)).map(({ id }) => id)).toEqual([kept.id]);
      expect(await bob.api.room.get.query({ roomId })).toMatchObject({ memberCount: 2 });
      expect((await bob.api.notification.unread.query({})).total).toBe(1);
    });

    test('once the last message is deleted, the one before it is the last again', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const messages = [await say(ada, roomId, 'first', [bob]), await say(ada, roomId, 'second', [bob])];
      const last = async () => (await bob.api.room.list.query({})).items[0]?.lastMessage?.content;
      expect(await last()).toBe('second');
      await ada.api.message.delete.mutate({ messageIds: [messages[1]?.id ?? ''] });
      expect(await last()).toBe('first');
      await ada.api.message.delete.mutate({ messageIds: [messages[0]?.id ?? ''] });
      expect((await bob.api.room.list.query({})).items[0]).toMatchObject({ id: roomId, lastMessage: null, unread: 0 });
    });
  },
  { settings: { softDelete: false } },
);
