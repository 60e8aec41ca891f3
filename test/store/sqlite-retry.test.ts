import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sqliteRetry } from '../../server/index.js';
import { onSqlite } from '../support/databases.js';

onSqlite((database) => {
  const user = (id: string) => ({ data: { id, name: null, image: null, updatedAt: new Date() } });

  /** Runs `work` while a chat transaction holds the database, which ends only when it is told to. */
  async function whileLocked(work: (release: () => void) => Promise<void>): Promise<void> {
    const store = await database.store();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let transaction: Promise<void> | undefined;
    await new Promise<void>((resolve) => {
      transaction = store.transaction(() => {
        resolve();
        return released;
      });
    });
    try {
      await work(release);
    } finally {
      release();
      await transaction;
    }
  }

  test("a host's write fails while a chat transaction holds the database", async () => {
    const host = database.client();
    await whileLocked(async () => {
      await expect(host.chatUser.create(user('bare'))).rejects.toMatchObject({ code: 'P1008' });
    });
  });

  test('an extended client waits for it, and the process goes on meanwhile', async () => {
    const host = database.client().$extends(sqliteRetry);
    await whileLocked(async (release) => {
      let isWritten = false;
      const written = host.chatUser.create(user('patient')).then(() => (isWritten = true));
      for (let turns = 0; turns < 100; turns += 1) await turn();
      expect(isWritten).toBe(false);
      release();
      await written;
    });
    expect(await database.db.chatUser.count({ where: { id: 'patient' } })).toBe(1);
  });

  test('what fails for another reason fails at once', async () => {
    const host = database.client().$extends(sqliteRetry);
    await host.chatUser.create(user('twice'));
    await expect(host.chatUser.create(user('twice'))).rejects.toMatchObject({ code: 'P2002' });
  });
});
