import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as analytics from '../../examples/extending/src/analytics.js';
import * as clientHalf from '../../examples/extending/src/client-half.js';
import * as flag from '../../examples/extending/src/flag.js';
import * as ownProcedure from '../../examples/extending/src/own-procedure.js';
import * as pin from '../../examples/extending/src/pin.js';
import * as publish from '../../examples/extending/src/publish.js';
import * as userRooms from '../../examples/extending/src/user-rooms.js';

it('a message is pinned by an admin, and the room hears of it', async () => {
  expect(await pin.play()).toEqual({ isTold: true, isKept: true, refused: 'PERMISSION_DENIED 4002' });
});

it('a plugin has a half for the client', async () => {
  expect(await clientHalf.play()).toBe(true);
});

it('a flagged message alerts the moderators, and one of them removes it', async () => {
  expect(await flag.play()).toEqual({ alerts: 2, state: 'rejected', isGone: true });
});

it('a room is measured for its admins', async () => {
  expect(await analytics.play()).toEqual({ day: { messages: 1, people: 1 }, week: { messages: 2, people: 2 } });
});

it('events of the host reach a room and a person, also who was away', async () => {
  expect(await publish.play()).toEqual(['7', '8']);
});

it("the host's own procedure knows the room and the member", async () => {
  expect(await ownProcedure.play()).toEqual({ billed: 'ada', said: 'Invoice for Tea: 12.50', stranger: 'string' });
});

it("somebody's rooms are read by the system, and kept in step by events", async () => {
  expect(await userRooms.play()).toEqual({ before: ['Chess', 'Tea'], after: ['Tea'], isSame: true });
});

it('every example is listed in the README, and has a test', async () => {
  const folder = new URL('../../examples/extending/', import.meta.url);
  const readme = await readFile(new URL('README.md', folder), 'utf8');
  const names = (await readdir(new URL('src/', folder))).filter((name) => name !== 'code-of.ts');
  const here = await readdir(new URL('.', import.meta.url));
  const tests = (await Promise.all(here.map((name) => readFile(new URL(name, import.meta.url), 'utf8')))).join('\n');
  for (const name of names) {
    expect(readme, `README.md names ${name}`).toContain(`src/${name}`);
    expect(tests, `a test plays ${name}`).toContain(`/${name.replace('.ts', '.js')}'`);
  }
});
