import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/cli/config.js';
import { isLoopbackHost, ownOrigins } from '../../server/cli/origins.js';

describe('the environment', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confab-config-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('needs nothing set', () => {
    expect(readConfig({}, '/srv/a b')).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      database: { provider: 'sqlite', file: '/srv/a b/.confab/chat.db' },
      credentials: { kind: 'own' },
      allowedOrigins: undefined,
      settings: {},
      sockets: {},
    });
  });

  it('counts an empty variable as unset', () => {
    const empty = {
      PORT: '',
      HOST: '',
      DATABASE_URL: '',
      CONFAB_JWT_SECRET: '',
      CONFAB_SETTINGS: '',
      CONFAB_BUS_URL: '',
    };
    expect(readConfig(empty, '/srv')).toEqual(readConfig({}, '/srv'));
  });

  it('reads databases the way Prisma writes them', () => {
    const read = (DATABASE_URL: string) => readConfig({ DATABASE_URL }, '/srv').database;
    expect(read('file:./a/b.db?connection_limit=1')).toEqual({ provider: 'sqlite', file: '/srv/a/b.db' });
    expect(read('file:///abs/b.db')).toEqual({ provider: 'sqlite', file: '/abs/b.db' });
    expect(read('postgresql://me:pw@db:5432/app?schema=chat')).toEqual({
      provider: 'postgresql',
      url: 'postgresql://me:pw@db:5432/app',
      schema: 'chat',
    });
    expect(read('postgres://db/app')).toMatchObject({ provider: 'postgresql', schema: 'public' });
  });

  it.each([
    ['mysql://root:hunter2@db/app', /^DATABASE_URL: .*file: or postgresql/],
    ['file::memory:', /^DATABASE_URL: .*must name a file/],
    ['postgresql://db/app?schema=a"b', /^DATABASE_URL: .*schema/],
  ])('refuses the database %s without repeating it', (DATABASE_URL, sentence) => {
    expect(() => readConfig({ DATABASE_URL })).toThrow(sentence);
    expect(() => readConfig({ DATABASE_URL })).not.toThrow(/hunter2/);
  });

  it('takes settings inline and from a file', async () => {
    const settings = { softDelete: false, limits: { streams: 3 }, sockets: { pingMs: 1_000 } };
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
    const expected = { settings: { softDelete: false, limits: { streams: 3 } }, sockets: { pingMs: 1_000 } };
    expect(readConfig({ CONFAB_SETTINGS: JSON.stringify(settings) })).toMatchObject(expected);
    expect(readConfig({ CONFAB_SETTINGS: 'settings.json' }, folder)).toMatchObject(expected);
  });

  it('takes webhooks beside the settings', () => {
    const webhooks = [{ url: 'https://shop.example/hooks', secret: `whsec_${'A'.repeat(32)}` }];
    expect(readConfig({ CONFAB_SETTINGS: JSON.stringify({ webhooks, html: true }) })).toMatchObject({
      ...{ webhooks, settings: { html: true } },
    });
    expect(readConfig({}).webhooks).toEqual([]);
  });

  it('completes a partial limit of refusals', () => {
    const { sockets } = readConfig({ CONFAB_SETTINGS: '{"sockets":{"refusals":{"count":7}}}' });
    expect(sockets).toEqual({ refusals: { count: 7, windowMs: 60_000 } });
  });

  it.each([
    ['{"softdelete":true}', /^CONFAB_SETTINGS: settings\.softdelete: there is no such setting/],
    ['{"limits":{"stream":5}}', /^CONFAB_SETTINGS: settings\.limits\.stream: there is no such setting/],
    ['{"sockets":{"ping":5}}', /^CONFAB_SETTINGS: sockets\.ping: there is no such setting/],
    ['{"sockets":{"pingMs":0}}', /^CONFAB_SETTINGS: sockets\.pingMs: /],
    ['{"softDelete":"no"}', /^CONFAB_SETTINGS: settings\.softDelete: /],
    ['{"webhooks":[{"url":"https://shop.example"}]}', /^CONFAB_SETTINGS: webhooks\.0\.secret: /],
    ['{"softDelete":', /^CONFAB_SETTINGS: /],
    ['no-such-file.json', /^CONFAB_SETTINGS: .*no-such-file\.json/],
  ])('names what is wrong with the settings %s', (CONFAB_SETTINGS, sentence) => {
    expect(() => readConfig({ CONFAB_SETTINGS })).toThrow(sentence);
  });

  it.each([
    [{ PORT: 'http' }, /^PORT: /],
    [{ PORT: '70000' }, /^PORT: /],
    [{ CONFAB_JWKS_URL: 'keys' }, /^CONFAB_JWKS_URL: /],
    [{ CONFAB_JWKS_URL: 'https://a.example/keys', CONFAB_JWT_SECRET: 's' }, /set one of them/],
    [{ CONFAB_ALLOWED_ORIGINS: 'https://a.example, https://b.example/' }, /"https:\/\/b\.example\/" is not an origin/],
    [{ CONFAB_BUS_URL: 'redis://localhost' }, /^CONFAB_BUS_URL: /],
  ])('names the variable that cannot be used in %j', (env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence);
  });
});

describe("the server's own origins", () => {
  it('are the names of loopback when it listens there', () => {
    expect(ownOrigins('127.0.0.1', 3000)).toEqual([
      'http://127.0.0.1:3000',
      'http://localhost:3000',
      'http://[::1]:3000',
    ]);
  });

  it('leave the default port out, as browsers do', () => {
    expect(ownOrigins('chat.example', 80)).toEqual(['http://chat.example']);
  });

  it('tell a name that merely leads to this machine from its own', () => {
    expect(['localhost:3000', '127.0.0.1', '[::1]:80', '127.8.8.8:1'].map(isLoopbackHost)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['evil.example:3000', 'localhost.evil.example', '', undefined, '0.0.0.0', 'a b'].some(isLoopbackHost)).toBe(
      false,
    );
  });
});
