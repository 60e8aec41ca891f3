import { expect, it } from 'vitest';
import { CORE_SCHEMA_VERSION } from '../../server/store/meta.js';
import { prismaStore } from '../../server/store/prisma-store.js';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';

const open = (database: Database): Promise<void> => {
  const { provider } = database;
  const client = provider === 'sqlite' ? { writer: database.client(), reader: database.client() } : database.client();
  return prismaStore(client).open();
};

const pretend = (database: Database, schemaVersion: number) =>
  database.db.chatMeta.updateMany({ data: { schemaVersion } });

const versionOf = async (database: Database): Promise<number | undefined> =>
  (await database.db.chatMeta.findFirst())?.schemaVersion;

eachDatabase((database) => {
  it('raises the version of a database that a host’s own migration has brought up to date', async () => {
    await open(database);
    await pretend(database, 1);
    await open(database);
    expect(await versionOf(database)).toBe(CORE_SCHEMA_VERSION);
  });

  it('lets several processes raise it at once', async () => {
    await pretend(database, 1);
    await Promise.all([open(database), open(database), open(database)]);
    expect(await versionOf(database)).toBe(CORE_SCHEMA_VERSION);
  });

  it('refuses tables of a later version and leaves them as they are', async () => {
    await pretend(database, CORE_SCHEMA_VERSION + 1);
    await expect(open(database)).rejects.toThrow(
      `of version ${CORE_SCHEMA_VERSION + 1}, this version of Confab works with ${CORE_SCHEMA_VERSION}. Update @confab/server.`,
    );
    expect(await versionOf(database)).toBe(CORE_SCHEMA_VERSION + 1);
    await pretend(database, CORE_SCHEMA_VERSION);
  });

  it('refuses tables that lack a column, says what to do, and takes them once they were migrated', async () => {
    await pretend(database, 1);
    await database.db.$executeRawUnsafe('ALTER TABLE "chat_member" DROP COLUMN "custom"');
    await expect(open(database)).rejects.toThrow(
      `of version 1, this version of Confab works with ${CORE_SCHEMA_VERSION}. Run \`confab migrate\`, or`,
    );
    expect(await versionOf(database)).toBe(1);
    await database.db.$executeRawUnsafe('ALTER TABLE "chat_member" ADD COLUMN "custom" JSONB');
    await open(database);
    expect(await versionOf(database)).toBe(CORE_SCHEMA_VERSION);
  });
});
