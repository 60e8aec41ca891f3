import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import { createChat } from '../../server/create-chat.js';
import { PrismaClient as PostgresqlClient } from '../../server/store/generated/postgresql/client.js';
import { PrismaClient as SqliteClient } from '../../server/store/generated/sqlite/client.js';
import { prismaStore } from '../../server/store/prisma-store.js';
import { createManualClock } from '../operations/messages/manual-clock.js';
import type { Database } from '../support/databases.js';

/** A chat whose every statement is counted. Nothing happens by itself in it, so what is counted is what was asked for. */
export interface CountedChat extends AsyncDisposable {
  readonly chat: ReturnType<typeof chatOn>;
  /** The statements of some work, in order, as the database gets them. */
  statements(work: () => Promise<unknown>): Promise<readonly string[]>;
}

type Client = SqliteClient<'query'>;

export async function openCountedChat(database: Database): Promise<CountedChat> {
  const heard: string[] = [];
  const clients: Client[] = [];
  const open = (): Client => {
    const client = openClient(database);
    client.$on('query', ({ query }) => void heard.push(query));
    clients.push(client);
    return client;
  };
  const chat = chatOn(database.provider === 'sqlite' ? { writer: open(), reader: open() } : open());
  await chat.ready;
  return {
    chat,
    async statements(work) {
      heard.length = 0;
      await work();
      return heard.slice();
    },
    async [Symbol.asyncDispose]() {
      await chat.close();
      await Promise.all(clients.map((client) => client.$disconnect()));
    },
  };
}

function chatOn(given: Client | { readonly writer: Client; readonly reader: Client }) {
  return createChat({
    // As the standalone server has it: the timeouts belong to the connections.
    store: prismaStore(given as never, { ownPool: true }),
    viewer: ({ userId }: { readonly userId: string }) => ({ id: userId }),
    settings: { limits: { sends: false, mutations: false } },
    errors: { onError: (error) => console.error(error) },
    // Nothing is polled while it stands still.
    ports: { clock: createManualClock() },
  });
}

function openClient({ provider, url }: Database): Client {
  const log = [{ emit: 'event', level: 'query' }] as const;
  if (provider === 'sqlite')
    return new SqliteClient({ adapter: new PrismaBetterSqlite3({ url, timeout: 0 }), log: [...log] });
  // The two generated classes differ in name only, as far as the tests use them.
  return new PostgresqlClient({ adapter: new PrismaPg({ connectionString: url, max: 8 }), log: [...log] }) as never;
}
