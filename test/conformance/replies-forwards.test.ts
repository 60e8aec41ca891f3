import { expect, test } from 'vitest';
import { clientId, expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

onEachDatabase('replies', (suite) => {
  test('a reply shows what it answers, to everyone and in history', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const asked = await say(ada, roomId, 'Tea?', [ada, bob]);
    const reply = await bob.api.message.send.mutate({ roomId, content: 'Yes', replyToId: asked.id });
    const snapshot = {
      id: asked.id,
      seq: asked.seq,
      senderId: ada.id,
      sender: { id: ada.id, name: 'Ada', image: null },
      content: 'Tea?',
      deletedAt: null,
    };
    expect(reply.replyTo).toEqual(snapshot);
    const event = await ada.event('message.created', ({ data }) => data.message.id === reply.id);
    expect(event.data.message.replyTo).toEqual(snapshot);
    const { items } = await ada.api.message.list.query({ roomId });
    expect(items.at(-1)?.replyTo).toEqual(snapshot);
  });

  test('whoever is answered hears of it, unless they are named and hear of that', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const asked = await say(ada, roomId, 'Tea?', [ada, bob]);
    const reply = await bob.api.message.send.mutate({ roomId, content: 'Yes', replyToId: asked.id });
    const told = await ada.event('notification');
    expect(told.data.notification).toMatchObject({ kind: 'reply', roomId, messageId: reply.id, actorId: bob.id });
    await bob.api.message.send.mutate({ roomId, content: 'Please', replyToId: asked.id, mentions: [ada.id] });
    await ada.event('notification', ({ data }) => data.notification.kind === 'mention');
    expect(ada.events('notification').map(({ data }) => data.notification.kind)).toEqual(['reply', 'mention']);
  });

  test('a reply shows what became of what it answers', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const asked = await say(ada, roomId, 'Tea?', [ada, bob]);
    const { id: messageId } = await bob.api.message.send.mutate({ roomId, content: 'Yes', replyToId: asked.id });
    await ada.api.message.edit.mutate({ messageId: asked.id, content: 'Coffee?' });
    expect((await bob.api.message.get.query({ messageId })).replyTo?.content).toBe('Coffee?');
    await ada.api.message.delete.mutate({ messageIds: [asked.id] });
    expect((await bob.api.message.get.query({ messageId })).replyTo).toMatchObject({
      id: asked.id,
      content: null,
      deletedAt: expect.any(Date),
    });
  });

  test('only what is there, in the same room and to be seen can be answered', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const { id: elsewhere } = await makeRoom('group', ada, [bob]);
    const other = await say(ada, elsewhere, 'other', [ada, bob]);
    const gone = await say(ada, roomId, 'gone', [ada, bob]);
    await ada.api.message.delete.mutate({ messageIds: [gone.id] });
    const hidden = await say(ada, roomId, 'hidden', [ada, bob]);
    await bob.api.message.delete.mutate({ messageIds: [hidden.id], for: 'me' });
    for (const replyToId of [other.id, gone.id, hidden.id]) {
      await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'what?', replyToId }), 'NOT_FOUND');
    }
  });

  test('a reply to a reply shows what it answers itself, and nothing further back', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    let last = await say(ada, roomId, 'How deep?', [ada, bob]);
    for (let depth = 1; depth <= 11; depth += 1) {
      const reply = await bob.api.message.send.mutate({ roomId, content: `level ${depth}`, replyToId: last.id });
      expect(reply.replyTo).toMatchObject({ id: last.id, content: last.content });
      expect(reply.replyTo).not.toHaveProperty('replyTo');
      last = reply;
    }
    expect(JSON.stringify(last)).not.toContain('How deep?');
  });

  test('a retried reply is the same reply, and one to another message is not', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const [first, second] = [await say(ada, roomId, 'one', [bob]), await say(ada, roomId, 'two', [bob])];
    const body = { roomId, content: 'Yes', clientId: clientId(), replyToId: first.id };
    const sent = await bob.api.message.send.mutate(body);
    expect(await bob.api.message.send.mutate(body)).toEqual(sent);
    await expectRefusal(bob.api.message.send.mutate({ ...body, replyToId: second.id }), 'CONFLICT');
  });
});

