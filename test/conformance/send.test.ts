import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientId, expectRefusal, person } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

onEachDatabase('sending', (suite) => {
  for (const kind of ['direct', 'group', 'channel'] as const) {
    test(`a message in a ${kind} reaches both with its content and sender`, async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const room = await makeRoom(kind, ada, [bob]);
      const message = await ada.api.message.send.mutate({ roomId: room.id, content: 'Hello' });
      expect(message).toMatchObject({
        roomId: room.id,
        seq: 2,
        kind: 'user',
        senderId: ada.id,
        sender: { id: ada.id, name: 'Ada', image: null },
        content: 'Hello',
        format: 'text',
        replyTo: null,
        threadId: null,
        threadCount: 0,
        forwardedFrom: null,
        attachments: [],
        mentions: [],
        reactions: [],
        custom: {},
        pinnedAt: null,
        editedAt: null,
        deletedAt: null,
        clientId: null,
      });
      expect(message.createdAt).toBeInstanceOf(Date);
      for (const device of [ada, bob]) {
        const event = await device.event('message.created', ({ data }) => data.message.id === message.id);
        expect(event).toMatchObject({ roomId: room.id, seq: 2, actorId: ada.id });
        expect(event.data.message).toEqual(message);
      }
    });
  }

  test('who is not a member of a private room is told that there is none', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    for (const kind of ['direct', 'group', 'channel'] as const) {
      const room = await makeRoom(kind, ada, [bob]);
      const refused = await expectRefusal(eve.api.message.send.mutate({ roomId: room.id, content: 'Hi' }), 'NOT_FOUND');
      const absent = await expectRefusal(
        eve.api.message.send.mutate({ roomId: unknownId, content: 'Hi' }),
        'NOT_FOUND',
      );
      expect(refused).toEqual(absent);
      expect((await ada.api.message.list.query({ roomId: room.id })).items).toEqual([]);
    }
  });

  test('who is not a member of a public channel may not send to it', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const room = await makeRoom('channel', ada, [], { visibility: 'public' });
    await expectRefusal(eve.api.message.send.mutate({ roomId: room.id, content: 'Hi' }), 'PERMISSION_DENIED');
  });

  test('in a locked group plain members may not send, admins, the owner and the granted may', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const room = await makeRoom('group', ada, [bob, cyd, dan], { locked: true });
    const roomId = room.id;
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await ada.api.room.grant.mutate({ roomId, userIds: [dan.id], permissions: ['message.send'] });
    await expectRefusal(cyd.api.message.send.mutate({ roomId, content: 'no' }), 'PERMISSION_DENIED');
    for (const user of [ada, bob, dan]) await say(user, roomId, 'yes');
  });

  test('in a channel subscribers may not send, the owner, admins and the granted may', async () => {
    const [ada, bob, cyd, dan] = await suite.users('ada', 'bob', 'cyd', 'dan');
    const { id: roomId } = await makeRoom('channel', ada, [bob, cyd, dan]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await ada.api.room.grant.mutate({ roomId, userIds: [dan.id], permissions: ['message.send'] });
    await expectRefusal(cyd.api.message.send.mutate({ roomId, content: 'no' }), 'PERMISSION_DENIED');
    for (const user of [ada, bob, dan]) await say(user, roomId, 'yes');
  });

  test('what is taken from someone counts from the next message on', async () => {
    const [ada, bob, dan] = await suite.users('ada', 'bob', 'dan');
    const { id: roomId } = await makeRoom('channel', ada, [bob, dan]);
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'admin' });
    await ada.api.room.grant.mutate({ roomId, userIds: [dan.id], permissions: ['message.send'] });
    await say(bob, roomId, 'as admin');
    await say(dan, roomId, 'as granted');
    await ada.api.room.setRole.mutate({ roomId, userIds: [bob.id], role: 'member' });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'no' }), 'PERMISSION_DENIED');
    await ada.api.room.revoke.mutate({ roomId, userIds: [dan.id], permissions: ['message.send'] });
    await expectRefusal(dan.api.message.send.mutate({ roomId, content: 'no' }), 'PERMISSION_DENIED');
  });

  test('locking a group counts from the next message on', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await say(bob, roomId, 'open');
    await ada.api.room.update.mutate({ roomId, locked: true });
    await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'no' }), 'PERMISSION_DENIED');
    await ada.api.room.update.mutate({ roomId, locked: false });
    await say(bob, roomId, 'open again');
  });

  test('an unknown room is not found, and a malformed id is invalid', async () => {
    const [ada] = await suite.users('ada');
    await expectRefusal(ada.api.message.send.mutate({ roomId: unknownId, content: 'Hi' }), 'NOT_FOUND');
    await expectRefusal(ada.api.message.send.mutate({ roomId: 'not-an-id', content: 'Hi' }), 'VALIDATION');
  });

  test('a deleted room is not found', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.room.delete.mutate({ roomId });
    for (const user of [ada, bob]) {
      await expectRefusal(user.api.message.send.mutate({ roomId, content: 'Hi' }), 'NOT_FOUND');
    }
  });

  test('missing, empty and invisible content is refused', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await expectRefusal(ada.call('message.send', { roomId }), 'VALIDATION');
    for (const content of ['', '   ', '\n\t', '\u200b\u2060\u00ad', '\u3164', null, 7, {}]) {
      await expectRefusal(ada.call('message.send', { roomId, content }), 'VALIDATION');
    }
    expect((await ada.api.message.list.query({ roomId })).items).toEqual([]);
  });

  test('control characters and lone surrogates are refused', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    for (const content of ['a\u0000b', 'a\u0008b', 'a\u001bb', 'a\ud800b', '\udc00a']) {
      await expectRefusal(ada.api.message.send.mutate({ roomId, content }), 'VALIDATION');
    }
    await say(ada, roomId, 'tab\tline\ncarriage\r return');
  });

  test('content up to the limit is taken and longer content is too large', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'x'.repeat(10_000) }), 'TOO_LARGE');
    await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'x'.repeat(8_001) }), 'TOO_LARGE');
    await say(ada, roomId, 'x'.repeat(8_000), [ada, bob]);
    await say(ada, roomId, '\u{1F600}'.repeat(8_000), [ada, bob]);
  });

  test('so is text that can not be compressed, in one word or many', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const letters = randomBytes(8_000).toString('base64url').slice(0, 8_000);
    const ideographs = Array.from({ length: 8_000 }, () => String.fromCodePoint(0x20000 + randomInt(40_000)));
    for (const content of [letters, letters.replaceAll(/[a-e_-]/g, ' '), ideographs.join('')]) {
      const { id: messageId } = await say(ada, roomId, content, [bob]);
      expect((await bob.api.message.get.query({ messageId })).content).toBe(content);
    }
  });

  test('text of every script comes back byte for byte, markup included', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const texts = [
      'Grüße, 世界! مرحبا שלום 👋🏽 👩‍👩‍👧‍👦 \u{1D11E} e\u0301 vs é',
      '<script>alert("hi")</script><b onclick=x>&amp;</b>',
      "Robert'); DROP TABLE chat_message;--",
      '  spaces around  ',
    ];
    for (const content of texts) {
      const message = await say(ada, roomId, content, [bob]);
      expect(message.content).toBe(content);
      expect(message.format).toBe('text');
    }
    const { items } = await bob.api.message.list.query({ roomId });
    expect(items.map(({ content }) => content)).toEqual(texts);
    expect(bob.events('message.created').map(({ data }) => data.message.content)).toEqual(texts);
    const markdown = await ada.api.message.send.mutate({ roomId, content: '**bold** <i>x</i>', format: 'markdown' });
    expect(markdown).toMatchObject({ content: '**bold** <i>x</i>', format: 'markdown' });
  });

  test('html is refused unless the host turned it on', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    await expectRefusal(ada.api.message.send.mutate({ roomId, content: '<b>x</b>', format: 'html' }), 'VALIDATION');
  });

  test('the sender, the id and the time can not be forged', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    for (const forged of [
      { senderId: bob.id },
      { id: unknownId },
      { createdAt: new Date(0) },
      { seq: 1 },
      { deletedAt: new Date() },
    ]) {
      await expectRefusal(ada.call('message.send', { roomId, content: 'x', ...forged }), 'VALIDATION');
    }
  });

  test('five who send at once store five messages, and each gets all five in the same order', async () => {
    const users = await suite.users('ada', 'bob', 'cyd', 'dan', 'eve');
    const [ada, ...others] = users;
    const { id: roomId } = await makeRoom('group', ada, others);
    const sent = await Promise.all(
      users.map((user) => user.api.message.send.mutate({ roomId, content: `from ${user.id}` })),
    );
    expect(sent.map(({ seq }) => seq).sort()).toEqual(range(2, 6));
    const ordered = [...sent].sort((one, other) => one.seq - other.seq).map(({ id }) => id);
    for (const user of users) {
      await user.until(() => user.events('message.created').length >= 5, 'five messages');
      await user.settle();
      expect(user.events('message.created').map(({ data }) => data.message.id)).toEqual(ordered);
      expect(user.seqs(roomId)).toEqual(range(1, 6));
    }
    const { items } = await ada.api.message.list.query({ roomId });
    expect(items.map(({ id }) => id)).toEqual(ordered);
  });

  test('two devices of one user that send at once both have both messages', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const second = await suite.connect(ada.person);
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await Promise.all([
      ada.api.message.send.mutate({ roomId, content: 'from the first' }),
      second.api.message.send.mutate({ roomId, content: 'from the second' }),
    ]);
    for (const device of [ada, second, bob]) {
      await device.until(() => device.events('message.created').length >= 2, 'two messages');
      await device.settle();
      expect(device.seqs(roomId)).toEqual([1, 2, 3]);
    }
  });

  test('the same client id is one message for ever, and another body under it is a conflict', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const id = clientId();
    const same = await Promise.all(
      Array.from({ length: 5 }, () => ada.api.message.send.mutate({ roomId, content: 'once', clientId: id })),
    );
    expect(new Set(same.map((message) => message.id)).size).toBe(1);
    expect(same[0]?.clientId).toBe(id);
    await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'twice', clientId: id }), 'CONFLICT');
    const others = await bob.api.message.send.mutate({ roomId, content: 'mine', clientId: id });
    expect(others.id).not.toBe(same[0]?.id);
    await ada.api.message.delete.mutate({ messageIds: [same[0]?.id ?? ''] });
    const tombstone = await ada.api.message.send.mutate({ roomId, content: 'once', clientId: id });
    expect(tombstone).toMatchObject({ id: same[0]?.id, content: null });
    expect(tombstone.deletedAt).toBeInstanceOf(Date);
    expect((await ada.api.message.list.query({ roomId })).items).toHaveLength(2);
  });

  test('a client id of another shape is refused', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    for (const id of ['short', 'x'.repeat(65), 'has spaces in it 123', '']) {
      await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'x', clientId: id }), 'VALIDATION');
    }
  });

  test('attachments are stored and returned, alone or with text', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const picture = {
      url: 'https://example.org/a.png',
      type: 'image',
      mime: 'image/png',
      size: 12,
      caption: 'A',
      metadata: { width: 3 },
    } as const;
    const one = await ada.api.message.send.mutate({ roomId, content: '', attachments: [picture] });
    expect(one.attachments).toEqual([picture]);
    const bare = { url: 'https://example.org/b.pdf', type: 'file', mime: 'application/pdf' } as const;
    const two = await ada.api.message.send.mutate({ roomId, content: 'two', attachments: [picture, bare] });
    expect([one.content, two.content]).toEqual(['', 'two']);
    expect(two.attachments).toEqual([picture, { ...bare, size: null, caption: null, metadata: null }]);
    const event = await bob.event('message.created', ({ data }) => data.message.id === two.id);
    expect(event.data.message.attachments).toEqual(two.attachments);
    for (const wrong of [
      { url: 'javascript:alert(1)' },
      { url: 'data:text/html,x' },
      { mime: 'text/html' },
      { type: 'program' },
    ]) {
      await expectRefusal(
        ada.call('message.send', { roomId, content: 'x', attachments: [bare, { ...picture, ...wrong }] }),
        'VALIDATION',
      );
    }
    const { items } = await bob.api.message.list.query({ roomId });
    expect(items.map(({ id }) => id)).toEqual([one.id, two.id]);
  });

  test('a mention names members only, and @room is for admins', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const stranger = person('stranger');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await ada.api.message.send.mutate({
      roomId,
      content: 'hey',
      mentions: [bob.id, stranger.id, '@room'],
    });
    expect([...message.mentions].sort()).toEqual(['@room', bob.id].sort());
    await expectRefusal(
      bob.api.message.send.mutate({ roomId, content: 'hey', mentions: ['@room'] }),
      'PERMISSION_DENIED',
    );
  });
});
