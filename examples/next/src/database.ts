import { sqliteRetry } from '@confab/server';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from './generated/client.js';

const { DATABASE_URL: url } = process.env;
if (url === undefined) throw new Error('Set DATABASE_URL, to file:./shop.db for example.');

// The driver is synchronous: with a timeout it would hold up the whole process while it waits for a lock.
const connect = () => new PrismaClient({ adapter: new PrismaBetterSqlite3({ url, timeout: 0 }) });

/** The shop's own connection. It waits for the moment that the chat is writing. */
export const prisma = connect().$extends(sqliteRetry);

/** On SQLite the chat has two connections that nobody else uses; on PostgreSQL it shares the one client. */
export const chatClients = { writer: connect(), reader: connect() };

export async function disconnect(): Promise<void> {
  await Promise.all([prisma, chatClients.writer, chatClients.reader].map((client) => client.$disconnect()));
}
