import { createChat } from '@confab/server';
import { expect, test } from 'vitest';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { onEachDatabase } from '../plugins/databases.js';
import { waitFor } from '../support/wait.js';

onEachDatabase((place) => {
  test('a hook that never ends keeps no other scheduled message from being sent, nor the chat from closing', async () => {
    let stuck = 0;
    const on = {
      'message.send': {
        before: ({ input }: { readonly input: { readonly content: string } }): Promise<undefined> => {
          if (input.content !== 'stuck') return Promise.resolve(undefined);
          stuck += 1;
          return new Promise(() => undefined);
        },
      },
    };
    await using t = await testChat((base) => createChat({ ...base, on }), place);
    const ada = t.as('ada');
    const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea' });
    const later = (ms: number): Date => new Date(t.clock.now().getTime() + ms);
    await ada.message.schedule({ roomId, content: 'stuck', sendAt: later(1_000) });
    await ada.message.schedule({ roomId, content: 'fine', sendAt: later(10_000) });
    const said = async () => (await ada.message.list({ roomId })).items.map(({ content }) => content);
    const pass = async (ms: number, isDone: () => boolean | Promise<boolean>, what: string): Promise<void> => {
      await waitFor(
        async () => {
          await t.clock.advance(ms);
          return isDone();
        },
        { what },
      );
    };
    await pass(1_000, () => stuck === 1, 'the first one to be tried');
    await pass(5_000, async () => (await said()).includes('fine'), 'the second one to be sent');
    // By then the first one is under way again.
    for (let second = 0; second < 5; second += 1) await t.clock.advance(1_000);
    expect(await said()).toEqual(['fine']);
    let isClosed = false;
    const closing = t.chat.close().then(() => (isClosed = true));
    await pass(1_000, () => isClosed, 'the chat to be closed');
    await closing;
  });
});
