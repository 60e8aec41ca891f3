import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const executablePath = process.env['CONFAB_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser. Without one its tests are skipped aloud; under `CI` that is an error. */
export function isChromiumThere(): boolean {
  if (existsSync(executablePath)) return true;
  const sentence = `There is no Chromium at ${executablePath}`;
  if (process.env['CI']) throw new Error(`${sentence}.`);
  console.warn(`${sentence}: its tests are SKIPPED. Name another with CONFAB_TEST_CHROMIUM.`);
  return false;
}

/** Starts a headless browser that calls nobody but the pages it is shown. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** One person with a browser profile of their own, and what went wrong in it. */
export interface Person {
  readonly name: string;
  readonly page: Page;
  /** Errors in the console, uncaught ones, and requests to anybody but the server. */
  readonly complaints: readonly string[];
}

/** Opens the demo and signs in under a name. */
export async function signIn(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports every connection that fails; while the server is away they have to.
    const isOutage = /WebSocket connection|ERR_CONNECTION/.test(message.text());
    if (message.type() === 'error' && !isOutage) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Start chatting' }).click();
  await page.getByRole('button', { name: 'New chat' }).waitFor();
  return { name, page, complaints };
}

export async function createGroup({ page }: Person, group: string, members: readonly Person[]): Promise<void> {
  await page.getByRole('button', { name: 'New chat' }).click();
  await page.getByText('A group', { exact: true }).click();
  await page.getByLabel('Name of the group').fill(group);
  await page.getByLabel('Who else is in it?').fill(members.map(({ name }) => name).join(', '));
  await page.getByRole('button', { name: 'Create the group' }).click();
  await page.getByRole('heading', { name: group }).waitFor();
}

export async function openRoom({ page }: Person, title: string): Promise<void> {
  await page.locator(`button[data-room="${title}"]`).click();
  await page.getByRole('heading', { name: title }).waitFor();
}

export async function write({ page }: Person, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: /^Message to/ });
  await field.fill(text);
  await field.press('Enter');
}

/** The bubble that says this. */
export function bubble({ page }: Person, text: string) {
  return page.getByRole('article').filter({ hasText: text });
}
