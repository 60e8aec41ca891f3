import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../../server/cli/tokens.js';
import { runCli } from './run-cli.js';

describe('the command line', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(path.join(tmpdir(), 'confab-cli-'));
  });
  afterEach(async () => {
    await rm(cwd, { recursive: true });
  });

  it('migrates the database of the working directory, once', async () => {
    const first = await runCli(['migrate'], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^applied \d{14}_confab_start\n[^]*The database is up to date\.\n$/);
    expect((await runCli(['migrate'], { cwd })).stdout).toBe('The database is up to date.\n');
    expect((await stat(path.join(cwd, '.confab'))).mode & 0o777).toBe(0o700);
  });

  it('lets several processes migrate one database at once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => runCli(['migrate'], { cwd })));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(runs.filter(({ stdout }) => stdout.includes('applied'))).toHaveLength(1);
  });

  it('prints a token that the kept secret verifies', async () => {
    const { code, stdout } = await runCli(['token', 'ada', '--name', 'Ada', '--seconds', '60'], { cwd });
    expect(code).toBe(0);
    const secret = (await readFile(path.join(cwd, '.confab/chat.db.secret'), 'utf8')).trim();
    expect(await createTokenVerifier({ key: { secret } })(stdout.trim())).toMatchObject({ id: 'ada', name: 'Ada' });
  });

  it('puts the audience and issuer that will be asked for into a token', async () => {
    const env = { CONFAB_JWT_SECRET: 's'.repeat(32), CONFAB_JWT_AUDIENCE: 'chat', CONFAB_JWT_ISSUER: 'us' };
    const { stdout } = await runCli(['token', 'ada'], { cwd, env });
    expect(decodeJwt(stdout)).toMatchObject({ sub: 'ada', aud: 'chat', iss: 'us' });
  });

  it.each([
    [
      'serve',
      { CONFAB_SETTINGS: '{"sofDelete":true}' },
      /^confab: CONFAB_SETTINGS: settings\.sofDelete: there is no such setting\.\n$/,
    ],
    ['serve', { DATABASE_URL: 'mysql://me:hunter2@db/app' }, /^confab: DATABASE_URL: /],
    ['migrate', { DATABASE_URL: 'postgresql://127.0.0.1:1/none' }, /^confab: .*ECONNREFUSED/],
  ])('%s ends with 1 and one sentence for %j', async (command, env, sentence) => {
    const { code, stdout, stderr } = await runCli([command], { cwd, env: { PORT: '0', ...env } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('hunter2');
  });
});
