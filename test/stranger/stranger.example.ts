import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumThere, launchBrowser } from '../browser/browser.js';
import { freePort, launch } from '../examples/host.js';
import type { Host } from '../examples/host.js';
import { createDatabase, isPostgresThere } from '../support/server.js';
import type { TestDatabase } from '../support/server.js';
import { readGuide } from './guide.js';
import type { Guide } from './guide.js';
import { settle } from './town.js';
import type { Town } from './town.js';

const mostLines = 14;
const app = fileURLToPath(new URL('app/src', import.meta.url));

describe.skipIf(!(await isPostgresThere()) || !isChromiumThere())('a stranger who follows the guide', () => {
  let guide: Guide;
  let database: TestDatabase;
  let town: Town;
  let host: Host;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    guide = await readGuide('getting-started.md');
    database = await createDatabase('postgresql');
    town = await settle(guide, database.url);
    const port = await freePort();
    const url = `http://localhost:${String(port)}`;
    const env = { DATABASE_URL: database.url, PORT: String(port), ORIGIN: url };
    host = await launch({ folder: town.folder, command: 'node --import tsx src/server.ts', url, env });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    host?.kill();
    await town?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  test(`writes fewer than ${String(mostLines + 1)} lines`, () => {
    const counts = [...town.written].map(([name, lines]) => `${name}: ${String(lines.length)}`);
    console.log(`written by hand: ${counts.join(', ')}`);
    const sum = [...town.written.values()].reduce((total, lines) => total + lines.length, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum, counts.join(', ')).toBeLessThanOrEqual(mostLines);
  });

  test('finds marked in the guide what is new in their files, and all else as they have it', async () => {
    for (const { name, text, marked } of guide.files.filter((file) => file.name !== 'chat.ts')) {
      expect({ name, marked }).toEqual({ name, marked: town.written.get(name) });
      const kept = new Set(text.split('\n').map((line) => line.trim()));
      const before = (await readFile(path.join(app, name), 'utf8')).split('\n');
      // A line may be changed, which is a new one and one that is gone.
      expect(before.filter((line) => !kept.has(line.trim())).length).toBeLessThanOrEqual(1);
    }
  });

  test('finds in the guide the file that confab init wrote', () => {
    expect(town.mount).toBe(guide.files.find(({ name }) => name === 'chat.ts')?.text);
  });

  test('chats on their own page', async () => {
    const [ada, bo] = await Promise.all([enter('Ada'), enter('Bo')]);
    await ada.getByRole('button', { name: 'Bo' }).click();
    await say(ada, 'Good morning', [ada, bo]);
    await say(bo, 'Hello Ada', [ada, bo]);
    expect(await ada.locator('pre').textContent()).toBe('Ada: Good morning\nBo: Hello Ada\n');
    expect(await bo.locator('pre').textContent()).toBe('Ada: Good morning\nBo: Hello Ada\n');
    await bo.reload();
    await bo.getByText('Good morning').waitFor();
    expect(complaints).toEqual([]);
  });

  /** Makes a user in the application's own table, and opens its page as whom the application knows by a cookie. */
  async function enter(name: string): Promise<Page> {
    const id = name.toLowerCase();
    await addUser(id, name);
    const context = await browser.newContext();
    await context.addCookies([{ name: 'user', value: id, url: host.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(host.url);
    return page;
  }

  async function addUser(id: string, name: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('INSERT INTO "User" ("id", "name") VALUES ($1, $2)', [id, name]);
    } finally {
      await client.end();
    }
  }

  async function say(page: Page, text: string, readers: readonly Page[]): Promise<void> {
    await page.getByRole('textbox').fill(text);
    await page.getByRole('textbox').press('Enter');
    for (const reader of readers) await reader.getByText(text).waitFor();
  }
});
