import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

async function readersOf(user: Connection, messageId: string): Promise<string[]> {
  const { items } = await user.api.message.receipts.query({ messageId, limit: 100 });
  return items
    .filter(({ readAt }) => readAt !== null)
    .map(({ userId }) => userId)
    .sort();
}

onEachDatabase('reading', (suite) => {
  test('reading a message moves the reader’s mark, and the others hear of it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'read me', [bob]);
    const answer = await bob.api.message.read.mutate({ messageIds: [message.id] });
    expect(answer).toEqual({ marks: [{ roomId, deliveredSeq: message.seq, readSeq: message.seq }] });
    const receipt = await ada.event('receipt.read', (event) => event.roomId === roomId);
    expect(receipt.data).toMatchObject({ userId: bob.id, seq: message.seq });
    expect(receipt.data.at).toBeInstanceOf(Date);
    const { items } = await ada.api.message.receipts.query({ messageId: message.id });
    const mine = items.find(({ userId }) => userId === bob.id);
    expect(mine?.readAt).toBeInstanceOf(Date);
    expect(mine?.deliveredAt).toBeInstanceOf(Date);
  });

  test('reading several messages of a room moves one mark to the newest', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const first = await say(ada, roomId, 'one');
    const second = await say(ada, roomId, 'two', [bob]);
    const { marks } = await bob.api.message.read.mutate({ messageIds: [second.id, first.id] });
    expect(marks).toEqual([{ roomId, deliveredSeq: second.seq, readSeq: second.seq }]);
    await ada.event('receipt.read', ({ data }) => data.userId === bob.id && data.seq === second.seq);
    expect(ada.events('receipt.read', (event) => event.roomId === roomId)).toHaveLength(1);
    for (const { id } of [first, second]) expect(await readersOf(ada, id)).toContain(bob.id);
  });

  test('reading over two rooms moves one mark in each', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const rooms = [await makeRoom('group', ada, [bob]), await makeRoom('direct', ada, [bob])];
    const messages = await Promise.all(rooms.map(({ id }) => say(ada, id, 'hello', [bob])));
    const { marks } = await bob.api.message.read.mutate({ messageIds: messages.map(({ id }) => id) });
    expect(marks.map(({ roomId }) => roomId).sort()).toEqual(rooms.map(({ id }) => id).sort());
    for (const message of messages) {
      await ada.event('receipt.read', (event) => event.roomId === message.roomId && event.data.seq === message.seq);
    }
  });

  test('one message that is not the reader’s to see refuses the whole call and moves nothing', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const shared = await makeRoom('group', ada, [bob]);
    const own = await makeRoom('group', ada);
    const visible = await say(ada, shared.id, 'for both', [bob]);
    const hidden = await say(ada, own.id, 'for me');
    for (const foreign of [hidden.id, unknownId]) {
      await expectRefusal(bob.api.message.read.mutate({ messageIds: [visible.id, foreign] }), 'NOT_FOUND');
      await expectRefusal(bob.api.message.ack.mutate({ messageIds: [foreign, visible.id] }), 'NOT_FOUND');
    }
    await expectRefusal(bob.api.message.read.mutate({ roomId: own.id, seq: 1 }), 'NOT_FOUND');
    const { me } = await bob.api.room.get.query({ roomId: shared.id });
    expect(me).toMatchObject({ readSeq: expect.any(Number), deliveredSeq: expect.any(Number) });
    expect(me?.readSeq).toBeLessThan(visible.seq);
    expect(me?.deliveredSeq).toBeLessThan(visible.seq);
    expect(await readersOf(ada, visible.id)).not.toContain(bob.id);
  });

  test('reading again succeeds, changes nothing and tells nobody', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'once', [bob]);
    const first = await bob.api.message.read.mutate({ messageIds: [message.id] });
    await ada.event('receipt.read', (event) => event.roomId === roomId);
    const again = await bob.api.message.read.mutate({ messageIds: [message.id] });
    expect(again).toEqual(first);
    await say(ada, roomId, 'later', [ada, bob]);
    await ada.settle();
    expect(ada.events('receipt.read', ({ data }) => data.seq === message.seq)).toHaveLength(1);
  });

  test('marks only move forward and are clamped to the head', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const first = await say(ada, roomId, 'one');
    const second = await say(ada, roomId, 'two');
    const far = await bob.api.message.read.mutate({ roomId, seq: 9_999_999 });
    expect(far.marks).toEqual([{ roomId, deliveredSeq: second.seq, readSeq: second.seq }]);
    const back = await bob.api.message.read.mutate({ roomId, seq: first.seq });
    expect(back.marks).toEqual(far.marks);
  });

  test('five readers at once leave five receipts', async () => {
    const [ada, ...readers] = await suite.users('ada', 'bob', 'cyd', 'dan', 'eve', 'fay');
    const { id: roomId } = await makeRoom('group', ada, readers);
    const message = await say(ada, roomId, 'read me', readers);
    await Promise.all(readers.map((reader) => reader.api.message.read.mutate({ messageIds: [message.id] })));
    const wanted = readers.map(({ id }) => id).sort();
    const found = await readersOf(ada, message.id);
    expect(found.filter((id) => id !== ada.id)).toEqual(wanted);
    await ada.until(
      () =>
        new Set(ada.events('receipt.read', (event) => event.roomId === roomId).map(({ data }) => data.userId)).size >=
        5,
      'a receipt of each reader',
    );
  });

  test('a receipt reaches every device of the sender, and of the reader', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const [adaToo, bobToo] = [await suite.connect(ada.person), await suite.connect(bob.person)];
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'read me', [bob]);
    await bob.api.message.read.mutate({ roomId, seq: message.seq });
    for (const device of [ada, adaToo, bobToo]) {
      await device.event('receipt.read', ({ data }) => data.userId === bob.id && data.seq === message.seq);
    }
  });

  test('reading clears what is unread, on every device', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const first = await say(ada, roomId, 'one');
    await say(ada, roomId, 'two', [bob]);
    expect(await bob.api.notification.unread.query({})).toEqual({
      total: 2,
      mentions: 0,
      rooms: [{ roomId, unread: 2, mentions: 0 }],
    });
    expect((await ada.api.notification.unread.query({})).total).toBe(0);
    await bob.api.message.read.mutate({ roomId, seq: first.seq });
    const { items } = await bob.api.room.list.query({});
    expect(items).toMatchObject([{ id: roomId, unread: 1, mentions: 0, lastMessage: { content: 'two' } }]);
  });
});

