import { readFileSync, readdirSync } from 'node:fs';
import { procedurePermissions } from '@confab/shared';
import { expect, test } from 'vitest';
import { draftOperations } from '../../server/operations/drafts/index.js';
import { messageOperations, notificationOperations } from '../../server/operations/messages/index.js';
import { pushOperations } from '../../server/operations/push/index.js';
import { reportOperations } from '../../server/operations/reports/index.js';
import { roomOperations } from '../../server/operations/rooms/index.js';
import { scheduledOperations } from '../../server/operations/scheduled/index.js';
import { sync } from '../../server/operations/sync.js';
import { threadOperations } from '../../server/operations/threads/index.js';
import { uploadOperations } from '../../server/operations/uploads/index.js';
import { presenceOperations, sessionOperations, userOperations } from '../../server/operations/users/index.js';
import { runCampaign } from './campaign.js';

const timeout = 300_000;

// `npm run model` runs many more.
test('whatever is done, counts, answers and devices agree with a plain model', { timeout }, async () => {
  const { failure, programs } = await runCampaign({ way: 'iterator', programs: 4 });
  expect(failure).toBeUndefined();
  expect(programs).toBe(4);
});

test('so they do where the system says what happens', { timeout }, async () => {
  const { failure, programs } = await runCampaign({ way: 'iterator', isNarrated: true, programs: 1 });
  expect(failure).toBeUndefined();
  expect(programs).toBe(1);
});

/** Everything that can be called, but for the stream itself. */
const operations: readonly { readonly name: string; readonly kind: 'query' | 'mutation' }[] = [
  ...[draftOperations, messageOperations, notificationOperations, pushOperations, reportOperations, roomOperations],
  ...[scheduledOperations, threadOperations, uploadOperations, presenceOperations, sessionOperations, userOperations],
  { sync },
].flatMap((group) => Object.values(group));

/** What no move does, and why nobody sees anything of it. */
const unseen: Readonly<Record<string, string>> = {
  'message.typing': 'It is told as it happens and kept nowhere.',
  'push.subscribe': 'It is where a device is pushed to, which nothing shows.',
  'push.unsubscribe': 'The same.',
  'session.heartbeat': 'It keeps a device from being taken for silent; presence is told as it happens and not kept.',
  'session.revoke': 'It ends one device, which has nothing to show then; what its user has stays as it is.',
  'upload.sign': 'It asks the host for an address and keeps nothing.',
};

/** The procedures that the moves call, as they are written there. */
function calledByMoves(): ReadonlySet<string> {
  const folder = new URL('./moves/', import.meta.url);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const calls = sources.flatMap((source) => [...source.matchAll(/\bapi\.(\w+)\.(\w+)\(/gu)]);
  return new Set(calls.map(([, place, name]) => `${place ?? ''}.${name ?? ''}`));
}

test('every mutation is a move, or changes nothing that anybody sees', () => {
  const names = operations.map(({ name }) => name);
  expect([...names, 'events'].toSorted()).toEqual(Object.keys(procedurePermissions).toSorted());
  const mutations = operations.flatMap(({ name, kind }) => (kind === 'mutation' ? [name] : []));
  const called = calledByMoves();
  expect(mutations.filter((name) => !called.has(name) && !Object.hasOwn(unseen, name))).toEqual([]);
  expect(Object.keys(unseen).filter((name) => called.has(name) || !mutations.includes(name))).toEqual([]);
});
