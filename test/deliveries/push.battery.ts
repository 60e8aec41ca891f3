import { PushGoneError } from '@confab/server';
import type { Push, PushOption } from '@confab/server';
import { expect, test } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import type { SettingsInput } from '../../server/settings.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { onEachDatabase } from '../plugins/databases.js';
import type { TestPlace } from '../plugins/databases.js';
import { waitFor } from '../support/wait.js';

type Deliver = PushOption['deliver'];

/** A chat that pushes by this function, and every push it was handed. */
async function pushing(place: TestPlace, deliver: Deliver = () => undefined, settings: SettingsInput = {}) {
  const pushes: Push[] = [];
  let answer = deliver;
  const push: PushOption = {
    deliver: (one, options) => {
      pushes.push(one);
      return answer(one, options);
    },
  };
  const t = await testChat((base) => createChat({ ...base, push, settings }), place);
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea', members: ['bob', 'cy'] });
  const subscribe = (userId: string, device = userId) => t.as(userId).push.subscribe({ registration: { device } });
  const listed = async () => (await t.system.deliveries.list()).items;
  const quiet = () => waitFor(async () => (await listed()).length === 0, { what: 'the queue to be empty' });
  const failed = (attempts = 1) =>
    waitFor(async () => (await listed()).find((one) => one.attempts === attempts && one.claimedUntil === null), {
      what: `attempt ${attempts} to fail`,
    });
  /** Resolves when everything committed so far was worked out: a push to a device that always gets one has come. */
  const worked = async () => {
    await subscribe('watcher');
    const { id } = await t.as('sentry').room.create({ kind: 'direct', members: ['watcher'] });
    await t.as('sentry').message.send({ roomId: id, content: 'done' });
    await waitFor(() => pushes.some(({ notification }) => notification.roomId === id), { what: 'the last push' });
    await quiet();
    return pushes.filter(({ subscription }) => subscription.userId !== 'watcher');
  };
  return {
    ...{ t, ada, roomId, pushes, subscribe, listed, quiet, failed, worked },
    answer: (next: Deliver) => void (answer = next),
    [Symbol.asyncDispose]: () => t.close(),
  };
}

const arrived = (pushes: readonly Push[], count: number) =>
  waitFor(() => pushes.length >= count, { what: `${count} pushes`, seen: () => pushes });

