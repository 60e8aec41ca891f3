import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

onEachDatabase('pins', (suite) => {
  test('everyone hears of a pin and finds it, the latest first and in pages', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const first = await say(ada, roomId, 'first', [bob]);
    const second = await say(ada, roomId, 'second', [bob]);
    const pinned = await ada.api.message.pin.mutate({ messageId: second.id });
    expect(pinned).toMatchObject({ id: second.id, pinnedAt: expect.any(Date) });
    const event = await bob.event('message.pinned');
    expect(event).toMatchObject({ roomId, actorId: ada.id, data: { messageId: second.id, pinned: true } });
    await ada.api.message.pin.mutate({ messageId: first.id });
    const page = await bob.api.message.pins.query({ roomId, limit: 1 });
    expect(page.items).toMatchObject([{ id: first.id, pinnedAt: expect.any(Date) }]);
    const next = await bob.api.message.pins.query({ roomId, limit: 1, cursor: page.nextCursor ?? '' });
    expect(next).toMatchObject({ items: [{ id: second.id }], nextCursor: null });
  });

  test('a pin is taken out, and doing either twice changes nothing', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const { id: messageId } = await say(ada, roomId, 'here');
    await ada.api.message.pin.mutate({ messageId });
    await ada.api.message.pin.mutate({ messageId });
    expect(await ada.api.message.unpin.mutate({ messageId })).toMatchObject({ pinnedAt: null });
    await ada.api.message.unpin.mutate({ messageId });
    expect((await ada.api.message.pins.query({ roomId })).items).toEqual([]);
    expect((await ada.api.room.get.query({ roomId })).seq).toBe(4);
  });

  test('admins and those with the grant pin in a group, both sides in a direct room', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { id: messageId } = await say(ada, roomId, 'here', [bob]);
    await expectRefusal(bob.api.message.pin.mutate({ messageId }), 'PERMISSION_DENIED');
    await ada.api.room.grant.mutate({ roomId, userIds: [bob.id], permissions: ['message.pin'] });
    await bob.api.message.pin.mutate({ messageId });
    const direct = await makeRoom('direct', ada, [bob]);
    const between = await say(ada, direct.id, 'us', [bob]);
    await bob.api.message.pin.mutate({ messageId: between.id });
  });

  test('a deleted message is not pinned any more, nor can it be', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const { id: messageId } = await say(ada, roomId, 'here');
    await ada.api.message.pin.mutate({ messageId });
    await ada.api.message.delete.mutate({ messageIds: [messageId] });
    expect((await ada.api.message.pins.query({ roomId })).items).toEqual([]);
    await expectRefusal(ada.api.message.pin.mutate({ messageId }), 'NOT_FOUND');
  });
});

onEachDatabase('versions', (suite) => {
  test('members see how a message read before each edit', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { id: messageId, createdAt } = await say(ada, roomId, 'one', [bob]);
    const second = await ada.api.message.edit.mutate({ messageId, content: 'two', custom: { n: 2 } });
    await ada.api.message.edit.mutate({ messageId, content: 'three' });
    await ada.api.message.edit.mutate({ messageId, content: 'three' });
    expect(await bob.api.message.versions.query({ messageId })).toEqual({
      items: [
        { version: 1, content: 'one', attachments: [], custom: {}, createdAt },
        { version: 2, content: 'two', attachments: [], custom: { n: 2 }, createdAt: second.editedAt },
      ],
      nextCursor: null,
    });
  });

  test('they go with the message', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const { id: messageId } = await say(ada, roomId, 'one');
    await ada.api.message.edit.mutate({ messageId, content: 'two' });
    await ada.api.message.delete.mutate({ messageIds: [messageId] });
    await expectRefusal(ada.api.message.versions.query({ messageId }), 'NOT_FOUND');
  });

  test('strangers see none', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const { id: messageId } = await say(ada, roomId, 'one');
    await expectRefusal(eve.api.message.versions.query({ messageId }), 'NOT_FOUND');
  });
});