onEachDatabase('acknowledging', (suite) => {
  test('an acknowledgement moves the delivered mark alone, and the sender hears of it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'take it', [bob]);
    const { marks } = await bob.api.message.ack.mutate({ messageIds: [message.id] });
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ roomId, deliveredSeq: message.seq });
    expect(marks[0]?.readSeq).toBeLessThan(message.seq);
    const receipt = await ada.event('receipt.delivered', (event) => event.roomId === roomId);
    expect(receipt.data).toMatchObject({ userId: bob.id, seq: message.seq });
    expect(await readersOf(ada, message.id)).not.toContain(bob.id);
    const { items } = await ada.api.message.receipts.query({ messageId: message.id });
    expect(items.find(({ userId }) => userId === bob.id)).toMatchObject({
      deliveredAt: expect.any(Date),
      readAt: null,
    });
  });

  test('who may not see a message can not acknowledge it', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'not yours', [bob]);
    await expectRefusal(eve.api.message.ack.mutate({ messageIds: [message.id] }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.ack.mutate({ roomId, seq: message.seq }), 'NOT_FOUND');
    await ada.settle();
    expect(ada.events('receipt.delivered')).toEqual([]);
    const { items } = await ada.api.message.receipts.query({ messageId: message.id });
    expect(items.some(({ userId }) => userId === eve.id)).toBe(false);
  });

  test('what was delivered but not acknowledged stays pending, on every device', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'pending', [bob]);
    const pending = { rooms: [{ roomId, unread: 1, mentions: 0, lastMessage: { id: message.id } }] };
    expect(await bob.api.notification.pending.query({})).toMatchObject(pending);
    const second = await suite.connect(bob.person);
    expect((await second.event('ready')).data.pending).toMatchObject(pending.rooms);
    await bob.api.message.ack.mutate({ roomId, seq: message.seq });
    expect(await bob.api.notification.pending.query({})).toEqual({ rooms: [] });
    const third = await suite.connect(bob.person);
    expect((await third.event('ready')).data.pending).toEqual([]);
  });

  test('sending moves no mark', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const before = (await ada.api.room.get.query({ roomId })).me;
    await say(ada, roomId, 'mine');
    const after = (await ada.api.room.get.query({ roomId })).me;
    expect([after?.readSeq, after?.deliveredSeq]).toEqual([before?.readSeq, before?.deliveredSeq]);
  });
});

