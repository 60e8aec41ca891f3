import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, isPostgresThere, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { connect, person } from '../support/client.js';
import { waitFor } from '../support/wait.js';
import { runOn } from './raw-database.js';

const isTherePostgres = await isPostgresThere();

async function login(server: TestServer, body: string): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${server.url}/login`, { method: 'POST', body });
  const text = await response.text();
  return { status: response.status, answer: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
}

function statusFor(server: TestServer, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port: server.port, host: '127.0.0.1', path, headers: { host }, agent: false }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

describe('a server without a secret', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ provider: 'sqlite', secret: null, env: { HOST: '0.0.0.0' } });
  });
  afterAll(async () => {
    await server.stop();
  });

  it('logs anyone in under a cleaned name, and takes the token', async () => {
    const { status, answer } = await login(server, JSON.stringify({ name: '  Ada\u202e \n Lovelace ' }));
    expect(status).toBe(200);
    expect(answer).toMatchObject({ user: { id: 'Ada Lovelace', name: 'Ada Lovelace', image: null } });
    const { token } = answer as { token: string };
    await using connection = await connect(server, person('x'), { token });
    expect(connection.events('ready')).toMatchObject([{ data: { userId: 'Ada Lovelace' } }]);
    expect(server.log()).toContain('POST /login');
  });

  it('refuses a login that is none', async () => {
    for (const body of ['', '{', '[]', '{"name":5}', '{"name":" "}', JSON.stringify({ name: 'x'.repeat(129) })]) {
      expect((await login(server, body)).status, body).toBe(400);
    }
    expect((await login(server, JSON.stringify({ name: 'x'.repeat(5_000) }))).status).toBe(413);
    expect((await fetch(`${server.url}/login`)).status).toBe(405);
  });

  it('listens on loopback only, whatever it was asked, and answers to no other name', async () => {
    expect(server.log()).toContain(`http://127.0.0.1:${String(server.port)}`);
    expect(await statusFor(server, '/healthz', `evil.example:${String(server.port)}`)).toBe(421);
    expect(await statusFor(server, '/healthz', `localhost:${String(server.port)}`)).toBe(200);
  });
});

describe('a server with a secret', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ provider: 'sqlite', env: { CONFAB_ALLOWED_ORIGINS: 'https://app.example' } });
  });
  afterAll(async () => {
    await server.stop();
  });

  it('offers no login', async () => {
    expect((await login(server, '{"name":"Ada"}')).status).toBe(404);
  });

  it('answers for its health', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
  });

  it('lets pages of the allowed origins call it, and no others', async () => {
    const allowed = async (origin: string) => {
      const response = await fetch(`${server.url}/trpc/chat.room.list`, { method: 'OPTIONS', headers: { origin } });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://app.example')).toBe('https://app.example');
    expect(await allowed('https://app.example.evil')).toBeNull();
  });
});

describe('the end of a server', () => {
  it('comes with 0 on SIGTERM, and a second signal changes nothing', async () => {
    await using server = await startServer({ provider: 'sqlite' });
    await using connection = await connect(server, person('ada'));
    connection.offline();
    const first = server.kill('SIGTERM');
    await server.kill('SIGTERM');
    await first;
    expect(server.exitCode).toBe(0);
  });

  it('closes what is connected with 1001', async () => {
    await using server = await startServer({ provider: 'sqlite' });
    await using connection = await connect(server, person('ada'));
    await server.kill('SIGINT');
    await waitFor(() => connection.closes.length > 0, { what: 'the socket to close' });
    expect(connection.closes[0]).toMatchObject({ code: 1001 });
    expect(server.exitCode).toBe(0);
  });
});

describe('several servers on one new database', () => {
  it('start at the same time', async () => {
    await using database = await createDatabase('sqlite');
    const servers = await Promise.all([1, 2, 3].map(() => startServer({ provider: 'sqlite', database })));
    const states = await Promise.all(servers.map(async ({ url }) => (await fetch(`${url}/readyz`)).status));
    await Promise.all(servers.map((server) => server.stop()));
    expect(states).toEqual([200, 200, 200]);
  });
});

describe.skipIf(!isTherePostgres)('a server with a PostgreSQL schema of its own', () => {
  it('keeps everything there', async () => {
    await using database = await createDatabase('postgresql');
    const inSchema = { ...database, url: `${database.url}?schema=chat` };
    await using server = await startServer({ provider: 'postgresql', database: inSchema });
    await using connection = await connect(server, person('ada'));
    const room = (await connection.call('room.create', { kind: 'group', name: 'Here' })) as { id: string };
    await connection.call('message.send', { roomId: room.id, content: 'hello' });
    await connection.event('message.created');
    expect(await runOn(database, 'SELECT content FROM chat.chat_message')).toEqual([{ content: 'hello' }]);
    expect(await runOn(database, `SELECT 1 FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });
});
