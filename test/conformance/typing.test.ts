import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

onEachDatabase('typing', (suite) => {
  test('typing reaches every device of the others, and none of the typist’s', async () => {
    const [ada, bob, cyd] = await suite.users('ada', 'bob', 'cyd');
    const [adaToo, bobToo] = [await suite.connect(ada.person), await suite.connect(bob.person)];
    const { id: roomId } = await makeRoom('group', ada, [bob, cyd]);
    await ada.api.message.typing.mutate({ roomId, typing: true });
    for (const device of [bob, bobToo, cyd]) {
      const event = await device.event('typing', (found) => found.roomId === roomId);
      expect(event.data).toEqual({ userId: ada.id, typing: true });
      expect(event.seq).toBeUndefined();
    }
    for (const device of [ada, adaToo]) {
      await device.settle();
      expect(device.events('typing')).toEqual([]);
    }
  });

  test('typing again within two seconds is accepted and not passed on, stopping always is', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('direct', ada, [bob]);
    await ada.api.message.typing.mutate({ roomId, typing: true });
    await ada.api.message.typing.mutate({ roomId, typing: true });
    await ada.api.message.typing.mutate({ roomId, typing: false });
    await bob.event('typing', ({ data }) => !data.typing);
    expect(bob.events('typing').map(({ data }) => data.typing)).toEqual([true, false]);
  });

  test('typing is not kept: who comes later hears nothing of it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const { id: roomId } = await makeRoom('group', ada, [bob]);
    await ada.api.message.typing.mutate({ roomId, typing: true });
    await bob.event('typing');
    const second = await suite.connect(bob.person);
    await say(ada, roomId, 'done', [second]);
    expect(second.events('typing')).toEqual([]);
    expect(second.seqs(roomId)).toEqual([2]);
  });

  test('who may not send may not type', async () => {
    const [ada, bob, eve] = await suite.users('ada', 'bob', 'eve');
    const channel = await makeRoom('channel', ada, [bob]);
    const locked = await makeRoom('group', ada, [bob], { locked: true });
    for (const { id: roomId } of [channel, locked]) {
      await expectRefusal(bob.api.message.typing.mutate({ roomId, typing: true }), 'PERMISSION_DENIED');
      await expectRefusal(eve.api.message.typing.mutate({ roomId, typing: true }), 'NOT_FOUND');
    }
    await ada.settle();
    expect(ada.events('typing')).toEqual([]);
  });
});

onEachDatabase(
  'typing that is never stopped',
  (suite) => {
    test('ends by itself after six seconds', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('direct', ada, [bob]);
      await ada.api.message.typing.mutate({ roomId, typing: true });
      await bob.event('typing', ({ data }) => data.typing);
      const start = performance.now();
      await bob.event('typing', ({ data }) => !data.typing, { timeoutMs: 12_000 });
      expect(performance.now() - start).toBeGreaterThan(4_000);
    });
  },
  { providers: ['sqlite'] },
);