onEachDatabase('reacting', (suite) => {
  test('a reaction reaches everyone with its emoji and the counts', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'nice', [bob]);
    const answer = await bob.api.message.react.mutate({ messageId: message.id, emoji: '👍🏽' });
    expect(answer).toEqual({ messageId: message.id, reactions: [{ emoji: '👍🏽', count: 1, mine: true }] });
    for (const device of [ada, bob]) {
      const event = await device.event('message.reaction', (found) => found.roomId === roomId);
      expect(event).toMatchObject({ seq: message.seq + 1, actorId: bob.id });
      expect(event.data).toEqual({
        messageId: message.id,
        userId: bob.id,
        emoji: '👍🏽',
        action: 'add',
        reactions: [{ emoji: '👍🏽', count: 1 }],
      });
    }
    expect((await ada.api.message.get.query({ messageId: message.id })).reactions).toEqual([
      { emoji: '👍🏽', count: 1, mine: false },
    ]);
  });

  test('the same reaction twice, also from two devices at once, is one reaction and one event', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const second = await suite.connect(bob.person);
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'nice', [bob]);
    const reaction = { messageId: message.id, emoji: '🎉' };
    await Promise.all([bob, second, bob, second].map((device) => device.api.message.react.mutate(reaction)));
    const last = await say(ada, roomId, 'after', [ada, bob]);
    expect(ada.events('message.reaction')).toHaveLength(1);
    expect(last.seq).toBe(message.seq + 2);
    expect((await ada.api.message.get.query({ messageId: message.id })).reactions).toMatchObject([
      { emoji: '🎉', count: 1 },
    ]);
  });

  test('another reaction replaces the first', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'nice', [bob]);
    await bob.api.message.react.mutate({ messageId: message.id, emoji: '👍' });
    const { reactions } = await bob.api.message.react.mutate({ messageId: message.id, emoji: '👎' });
    expect(reactions).toEqual([{ emoji: '👎', count: 1, mine: true }]);
    const event = await ada.event('message.reaction', ({ data }) => data.emoji === '👎');
    expect(event.data).toMatchObject({ action: 'add', replaced: '👍', reactions: [{ emoji: '👎', count: 1 }] });
  });

  test('a reaction can be taken back, twice is fine and tells nobody', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'nice', [bob]);
    const reaction = { messageId: message.id, emoji: '👍' };
    await bob.api.message.react.mutate(reaction);
    expect((await bob.api.message.unreact.mutate(reaction)).reactions).toEqual([]);
    const event = await ada.event('message.reaction', ({ data }) => data.action === 'remove');
    expect(event.data).toEqual({ messageId: message.id, userId: bob.id, emoji: '👍', action: 'remove', reactions: [] });
    expect((await bob.api.message.unreact.mutate(reaction)).reactions).toEqual([]);
    const last = await say(ada, roomId, 'after', [ada]);
    expect(last.seq).toBe(message.seq + 3);
  });

  test('five users react at once, and each reaction counts', async () => {
    const [ada, ...others] = await suite.users('ada', 'bob', 'cyd', 'dan', 'eve', 'fay');
    const { id: roomId } = await makeRoom('group', ada, others);
    const message = await say(ada, roomId, 'nice', others);
    await Promise.all(
      others.map((user, index) =>
        user.api.message.react.mutate({ messageId: message.id, emoji: index < 3 ? '👍' : '🎉' }),
      ),
    );
    const { reactions } = await ada.api.message.get.query({ messageId: message.id });
    expect([...reactions].sort((one, other) => other.count - one.count)).toEqual([
      { emoji: '👍', count: 3, mine: false },
      { emoji: '🎉', count: 2, mine: false },
    ]);
    await ada.until(() => ada.events('message.reaction').length >= 5, 'five reactions');
    const counts = ada
      .events('message.reaction')
      .map(({ data }) => data.reactions.reduce((sum, { count }) => sum + count, 0));
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });

  test('a deleted message takes no reaction', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    const message = await say(ada, roomId, 'gone', [bob]);
    await bob.api.message.react.mutate({ messageId: message.id, emoji: '👍' });
    await ada.api.message.delete.mutate({ messageIds: [message.id] });
    await expectRefusal(bob.api.message.react.mutate({ messageId: message.id, emoji: '👍' }), 'NOT_FOUND');
    expect((await bob.api.message.get.query({ messageId: message.id })).reactions).toEqual([]);
  });

  test('an empty, invisible or far too long reaction is refused', async () => {
    const [ada] = await suite.users('ada');
    const { id: roomId } = await makeRoom('group', ada);
    const message = await say(ada, roomId, 'nice');
    for (const emoji of ['', '  ', '\u200b', null, 7]) {
      await expectRefusal(ada.call('message.react', { messageId: message.id, emoji }), 'VALIDATION');
    }
    await expectRefusal(ada.call('message.react', { messageId: message.id }), 'VALIDATION');
    await expectRefusal(
      ada.api.message.react.mutate({ messageId: message.id, emoji: 'x'.repeat(129) }),
      'VALIDATION',
      'TOO_LARGE',
    );
  });

  test('who can not see a message can not react to it', async () => {
    const [ada, eve] = await suite.users('ada', 'eve');
    const { id: roomId } = await makeRoom('group', ada);
    const message = await say(ada, roomId, 'mine');
    await expectRefusal(eve.api.message.react.mutate({ messageId: message.id, emoji: '👍' }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.react.mutate({ messageId: unknownId, emoji: '👍' }), 'NOT_FOUND');
    const found = await waitFor(() => ada.api.message.get.query({ messageId: message.id }), { what: 'the message' });
    expect(found.reactions).toEqual([]);
  });
});
