import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Push } from '@confab/server';
import { describe, expect, it } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import { createTestClock } from '../../server/testing/chat/clock.js';
import { onPostgresql } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { waitFor } from '../support/wait.js';

/** Runs a node that dies at this moment. */
async function dieAt(moment: string, { url }: Database): Promise<void> {
  const script = fileURLToPath(new URL('dying-node.js', import.meta.url));
  const child = spawn(process.execPath, [script, moment], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'pipe',
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([signal, said]).toEqual(['SIGKILL', '']);
}

describe('a node that dies', () => {
  onPostgresql((database) => {
    it.each(['enqueued', 'delivering'])('leaves what is %s to another node, which pushes it once', async (moment) => {
      await dieAt(moment, database);
      const [left] = await database.db.chatDelivery.findMany();
      expect(left).toMatchObject({ userId: `bob-${moment}`, state: 'waiting' });

      const pushes: Push[] = [];
      const clock = createTestClock();
      await using chat = createChat({
        store: await database.store(),
        viewer: () => null,
        push: { deliver: (push) => void pushes.push(push) },
        ports: { clock },
      });
      await chat.ready;
      // Longer than a lease.
      await clock.advance(45_000);
      const empty = async () => (await chat.system.deliveries.list()).items.length === 0;
      await waitFor(empty, { what: 'the queue to be empty' });
      expect(pushes).toHaveLength(1);
      expect(pushes[0]).toMatchObject({
        ...{ id: left?.id, subscription: { registration: `phone of ${moment}` } },
        notification: { message: { content: moment } },
      });
    });
  });
});
