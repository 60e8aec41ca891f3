import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createChatClient } from '@confab/client';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { waitFor } from '../support/wait.js';
import { bubble, createGroup, isChromiumThere, launchBrowser, openRoom, signIn, write } from './browser.js';
import type { Person } from './browser.js';

describe.skipIf(!isChromiumThere())('the demo page', () => {
  let server: TestServer;
  let browser: Browser;
  const people: Person[] = [];
  let count = 0;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ provider: 'sqlite', secret: null }), launchBrowser()]);
  });

  afterEach(async () => {
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.splice(0).map(({ page }) => page.context().close()));
    expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  /** Ada and Bo, new to everyone, in a group that Ada made and both look at. */
  async function pair(): Promise<readonly [ada: Person, bo: Person, group: string]> {
    count += 1;
    const ada = await signIn(browser, server.url, `Ada ${count}`);
    const bo = await signIn(browser, server.url, `Bo ${count}`);
    people.push(ada, bo);
    const group = `Hike ${count}`;
    await createGroup(ada, group, [bo]);
    return [ada, bo, group];
  }

  it('shows one what the other writes, while they type and once they have sent it', async () => {
    const [ada, bo, group] = await pair();
    await openRoom(bo, group);
    await bo.page.getByRole('textbox', { name: /^Message to/ }).pressSequentially('I am');
    await ada.page.getByText(`${bo.name} is typing…`).waitFor();
    await write(bo, 'I am here.');
    await bubble(ada, 'I am here.').waitFor();
    await ada.page.getByText(`${bo.name} is typing…`).waitFor({ state: 'detached' });
    expect(await bubble(bo, 'I am here.').count()).toBe(1);
  });

  it('counts what is unread, marks where it begins, and tells the sender who has seen it', async () => {
    const [ada, bo, group] = await pair();
    await write(ada, 'first');
    await write(ada, 'second');
    const line = bo.page.locator(`button[data-room="${group}"]`);
    await line.getByText('2 unread').waitFor();
    await bubble(ada, 'second').getByRole('img', { name: 'delivered' }).waitFor();
    await openRoom(bo, group);
    await bo.page.getByText('New messages').waitFor();
    await line.getByText('unread').waitFor({ state: 'detached' });
    await ada.page.getByText(`Seen by ${bo.name}`).waitFor();
  });

  it('highlights a mention', async () => {
    const [ada, bo, group] = await pair();
    const field = ada.page.getByRole('textbox', { name: /^Message to/ });
    await field.fill('look @bo');
    await ada.page.getByRole('button', { name: `@${bo.name}` }).click();
    await field.press('Enter');
    await openRoom(bo, group);
    await bo.page.locator('mark.me', { hasText: `@${bo.name}` }).waitFor();
  });

  it('edits, reacts to and deletes a message in front of the other', async () => {
    const [ada, bo, group] = await pair();
    await openRoom(bo, group);
    await write(ada, 'draft');
    await bubble(bo, 'draft').hover();
    await bubble(bo, 'draft').getByRole('button', { name: 'React' }).click();
    await bo.page.getByRole('button', { name: '🎉' }).click();
    await bubble(ada, 'draft').getByRole('button', { name: '🎉, 1' }).waitFor();
    await bubble(ada, 'draft').hover();
    await bubble(ada, 'draft').getByRole('button', { name: 'Edit' }).click();
    await write(ada, 'final');
    await bubble(bo, 'final').getByText('edited').waitFor();
    ada.page.once('dialog', (dialog) => void dialog.accept());
    await bubble(ada, 'final').hover();
    await bubble(ada, 'final').getByRole('button', { name: 'Delete' }).click();
    await bubble(bo, 'Message deleted').waitFor();
    expect(await bubble(bo, 'final').count()).toBe(0);
  });

  it('opens the same direct chat from both sides', async () => {
    const [ada, bo] = await pair();
    await ada.page.getByRole('button', { name: 'New chat' }).click();
    await ada.page.getByLabel('With whom?').fill(bo.name);
    await ada.page.getByRole('button', { name: 'Open the chat' }).click();
    await ada.page.getByRole('heading', { name: bo.name }).waitFor();
    await write(ada, 'just us');
    await openRoom(bo, ada.name);
    await bubble(bo, 'just us').waitFor();
    await bo.page.getByText('online', { exact: true }).waitFor();
    await write(bo, 'indeed');
    await bubble(ada, 'indeed').waitFor();
    await ada.page.getByText('Seen', { exact: true }).waitFor();
  });

  it('says in the dialog why something is refused, and forgets it with the dialog', async () => {
    const [ada] = await pair();
    await ada.page.getByRole('button', { name: 'New chat' }).click();
    await ada.page.getByLabel('With whom?').fill(ada.name);
    await ada.page.getByRole('button', { name: 'Open the chat' }).click();
    await ada.page.getByRole('dialog').getByRole('alert').waitFor();
    await ada.page.getByRole('button', { name: 'Close' }).click();
    expect(await ada.page.getByRole('alert').count()).toBe(0);
  });

  it('says that the connection is lost, comes back, and sends once what was written meanwhile', async () => {
    const [ada, bo, group] = await pair();
    await openRoom(bo, group);
    await write(ada, 'before');
    await bubble(bo, 'before').waitFor();
    await server.kill('SIGKILL');
    await ada.page.getByRole('button', { name: 'Try now' }).waitFor();
    await write(ada, 'meanwhile');
    await bubble(ada, 'meanwhile').getByText('sending…').waitFor();
    await server.restart();
    // As a browser says when its network is back: nobody waits for the next attempt then.
    for (const { page } of [ada, bo]) await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await bubble(bo, 'meanwhile').waitFor({ timeout: 45_000 });
    await ada.page.locator('.banner').waitFor({ state: 'detached' });
    await bubble(ada, 'meanwhile').getByText('sending…').waitFor({ state: 'detached' });
    expect(await bubble(ada, 'meanwhile').count()).toBe(1);
    expect(await bubble(bo, 'meanwhile').count()).toBe(1);
  }, 90_000);

  it('loads older messages as one scrolls up', async () => {
    const [ada, bo, group] = await pair();
    const token = await ada.page.evaluate(
      () => JSON.parse(sessionStorage.getItem('confab.session') ?? '{}').token as string,
    );
    await using client = createChatClient({ url: `${server.url}/trpc`, token, WebSocket });
    const { items } = await client.api.chat.room.list.query({});
    const roomId = items.find((room) => room.name === group)?.id ?? '';
    for (let index = 1; index <= 100; index += 1) {
      await client.api.chat.message.send.mutate({ roomId, content: `number ${index}.` });
    }
    // Who begins now holds no more than the newest.
    await bo.page.reload();
    await openRoom(bo, group);
    await bubble(bo, 'number 100.').waitFor();
    expect(await bubble(bo, 'number 1.').count()).toBe(0);
    await waitFor(
      async () => {
        await bo.page.getByRole('log').hover();
        await bo.page.mouse.wheel(0, -3_000);
        return (await bubble(bo, 'number 1.').count()) === 1;
      },
      { what: 'the first message', timeoutMs: 20_000 },
    );
    await bo.page.getByText('This is where it begins.').waitFor();
    expect(await bo.page.getByRole('article').count()).toBe(100);
  });

  it('shows either the list or the conversation on a phone', async () => {
    const [ada, , group] = await pair();
    await ada.page.setViewportSize({ width: 390, height: 844 });
    const list = ada.page.getByRole('navigation', { name: 'Conversations' });
    expect(await list.isVisible()).toBe(false);
    await ada.page.getByRole('button', { name: 'Back to the conversations' }).click();
    await list.waitFor();
    expect(await ada.page.getByRole('heading', { name: group }).count()).toBe(0);
    const overflow = await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('keeps the user over a reload, and lets two tabs be two users', async () => {
    const [ada, , group] = await pair();
    await ada.page.reload();
    await openRoom(ada, group);
    const tab = await ada.page.context().newPage();
    await tab.goto(server.url);
    await tab.getByRole('button', { name: 'Switch user' }).click();
    await tab.getByLabel('Your name').fill(`Cleo ${count}`);
    await tab.getByRole('button', { name: 'Start chatting' }).click();
    await tab.getByText('No conversations yet.').waitFor();
    await ada.page.reload();
    await openRoom(ada, group);
  });
});
