import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createChatClient } from '@confab/client';
import { connect, person, tokenFor } from '../support/client.js';
import type { Connection, Person } from '../support/client.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { isChromiumThere, launchBrowser } from './browser.js';
import { pageOf } from './hooks-page.js';

const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The page as a developer's browser gets it: React's development build warns of whatever is not stable or not cleaned up. */
async function bundlePage(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'confab-page-'));
  try {
    const result = await build({
      configFile: false,
      logLevel: 'error',
      mode: 'development',
      root: source('.'),
      define: { 'process.env.NODE_ENV': '"development"' },
      resolve: {
        alias: [
          { find: /^@confab\/(shared|client)$/, replacement: source('../../$1/index.ts') },
          { find: /^@confab\/client\/react$/, replacement: source('../../client/react/index.ts') },
        ],
      },
      build: {
        write: false,
        minify: false,
        modulePreload: false,
        outDir: folder,
        rollupOptions: { input: source('hooks-page.ts') },
      },
    });
    const [only] = Array.isArray(result) ? result : [result];
    if (only === undefined || !('output' in only)) throw new Error('Vite built nothing.');
    const [entry] = only.output;
    return entry.code;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!isChromiumThere())('the React hooks', () => {
  let server: TestServer;
  let browser: Browser;
  let code: string;
  const complaints: string[] = [];
  const open: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    [server, browser, code] = await Promise.all([startServer({ provider: 'sqlite' }), launchBrowser(), bundlePage()]);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  /** Opens the page without anybody in it. */
  async function openPage(html = ''): Promise<Page> {
    const context = await browser.newContext({ bypassCSP: true });
    open.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const isOutage = /WebSocket connection|ERR_CONNECTION|ERR_INTERNET/.test(message.text());
      if (message.type() === 'error' && !isOutage) complaints.push(message.text());
    });
    await page.route('**/favicon.ico', (route) => route.fulfill({ body: '' }));
    // From the server itself, as a browser asks before a page from elsewhere may reach this machine.
    await page.goto(`${server.url}/healthz`);
    await page.setContent(`<!doctype html><div id="root">${html}</div>`);
    await page.addScriptTag({ content: code, type: 'module' });
    await page.waitForFunction(() => 'hooks' in window);
    return page;
  }

  interface Scene {
    readonly page: Page;
    readonly me: Person;
    readonly other: Connection;
    /** Ids of the rooms “one” and “two”. */
    readonly rooms: readonly [one: string, two: string];
  }

  /** The page of a user who shares two rooms with another one, both shown. */
  async function scene(): Promise<Scene> {
    const me = person('ann');
    const other = await connect(server, person('bob'));
    open.push(other);
    const make = async (name: string): Promise<string> => {
      const { id } = await other.api.room.create.mutate({ kind: 'group', name, members: [me.id] });
      return id;
    };
    const rooms = [await make('one'), await make('two')] as const;
    const page = await openPage();
    await page.evaluate((token) => window.hooks.show(token), await tokenFor(server, me));
    for (const name of ['one', 'two']) {
      await page.getByRole('button', { name: new RegExp(`^${name} `) }).click();
      await page.getByRole('region', { name }).getByText('2 members').waitFor();
    }
    return { page, me, other, rooms };
  }

  /** How often components are rendered while something happens. */
  async function rendered(page: Page, happens: () => Promise<unknown>): Promise<Record<string, number>> {
    await page.evaluate(() => {
      for (const name of Object.keys(window.hooks.renders)) window.hooks.renders[name] = 0;
    });
    await happens();
    return page.evaluate(() => window.hooks.renders);
  }

  const said = (page: Page, room: string, text: string) =>
    page.getByRole('region', { name: room }).getByRole('listitem').filter({ hasText: text });

  it('render nothing of a room for what happens in another', async () => {
    const { page, other, rooms } = await scene();
    const counts = await rendered(page, async () => {
      await other.api.message.send.mutate({ roomId: rooms[1], content: 'elsewhere' });
      await said(page, 'two', 'elsewhere').waitFor();
      await page.getByRole('button', { name: 'two (1)' }).waitFor();
      await other.api.message.typing.mutate({ roomId: rooms[1], typing: true });
      await page.getByRole('region', { name: 'two' }).getByText(other.person.name).waitFor();
    });
    expect([counts['line one'], counts['pane one']]).toEqual([0, 0]);
    expect(counts['pane two']).toBeGreaterThan(0);
  });

  it('render one row for a new message', async () => {
    const { page, other, rooms } = await scene();
    for (const content of ['first', 'second']) await other.api.message.send.mutate({ roomId: rooms[0], content });
    await said(page, 'one', 'second').waitFor();
    const counts = await rendered(page, async () => {
      await other.api.message.send.mutate({ roomId: rooms[0], content: 'third' });
      await said(page, 'one', 'third').waitFor();
    });
    expect([counts['row first'], counts['row second']]).toEqual([0, 0]);
    // Twice, as StrictMode renders everything.
    expect(counts['row third']).toBe(2);
  });

  it('keep one connection under StrictMode, and show each message once', async () => {
    const { page, other, rooms } = await scene();
    await other.api.message.send.mutate({ roomId: rooms[0], content: 'hello' });
    await said(page, 'one', 'hello').waitFor();
    expect(await said(page, 'one', 'hello').count()).toBe(1);
    await page.getByText('hello ×1').waitFor();
    expect(await page.evaluate(() => window.hooks.heard)).toEqual(['hello']);
    const { items } = await other.api.presence.get.query({ userIds: [other.id] });
    expect(items).toHaveLength(1);
  });

  it('let go of everything when the page is taken down', async () => {
    const { page } = await scene();
    const held = () => page.evaluate(() => window.hooks.held);
    expect((await held()).subscriptions).toBeGreaterThan(0);
    expect((await held()).openings).toBeGreaterThan(0);
    await page.getByRole('button', { name: /^two / }).click();
    await page.getByRole('region', { name: 'two' }).waitFor({ state: 'detached' });
    await page.evaluate(() => window.hooks.unmount());
    await expect.poll(held).toEqual({ subscriptions: 0, openings: 0, threads: 0, presences: 0 });
  });

  it('show a message under the same element while it is sent and once it is stored', async () => {
    const { page } = await scene();
    await page.context().setOffline(true);
    const field = page.getByLabel('Say in one');
    await field.fill('mine');
    await field.press('Enter');
    const row = said(page, 'one', 'mine');
    await row.waitFor();
    await page.context().setOffline(false);
    await page.locator('section[aria-label="one"] li:not([aria-busy])', { hasText: 'mine' }).waitFor();
    expect(await row.count()).toBe(1);
  });

  it('offer to send again or let go of what was refused', async () => {
    const { page, other, rooms } = await scene();
    await other.api.room.update.mutate({ roomId: rooms[0], locked: true });
    const field = page.getByLabel('Say in one');
    await field.fill('refused');
    await field.press('Enter');
    await page.getByRole('alert').waitFor();
    await other.api.room.update.mutate({ roomId: rooms[0], locked: false });
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.locator('section[aria-label="one"] li:not([aria-busy])', { hasText: 'refused' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('show the thread of a message, say something in it and mark it as read', async () => {
    const { page, other, rooms } = await scene();
    const roomId = rooms[0];
    const { id: threadId } = await other.api.message.send.mutate({ roomId, content: 'Tea?' });
    await other.api.message.send.mutate({ roomId, threadId, content: 'Anyone?' });
    const thread = page.getByRole('complementary', { name: 'Thread of Tea?' });
    await thread.getByText('Anyone?').waitFor();
    await thread.getByRole('button', { name: 'Answer' }).click();
    await thread.locator('p:not([aria-busy])', { hasText: 'an answer' }).waitFor();
    expect(await thread.locator('p').allTextContents()).toEqual(['Anyone?', 'an answer']);
    expect(await page.getByRole('region', { name: 'one' }).getByRole('listitem').allTextContents()).toEqual(['Tea?']);
    await thread.getByRole('button', { name: 'Read the thread' }).click();
    const { items } = await other.api.thread.list.query({});
    expect(items).toMatchObject([{ id: threadId, unread: 1, lastReply: { content: 'an answer' } }]);
    const held = () => page.evaluate(() => window.hooks.held.threads);
    expect(await held()).toBe(1);
    await page.evaluate(() => window.hooks.unmount());
    await expect.poll(held).toBe(0);
  });

  it('mark a room as read while it is looked at', async () => {
    const { page, other, rooms } = await scene();
    await other.api.message.send.mutate({ roomId: rooms[0], content: 'unread' });
    await page.getByRole('heading', { name: ': 1 unread' }).waitFor();
    await page.getByRole('button', { name: 'Read the first' }).click();
    await page.getByRole('heading', { name: ': 0 unread' }).waitFor();
  });

  it('show the rooms of another user once the client is another one', async () => {
    const { page, other } = await scene();
    const cat = person('cat');
    await other.api.room.create.mutate({ kind: 'group', name: 'three', members: [cat.id] });
    await page.evaluate((token) => window.hooks.show(token), await tokenFor(server, cat));
    await page.getByRole('button', { name: /^three / }).waitFor();
    expect(await page.getByRole('button', { name: /^(one|two) / }).count()).toBe(0);
  });

  it('take over without a murmur what a server rendered, which connected to nobody', async () => {
    const me = person('ann');
    const client = createChatClient({ url: `${server.url}/trpc`, token: 'none' });
    const html = renderToString(pageOf(client));
    expect(html).toContain('Loading');
    expect(client.connection.state).toBe('idle');
    const page = await openPage(html);
    await page.evaluate((token) => window.hooks.hydrate(token), await tokenFor(server, me));
    await page.getByRole('heading', { name: ': 0 unread' }).waitFor();
  });
});
