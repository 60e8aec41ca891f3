import { expect, test } from 'vitest';
import { messageOperations as message } from '../../../server/operations/messages/index.js';
import { onEachStage } from './suite.js';
import { expectRefused } from './stage.js';

onEachStage('reacting', (stage) => {
  test('another reaction replaces the first, and repeating changes nothing', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const { id: messageId } = await stage().call(message.send, 'ada', { roomId, content: 'nice' });
    await stage().call(message.react, 'bob', { messageId, emoji: '👍' });
    await stage().call(message.react, 'ada', { messageId, emoji: '👎' });
    const answer = await stage().call(message.react, 'bob', { messageId, emoji: '👎' });
    expect(answer).toEqual({ messageId, reactions: [{ emoji: '👎', count: 2, mine: true }] });
    expect(await stage().call(message.react, 'bob', { messageId, emoji: '👎' })).toEqual(answer);
    const events = stage().rows.filter((row) => row.roomId === roomId && row.type === 'message.reaction');
    expect(events.map(({ data }) => [data.userIds?.[0], data.emoji, data.replaced])).toEqual([
      ['bob', '👍', undefined],
      ['ada', '👎', undefined],
      ['bob', '👎', '👍'],
    ]);
  });

  test('the author is told once per person, however often it is taken back and given again', async () => {
    const { id: roomId } = await stage().room('group', ['ann', 'bob', 'cyd']);
    const { id: messageId } = await stage().call(message.send, 'ann', { roomId, content: 'nice' });
    await stage().call(message.react, 'ann', { messageId, emoji: '👍' });
    for (const emoji of ['👍', '👎', '👍']) await stage().call(message.react, 'bob', { messageId, emoji });
    await stage().call(message.unreact, 'bob', { messageId, emoji: '👍' });
    await stage().call(message.unreact, 'bob', { messageId, emoji: '👍' });
    await stage().call(message.react, 'bob', { messageId, emoji: '👍' });
    await stage().call(message.react, 'cyd', { messageId, emoji: '👍' });
    const told = stage().rows.filter((row) => row.type === 'notification' && row.roomId === 'u:ann');
    expect(told.map((row) => row.actorId)).toEqual(['bob', 'cyd']);
    expect(
      stage()
        .types(roomId)
        .filter((type) => type === 'message.reaction'),
    ).toHaveLength(7);
  });

  test('what can not be seen is no reaction', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const { id: messageId } = await stage().call(message.send, 'ada', { roomId, content: 'nice' });
    for (const emoji of ['', ' ', '\u200d', 'a\nb', '\ud83d', 'x'.repeat(129)]) {
      await expectRefused(stage().call(message.react, 'ada', { messageId, emoji }), 'VALIDATION');
    }
    await stage().call(message.react, 'ada', { messageId, emoji: '👩‍👩‍👧‍👦' });
  });
});

onEachStage(
  'reacting with many',
  (stage) => {
    test('a user may react several times, and a message carries a bounded number of emoji', async () => {
      const { id: roomId } = await stage().room('group', ['ada', 'bob']);
      const { id: messageId } = await stage().call(message.send, 'ada', { roomId, content: 'nice' });
      for (let index = 0; index < 100; index += 1)
        await stage().call(message.react, 'bob', { messageId, emoji: `e${index}` });
      await expectRefused(stage().call(message.react, 'bob', { messageId, emoji: 'one more' }), 'CONFLICT');
      const { reactions } = await stage().call(message.react, 'ada', { messageId, emoji: 'e7' });
      expect(reactions).toHaveLength(100);
      expect(reactions.find(({ emoji }) => emoji === 'e7')).toEqual({ emoji: 'e7', count: 2, mine: true });
    });
  },
  { settings: { reactions: 'many' } },
);
