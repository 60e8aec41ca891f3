import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

onEachDatabase('blocks', (suite) => {
  test('neither of the two makes a direct room with the other', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    await ada.api.user.block.mutate({ userId: bob.id });
    await expectRefusal(bob.api.room.create.mutate({ kind: 'direct', members: [ada.id] }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] }), 'PERMISSION_DENIED');
    await ada.api.user.unblock.mutate({ userId: bob.id });
    expect(await bob.api.room.create.mutate({ kind: 'direct', members: [ada.id] })).toMatchObject({ created: true });
  });

  test('neither says anything more in the one there is, also right after a message', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await say(ada, roomId, 'hi', [bob]);
    await say(bob, roomId, 'hi', [ada]);
    await ada.api.user.block.mutate({ userId: bob.id });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'but' }), 'PERMISSION_DENIED');
    await expectRefusal(bob.api.message.typing.mutate({ roomId, typing: true }), 'PERMISSION_DENIED');
    await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'so' }), 'PERMISSION_DENIED');
    expect((await bob.api.message.list.query({ roomId })).items).toHaveLength(2);
    await ada.api.user.unblock.mutate({ userId: bob.id });
    await say(bob, roomId, 'again', [ada]);
  });

  test('in rooms with others they go on, but neither puts the other into one', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: roomId } = await makeRoom('group', cyd, [ada, bob]);
    await ada.api.user.block.mutate({ userId: bob.id });
    await say(bob, roomId, 'hello all', [ada, cyd]);
    const { id: other } = await makeRoom('group', bob);
    expect(await bob.api.room.addMembers.mutate({ roomId: other, userIds: [ada.id] })).toMatchObject({
      added: [],
      skipped: [{ userId: ada.id, reason: 'refused' }],
    });
    const withAda = { kind: 'group', name: 'With ada', members: [ada.id] } as const;
    await expectRefusal(bob.api.room.create.mutate({ ...withAda, members: [...withAda.members] }), 'PERMISSION_DENIED');
  });

  test('one sees whom one blocked, and the blocked sees nothing', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    await ada.api.user.block.mutate({ userId: bob.id });
    await ada.api.user.block.mutate({ userId: bob.id });
    expect(await ada.api.user.blocked.query({})).toEqual({
      items: [{ userId: bob.id, user: { id: bob.id, name: 'Bob', image: null }, createdAt: expect.any(Date) }],
      nextCursor: null,
    });
    expect((await bob.api.user.blocked.query({})).items).toEqual([]);
    await expectRefusal(ada.api.user.block.mutate({ userId: ada.id }), 'VALIDATION');
  });

  test('one is told who one is', async () => {
    const [ada] = await suite.users('ada');
    expect(await ada.api.user.me.query({})).toEqual({ id: ada.id, name: 'Ada', image: null });
  });

  test('one whose token holds a name or an image that can not be shown is let in without it', async () => {
    const image = 'https://example.org/ada.png';
    for (const claims of [{ image: `${image}\u0000` }, { image: `${image}\ud800` }, { image: `${image}\n` }]) {
      const ada = await suite.connect(person('ada'), { claims: { ...claims, name: 'A\u0000da' } });
      expect(await ada.api.user.me.query({})).toEqual({ id: ada.id, name: 'Ada', image: null });
    }
    const bob = await suite.connect(person('bob'), { claims: { image } });
    expect(await bob.api.user.me.query({})).toEqual({ id: bob.id, name: 'Bob', image });
  });
});

onEachDatabase('the list of notifications', (suite) => {
  test('it has what was aimed at one, newest first, in pages, with what was seen', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'hi', [bob]);
    await bob.api.message.react.mutate({ messageId: message.id, emoji: '👍' });
    await bob.api.message.send.mutate({ roomId, content: 'you', mentions: [ada.id] });
    const first = await ada.api.notification.list.query({ limit: 1 });
    expect(first.items).toMatchObject([{ kind: 'mention', roomId, actorId: bob.id, ackedAt: null }]);
    await ada.api.notification.ack.mutate({ ids: [first.items[0]?.id ?? ''] });
    const all = await ada.api.notification.list.query({});
    expect(all.items.map(({ kind }) => kind)).toEqual(['mention', 'reaction']);
    expect(all.items[0]?.ackedAt).toEqual(expect.any(Date));
    const next = await ada.api.notification.list.query({ limit: 1, cursor: first.nextCursor ?? '' });
    expect(next).toMatchObject({ items: [{ kind: 'reaction', messageId: message.id }], nextCursor: null });
  });
});
