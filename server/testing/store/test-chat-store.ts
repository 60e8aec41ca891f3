import { registerGroups } from '../suite/runner.js';
import type { SuiteRunner } from '../suite/runner.js';
import { openStoreBench } from './bench.js';
import type { StoreUnderTest } from './bench.js';
import { banCases } from './ban-cases.js';
import { blockCases } from './block-cases.js';
import { consumerCases } from './consumer-cases.js';
import { deliveryCases } from './delivery-cases.js';
import { directoryCases } from './directory-cases.js';
import { draftCases } from './draft-cases.js';
import { erasureCases, expiryCases } from './erasure-cases.js';
import { inviteCases } from './invite-cases.js';
import { listCases } from './list-cases.js';
import { logCases } from './log-cases.js';
import { markCases } from './mark-cases.js';
import { memberCases } from './member-cases.js';
import { messageCases } from './message-cases.js';
import { nestedCases } from './nested-cases.js';
import { notificationCases } from './notification-cases.js';
import { pinCases } from './pin-cases.js';
import { plainSendCases } from './plain-send-cases.js';
import { preferenceCases } from './preference-cases.js';
import { pushCases } from './push-cases.js';
import { replyCases } from './reply-cases.js';
import { reportCases } from './report-cases.js';
import { requestCases } from './request-cases.js';
import { roomCases } from './room-cases.js';
import { scheduledCases } from './scheduled-cases.js';
import { searchCases } from './search-cases.js';
import { standingCases } from './standing-cases.js';
import { subscriptionCases } from './subscription-cases.js';
import { threadCases } from './thread-cases.js';
import { transactionCases } from './transaction-cases.js';
import { userBanCases } from './user-ban-cases.js';
import { userCases } from './user-cases.js';
import { versionCases } from './version-cases.js';

export interface TestChatStoreOptions {
  /** What the adapter is called in the names of the tests. @default 'a store' */
  readonly name?: string;
}

const groups = [
  transactionCases,
  nestedCases,
  plainSendCases,
  logCases,
  roomCases,
  memberCases,
  standingCases,
  banCases,
  requestCases,
  inviteCases,
  directoryCases,
  messageCases,
  replyCases,
  threadCases,
  versionCases,
  pinCases,
  searchCases,
  draftCases,
  scheduledCases,
  notificationCases,
  preferenceCases,
  markCases,
  userCases,
  blockCases,
  userBanCases,
  reportCases,
  erasureCases,
  expiryCases,
  subscriptionCases,
  consumerCases,
  pushCases,
  deliveryCases,
  listCases,
];

/**
 * Registers the tests that every `ChatStore` has to pass: that numbers have no holes whoever writes at once, that rights
 * are read again under the lock, that a failure leaves nothing, that nobody is told before the commit, and what each of
 * its methods promises. It looks at a store through its port only.
 *
 * ```ts
 * testChatStore({ describe, it }, async () => {
 *   const database = await freshDatabase();
 *   return { store: myStore(database), another: () => myStore(database), dispose: () => database.drop() };
 * }, { name: 'myStore' });
 * ```
 *
 * Some tests make a listener throw on purpose: give the store an `onError` if what it does with that is loud.
 *
 * @param runner - `describe` and `it` of vitest, jest or `node:test`.
 * @param makeStore - Called for each test.
 */
export function testChatStore(
  runner: SuiteRunner,
  makeStore: () => StoreUnderTest | Promise<StoreUnderTest>,
  { name = 'a store' }: TestChatStoreOptions = {},
): void {
  runner.describe(name, () => {
    registerGroups(runner, groups, async () => {
      const { bench, close } = await openStoreBench(await makeStore());
      return { fixture: bench, close };
    });
  });
}
