import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { clientId, connect, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

/** Sends as a careful client does: the same client id until there is an answer. */
async function sendForSure(sender: Connection, roomId: string, content: string) {
  const input = { roomId, content, clientId: clientId() };
  return waitFor(
    async () => {
      try {
        return await sender.api.message.send.mutate(input);
      } catch (error) {
        const chat =
          error instanceof TRPCClientError ? (error.data as { chat?: { code: string } } | undefined)?.chat : undefined;
        // Only a lost connection and `UNAVAILABLE` leave open whether it was sent.
        if (chat !== undefined && chat.code !== 'UNAVAILABLE') throw error;
        return undefined;
      }
    },
    { what: `${content} to be acknowledged`, timeoutMs: 45_000 },
  );
}

onEachDatabase(
  'a server that dies',
  (suite) => {
    test('in the middle of sending and starts again has every acknowledged message exactly once', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const acknowledged: { id: string; content: string | null; seq: number }[] = [];
      const sending = range(1, 80).map(async (index) => {
        acknowledged.push(await sendForSure(ada, roomId, `message ${index}`));
      });
      await waitFor(() => acknowledged.length >= 1, { what: 'the first acknowledgement' });
      await suite.server.kill('SIGKILL');
      await suite.server.restart();
      await Promise.all(sending);

      const stored = (await bob.api.message.list.query({ roomId, limit: 100 })).items;
      expect(stored).toHaveLength(80);
      expect(new Set(stored.map(({ content }) => content))).toEqual(
        new Set(range(1, 80).map((index) => `message ${index}`)),
      );
      for (const message of acknowledged) {
        expect(stored.find(({ id }) => id === message.id)).toMatchObject({
          content: message.content,
          seq: message.seq,
        });
      }
      for (const user of [ada, bob]) {
        await user.until(() => user.seqs(roomId).length >= 81, 'all eighty messages', 20_000);
        await user.settle();
        expect(user.seqs(roomId)).toEqual(range(1, 81));
        expect(user.errors).toEqual([]);
      }
    });

    test('between an acknowledgement and its delivery delivers after the restart', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      bob.offline();
      const message = await ada.api.message.send.mutate({ roomId, content: 'the last words' });
      await suite.server.kill('SIGKILL');
      bob.online();
      await suite.server.restart();
      const event = await bob.event('message.created', ({ data }) => data.message.id === message.id, {
        timeoutMs: 20_000,
      });
      expect(event.data.message.content).toBe('the last words');
      await say(ada, roomId, 'and on it goes', [bob]);
      expect(bob.seqs(roomId)).toEqual([1, 2, 3]);
    });

    test('on SIGTERM drains, exits 0, and its clients come back to the next one', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      await suite.server.kill('SIGTERM');
      expect(suite.server.exitCode).toBe(0);
      expect(ada.closes.map(({ code }) => code)).toContain(1001);
      await suite.server.restart();
      await say(ada, roomId, 'welcome back', [ada, bob]);
      expect(bob.seqs(roomId)).toEqual([1, 2]);
      await using late = await connect(suite.server, person('late'));
      expect(late.events('ready')).toHaveLength(1);
    });
  },
  { alone: true },
);
