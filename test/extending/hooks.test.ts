import { expect, it } from 'vitest';
import * as approvalJoin from '../../examples/extending/src/approval-join.js';
import * as notify from '../../examples/extending/src/notify.js';
import * as priority from '../../examples/extending/src/priority.js';
import * as push from '../../examples/extending/src/push.js';
import * as quota from '../../examples/extending/src/quota.js';
import * as rateLimit from '../../examples/extending/src/rate-limit.js';
import * as signedWebhook from '../../examples/extending/src/signed-webhook.js';
import * as storeOverride from '../../examples/extending/src/store-override.js';
import * as webhook from '../../examples/extending/src/webhook.js';
import * as wordList from '../../examples/extending/src/word-list.js';

it('a webhook is told of each message, and one that fails disturbs nobody', async () => {
  expect(await webhook.play()).toEqual(['one', 'two']);
});

it('a signed webhook is sent until it is taken, and taken once', async () => {
  expect(await signedWebhook.play()).toEqual({ taken: ['Hello'], dead: 0 });
});

it('devices that are not connected are pushed, and one that is gone is forgotten', async () => {
  expect(await push.play()).toEqual(['new ada: Cake? (2)', 'new ada: Tea? (1)', 'old ada: Tea? (1)']);
});

it('a word list refuses, trims and masks', async () => {
  expect(await wordList.play()).toEqual({
    refused: 'PERMISSION_DENIED 4002',
    trimmed: 'Fine.',
    seenThrough: 'MESSAGE_BLOCKED 4120',
    masked: 'What the ****.',
  });
});

it('whoever wants to join is let in by an admin', async () => {
  expect(await approvalJoin.play()).toEqual({ status: 'requested', asked: 'bob', members: 2 });
});

it('a quota is counted in the transaction that sends', async () => {
  expect(await quota.play()).toEqual(['one', 'two', 'QUOTA 4030', 'next day']);
});

it('thirty messages a minute are let through, and one more is refused with 4029', async () => {
  expect(await rateLimit.play()).toEqual(['RATE_LIMITED 4029', 'a minute later']);
});

it('a store method is replaced', async () => {
  expect(await storeOverride.play()).toBe('Hello [signed]');
});

it('a rule says who is notified, and a sink gets it', async () => {
  expect(await notify.play()).toEqual(['bob: mention']);
});

it('messages carry a priority and an expiry', async () => {
  expect(await priority.play()).toEqual({ refused: 'VALIDATION 4003', shown: ['! Fire (urgent)', 'Hello (normal)'] });
});