onEachDatabase('forwarding', (suite) => {
  test('a message is said again with who said it first and when, and nothing of where', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: from } = await makeRoom('group', ada, [bob]);
    const { id: to } = await makeRoom('group', bob, [cyd]);
    const said = await say(ada, from, 'News', [ada, bob]);
    const [copy] = await bob.api.message.forward.mutate({ messageId: said.id, roomIds: [to] });
    expect(copy).toMatchObject({ roomId: to, senderId: bob.id, content: 'News', replyTo: null, mentions: [] });
    expect(copy?.forwardedFrom).toEqual({ senderId: ada.id, sender: said.sender, createdAt: said.createdAt });
    const event = await cyd.event('message.created', (found) => found.roomId === to);
    expect(event.data.message.forwardedFrom).toEqual(copy?.forwardedFrom);
    expect(JSON.stringify(event)).not.toContain(from);
  });

  test('a copy of a copy tells who said it first', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: from } = await makeRoom('group', ada, [bob]);
    const { id: to } = await makeRoom('group', bob);
    const said = await say(ada, from, 'News', [ada, bob]);
    const [copy] = await bob.api.message.forward.mutate({ messageId: said.id, roomIds: [to] });
    const [again] = await bob.api.message.forward.mutate({ messageId: copy?.id ?? '', roomIds: [to] });
    expect(again?.forwardedFrom).toEqual(copy?.forwardedFrom);
  });

  test('a copy keeps the words of whoever said it first, and may be deleted', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const { id: from } = await makeRoom('group', ada, [bob]);
    const { id: to } = await makeRoom('group', bob, [cyd]);
    const said = await say(ada, from, 'I like it', [ada, bob]);
    const [copy] = await bob.api.message.forward.mutate({ messageId: said.id, roomIds: [to] });
    const messageId = copy?.id ?? '';
    const invented = bob.api.message.edit.mutate({ messageId, content: 'I hate it' });
    await expectRefusal(invented, 'PERMISSION_DENIED');
    expect(await bob.api.message.edit.mutate({ messageId, content: 'I like it' })).toEqual(copy);
    expect(await cyd.api.message.get.query({ messageId })).toMatchObject({ content: 'I like it', editedAt: null });
    await bob.api.message.delete.mutate({ messageIds: [messageId] });
    expect(await cyd.api.message.get.query({ messageId })).toMatchObject({ content: null });
  });

  test('it is said in all of the rooms or in none', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: from } = await makeRoom('group', ada, [bob]);
    const { id: mine } = await makeRoom('group', bob);
    const { id: foreign } = await makeRoom('group', ada);
    const said = await say(ada, from, 'News', [ada, bob]);
    const forward = { messageId: said.id, roomIds: [mine, foreign] };
    await expectRefusal(bob.api.message.forward.mutate(forward), 'NOT_FOUND');
    expect((await bob.api.message.list.query({ roomId: mine })).items).toEqual([]);
  });

  test('under one client id it happens once per room', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: from } = await makeRoom('group', ada, [bob]);
    const rooms = [await makeRoom('group', bob), await makeRoom('group', bob)];
    const said = await say(ada, from, 'News', [ada, bob]);
    const body = { messageId: said.id, roomIds: rooms.map(({ id }) => id), clientId: clientId() };
    const copies = await bob.api.message.forward.mutate(body);
    expect(await bob.api.message.forward.mutate(body)).toEqual(copies);
    for (const { id: roomId } of rooms) {
      expect((await bob.api.message.list.query({ roomId })).items).toHaveLength(1);
    }
  });

  test('what one can not see, or is gone, can not be forwarded', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: secret } = await makeRoom('group', ada);
    const { id: shared } = await makeRoom('group', ada, [bob]);
    const { id: to } = await makeRoom('group', bob);
    const unseen = await say(ada, secret, 'Secret');
    const gone = await say(ada, shared, 'Gone', [ada, bob]);
    await ada.api.message.delete.mutate({ messageIds: [gone.id] });
    for (const messageId of [unseen.id, gone.id, unknownId]) {
      await expectRefusal(bob.api.message.forward.mutate({ messageId, roomIds: [to] }), 'NOT_FOUND');
    }
    await expectRefusal(bob.call('message.forward', { messageId: 'no id', roomIds: [to] }), 'VALIDATION');
    expect((await bob.api.message.list.query({ roomId: to })).items).toEqual([]);
  });

  test('a message is a reply or forwarded, never both', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const asked = await say(ada, roomId, 'Tea?', [ada, bob]);
    const reply = await bob.api.message.send.mutate({ roomId, content: 'Yes', replyToId: asked.id });
    const [copy] = await bob.api.message.forward.mutate({ messageId: reply.id, roomIds: [roomId] });
    expect(copy).toMatchObject({ content: 'Yes', replyTo: null, forwardedFrom: { senderId: bob.id } });
    const forward = { messageId: reply.id, roomIds: [roomId], replyToId: asked.id };
    await expectRefusal(bob.call('message.forward', forward), 'VALIDATION');
    for (const key of ['forwardedFrom', 'forwardedFromId', 'forwardedFromMessageId']) {
      const both = { roomId, content: 'Yes', replyToId: asked.id, [key]: asked.id };
      await expectRefusal(bob.call('message.send', both), 'VALIDATION');
    }
    expect((await bob.api.message.list.query({ roomId })).items).toHaveLength(3);
  });
});
