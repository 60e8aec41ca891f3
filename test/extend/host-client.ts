import path from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import { writeClient } from '../../scripts/generate.mjs';
import { schemaText } from '../../scripts/schema.mjs';
import type { PrismaClient } from '../../server/store/generated/sqlite/client.js';
import type { Provider } from '../../server/store/transaction.js';
import type { Database } from '../support/databases.js';

/** Columns that the host under test has on Confab's models. */
const columns: Readonly<Record<string, readonly string[]>> = {
  ChatMessage: ['priority Int @default(1)', 'expiresAt DateTime?'],
  ChatRoom: ['vip Boolean @default(false)'],
  ChatMember: ['nickname String?'],
};

/** The host's own migration of them. Each database has a type of its own for times. */
const migration = (provider: Provider): readonly string[] => [
  'ALTER TABLE "chat_message" ADD COLUMN "priority" INTEGER NOT NULL DEFAULT 1',
  `ALTER TABLE "chat_message" ADD COLUMN "expiresAt" ${provider === 'sqlite' ? 'DATETIME' : 'TIMESTAMP(3)'}`,
  'ALTER TABLE "chat_room" ADD COLUMN "vip" BOOLEAN NOT NULL DEFAULT false',
  'ALTER TABLE "chat_member" ADD COLUMN "nickname" TEXT',
];

/**
 * Brings a database to the schema of a host that extends Confab's models, and returns what makes clients generated from
 * that schema. They are typed as Confab's own, because the types of the host's are not there before the first run.
 */
export async function createHost({ provider, url, db }: Database): Promise<() => PrismaClient> {
  const target = path.join(import.meta.dirname, 'generated', provider);
  let schema = await schemaText(provider);
  for (const [model, fields] of Object.entries(columns)) {
    schema = schema.replace(`model ${model} {`, [`model ${model} {`, ...fields].join('\n'));
  }
  await writeClient(schema, target);
  for (const statement of migration(provider)) await db.$executeRawUnsafe(statement);
  const generated = (await import(path.join(target, 'client.ts'))) as {
    readonly PrismaClient: new (options: { readonly adapter: object }) => PrismaClient;
  };
  return () =>
    new generated.PrismaClient({
      adapter:
        provider === 'sqlite'
          ? new PrismaBetterSqlite3({ url, timeout: 0 })
          : new PrismaPg({ connectionString: url, max: 8, connectionTimeoutMillis: 4_000 }),
    });
}