onEachDatabase((place) => {
  test('every device of everybody concerned is pushed once, with what there is to show', async () => {
    await using on = await pushing(place);
    const devices = [await on.subscribe('bob', 'phone'), await on.subscribe('bob', 'tablet'), await on.subscribe('cy')];
    await on.subscribe('ada');
    await on.subscribe('eve');
    const first = await on.ada.message.send({ roomId: on.roomId, content: 'Tea?', mentions: ['bob'] });
    const pushes = await on.worked();
    expect(pushes.map(({ subscription }) => subscription.id).toSorted()).toEqual(
      devices.map(({ id }) => id).toSorted(),
    );
    expect(new Set(pushes.map(({ id }) => id)).size).toBe(3);
    const phone = pushes.find(({ subscription }) => subscription.id === devices[0]?.id);
    expect(phone).toMatchObject({
      subscription: { userId: 'bob', registration: { device: 'phone' } },
      notification: {
        ...{ kind: 'mention', roomId: on.roomId, room: { kind: 'group', name: 'Tea' }, messageId: first.id },
        ...{ message: { id: first.id, content: 'Tea?' }, senderId: 'ada', sender: { id: 'ada' } },
        unread: { total: 1, mentions: 1 },
      },
    });
    const [theirs] = pushes.filter(({ subscription }) => subscription.userId === 'cy');
    expect(theirs?.notification).toMatchObject({ kind: 'message', unread: { total: 1, mentions: 0 } });
  });

  test('reactions, invitations and additions are pushed, too, and a mention once', async () => {
    await using on = await pushing(place);
    await on.subscribe('bob');
    const { id: messageId } = await on.t.as('bob').message.send({ roomId: on.roomId, content: 'hi' });
    await on.t.as('cy').message.react({ messageId, emoji: '👍' });
    const { id: roomId } = await on.ada.room.create({ kind: 'group', name: 'Cake' });
    await on.ada.room.addMembers({ roomId, userIds: ['bob'] });
    await on.ada.message.send({ roomId, content: 'bob', mentions: ['bob'] });
    const { id: askedTo } = await on.ada.room.create({ kind: 'group', name: 'Coffee' });
    await on.ada.room.createInvite({ roomId: askedTo, userId: 'bob' });
    const pushes = await on.worked();
    expect(pushes.map(({ notification }) => [notification.kind, notification.senderId]).toSorted()).toEqual([
      ['added', 'ada'],
      ['invite', 'ada'],
      ['mention', 'ada'],
      ['reaction', 'cy'],
    ]);
    const reaction = pushes.find(({ notification }) => notification.kind === 'reaction');
    const invite = pushes.find(({ notification }) => notification.kind === 'invite');
    expect(invite?.notification).toMatchObject({ roomId: askedTo, room: { name: 'Coffee' }, message: null });
    expect(reaction?.notification).toMatchObject({ messageId, message: { content: 'hi' }, roomId: on.roomId });
  });

  test('preferences, blocks and do-not-disturb are asked', async () => {
    await using on = await pushing(place);
    for (const userId of ['bob', 'cy', 'dee', 'eve']) await on.subscribe(userId);
    await on.ada.room.addMembers({ roomId: on.roomId, userIds: ['dee', 'eve'] });
    await on.worked();
    on.pushes.length = 0;
    await on.t.as('bob').room.setPreferences({ roomId: on.roomId, notify: 'mentions' });
    await on.t.as('cy').user.block({ userId: 'ada' });
    const until = new Date(on.t.clock.now().getTime() + 3_600_000);
    await on.t.as('dee').notification.setPreferences({ doNotDisturb: { until } });
    await on.ada.message.send({ roomId: on.roomId, content: 'Tea?' });
    expect((await on.worked()).map(({ subscription }) => subscription.userId)).toEqual(['eve']);
  });

  test('a device in use is not pushed; once it is away it is', async () => {
    await using on = await pushing(place);
    const bob = await on.t.client('bob');
    await bob.api.chat.push.subscribe.mutate({ registration: 'phone' });
    await on.subscribe('bob', 'tablet');
    await on.ada.message.send({ roomId: on.roomId, content: 'one' });
    expect((await on.worked()).map(({ subscription }) => subscription.registration)).toEqual([{ device: 'tablet' }]);
    await bob.close();
    await waitFor(
      async () => {
        on.pushes.length = 0;
        await on.ada.message.send({ roomId: on.roomId, content: 'two' });
        return (await on.worked()).length === 2;
      },
      { what: 'both devices to be pushed' },
    );
  });

  test('whoever read it, left, or had it deleted before the push was made is not pushed', async () => {
    await using on = await pushing(place, () => {
      throw new Error('not now');
    });
    for (const userId of ['bob', 'cy', 'dee']) await on.subscribe(userId);
    await on.ada.room.addMembers({ roomId: on.roomId, userIds: ['dee'] });
    await arrived(on.pushes, 1);
    await on.t.as('dee').room.leave({ roomId: on.roomId });
    const { id, seq } = await on.ada.message.send({ roomId: on.roomId, content: 'a secret' });
    await arrived(on.pushes, 3);
    const other = await on.ada.message.send({ roomId: on.roomId, content: 'fine' });
    await arrived(on.pushes, 5);
    on.answer(() => undefined);
    await on.t.as('bob').message.read({ roomId: on.roomId, seq: other.seq });
    await on.ada.message.delete({ messageIds: [id] });
    on.pushes.length = 0;
    await on.t.clock.advance(8_000);
    const late = await on.worked();
    expect(late.map(({ subscription, notification }) => [subscription.userId, notification.message?.content])).toEqual([
      ['cy', 'fine'],
    ]);
    expect(seq).toBeLessThan(other.seq);
  });

  test('a push that fails is tried again under its id, and after eight times given up', async () => {
    await using on = await pushing(place, () => Promise.reject(new Error('the service is down')));
    await on.subscribe('bob');
    await on.ada.message.send({ roomId: on.roomId, content: 'one' });
    for (let attempt = 1; attempt < 8; attempt += 1) {
      const { nextAttemptAt } = await on.failed(attempt);
      await on.t.clock.advance(Math.max(0, nextAttemptAt.getTime() - on.t.clock.now().getTime() - 1_500));
      await on.t.clock.advance(3_000);
    }
    const letter = await waitFor(async () => (await on.listed()).find(({ state }) => state === 'dead'), {
      what: 'the dead letter',
    });
    expect(letter).toMatchObject({ kind: 'push', userId: 'bob', attempts: 8, lastError: 'Error: the service is down' });
    expect(on.pushes).toHaveLength(8);
    expect(new Set(on.pushes.map(({ id }) => id)).size).toBe(1);
    on.answer(() => undefined);
    await on.t.system.deliveries.retry({ id: letter.id });
    await on.quiet();
    expect(on.pushes).toHaveLength(9);
  });

  test('a function that hangs harms neither the chat nor other pushes, and is called again', async () => {
    await using on = await pushing(place, ({ subscription }) =>
      subscription.userId === 'bob' ? new Promise<void>(() => undefined) : undefined,
    );
    for (const userId of ['bob', 'cy']) await on.subscribe(userId);
    await on.ada.message.send({ roomId: on.roomId, content: 'one' });
    await arrived(on.pushes, 2);
    await on.t.clock.advance(10_000);
    expect(await on.failed()).toMatchObject({ userId: 'bob', lastError: 'There was no answer within 10000 ms.' });
    expect(await on.listed()).toHaveLength(1);
  });

  test('a device that is gone is forgotten, whichever way the function says so', async () => {
    await using on = await pushing(place, ({ subscription }) => {
      if (subscription.userId === 'cy') throw new PushGoneError();
      return { gone: true };
    });
    await on.subscribe('bob');
    await on.subscribe('cy');
    await on.ada.message.send({ roomId: on.roomId, content: 'one' });
    await arrived(on.pushes, 2);
    await on.quiet();
    on.answer(() => undefined);
    await on.ada.message.send({ roomId: on.roomId, content: 'two' });
    expect(await on.worked()).toHaveLength(2);
  });

  test('with notifications off nothing is pushed', async () => {
    await using on = await pushing(place, () => undefined, { notifications: false });
    await on.subscribe('bob');
    await on.ada.message.send({ roomId: on.roomId, content: 'one', mentions: ['bob'] });
    await on.t.clock.advance(5_000);
    expect([on.pushes, await on.listed()]).toEqual([[], []]);
  });

  test('two nodes push once', async () => {
    await using on = await pushing(place);
    const other = await on.t.node();
    for (const userId of ['bob', 'cy']) await on.subscribe(userId);
    const sends = Array.from({ length: 40 }, (_, nth) =>
      (nth % 2 === 0 ? on.t : other).as('ada').message.send({ roomId: on.roomId, content: `${nth}` }),
    );
    const sent = await Promise.all(sends);
    await arrived(on.pushes, 80);
    const keys = (await on.worked()).map(
      ({ subscription, notification }) => `${subscription.id} ${notification.messageId}`,
    );
    expect(keys).toHaveLength(80);
    expect(new Set(keys).size).toBe(80);
    expect(new Set(on.pushes.map(({ notification }) => notification.messageId)).size).toBe(sent.length + 1);
  });

  test('what took too long to be pushed is not news any more', async () => {
    await using on = await pushing(place, () => Promise.reject(new Error('down')));
    await on.subscribe('bob');
    await on.ada.message.send({ roomId: on.roomId, content: 'one' });
    const { id } = await on.failed();
    on.answer(() => undefined);
    // Nobody claims while the clock leaps over a day.
    await on.t.chat.close();
    await on.t.clock.advance(25 * 60 * 60 * 1_000);
    on.pushes.length = 0;
    await on.t.restart();
    await on.quiet();
    expect(on.pushes.map((push) => push.id)).not.toContain(id);
  });
});
