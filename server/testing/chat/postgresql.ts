import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A schema of a test's own in a PostgreSQL database; the migrator makes it. */
export async function createSchema(
  server: string,
): Promise<{ readonly provider: 'postgresql'; readonly url: string; drop(): Promise<void> }> {
  const url = new URL(server);
  const schema = `confab_test_${randomBytes(6).toString('hex')}`;
  url.searchParams.set('schema', schema);
  // So that a server that is not there is told of at once, and under its own name.
  await query(server, 'SELECT 1');
  return {
    provider: 'postgresql',
    url: url.href,
    drop: () => query(server, `DROP SCHEMA IF EXISTS "${schema}" CASCADE`),
  };
}

async function query(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 5_000 });
  // A connection lost between two queries is reported by the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } catch (error) {
    throw new Error(`The tests can't use PostgreSQL at ${new URL(server).host}: ${String(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}
