import type { EphemeralEvent } from '@confab/shared';
import { expect, test } from 'vitest';
import type { Audience } from '../../../server/bus/bus.js';
import { createReceiptPace } from '../../../server/operations/messages/receipt-pace.js';
import { createTypingClock } from '../../../server/operations/messages/typing-clock.js';
import { createManualClock } from './manual-clock.js';

interface Told {
  readonly to: Audience;
  readonly event: EphemeralEvent;
}

function setUp() {
  const told: Told[] = [];
  const clock = createManualClock();
  const streams = { announce: (to: Audience, event: EphemeralEvent) => void told.push({ to, event }) };
  return { told, clock, streams };
}

function typing(max?: number) {
  const { told, clock, streams } = setUp();
  const settings = { limits: { typingMs: 2_000 } };
  const typists = createTypingClock({ clock, streams, settings, ...(max === undefined ? {} : { max }) });
  const said = () => told.map(({ event }) => (event.type === 'typing' ? [event.data.userId, event.data.typing] : []));
  return { told, clock, typists, said };
}

test('typing is told to the room but the typist, and ends by itself after six seconds', () => {
  const { told, clock, typists, said } = typing();
  typists.set('room', 'ada', true);
  expect(told).toMatchObject([{ to: { roomId: 'room', except: 'ada' }, event: { roomId: 'room', actorId: 'ada' } }]);
  clock.advance(5_999);
  expect(said()).toEqual([['ada', true]]);
  clock.advance(1);
  expect(said()).toEqual([
    ['ada', true],
    ['ada', false],
  ]);
  expect(clock.timers).toBe(0);
});

test('typing again is swallowed for two seconds and puts the end off', () => {
  const { clock, typists, said } = typing();
  typists.set('room', 'ada', true);
  clock.advance(1_999);
  typists.set('room', 'ada', true);
  expect(said()).toEqual([['ada', true]]);
  clock.advance(1);
  typists.set('room', 'ada', true);
  expect(said()).toEqual([
    ['ada', true],
    ['ada', true],
  ]);
  clock.advance(5_999);
  expect(said()).toHaveLength(2);
  clock.advance(1);
  expect(said()).toHaveLength(3);
});

test('stopping is always passed on and leaves no timer', () => {
  const { clock, typists, said } = typing();
  typists.set('room', 'ada', false);
  typists.set('room', 'ada', true);
  typists.set('room', 'ada', false);
  typists.set('room', 'ada', true);
  typists.set('room', 'ada', false);
  expect(said().map(([, isTyping]) => isTyping)).toEqual([false, true, false, true, false]);
  expect(clock.timers).toBe(0);
});

test('beyond the bound the one who was silent longest stops typing', () => {
  const { clock, typists, said } = typing(2);
  typists.set('room', 'ada', true);
  typists.set('room', 'bob', true);
  typists.set('room', 'ada', true);
  typists.set('room', 'cyd', true);
  expect(said()).toEqual([
    ['ada', true],
    ['bob', true],
    ['bob', false],
    ['cyd', true],
  ]);
  expect(clock.timers).toBe(2);
});

test('a closed typing clock keeps no timer and says nothing', () => {
  const { clock, typists, said } = typing();
  typists.set('room', 'ada', true);
  typists.close();
  typists.set('room', 'ada', false);
  clock.advance(10_000);
  expect(said()).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

function pace(max?: number) {
  const { told, clock, streams } = setUp();
  const receipts = createReceiptPace({ clock, streams, ...(max === undefined ? {} : { max }) });
  const tell = (
    type: 'receipt.read' | 'receipt.delivered',
    seq: number,
    to: Audience = { roomId: 'room' },
    userId = 'ada',
  ) => receipts.tell({ type, roomId: 'room', userId, seq, at: clock.now(), to });
  const said = () => told.map(({ event }) => `${event.type} ${'seq' in event.data ? event.data.seq : ''}`);
  return { told, clock, receipts, tell, said };
}

test('of a burst of receipts the first goes out at once and the last after a second', () => {
  const { clock, tell, said } = pace();
  for (const seq of [1, 2, 3, 5, 4]) tell('receipt.read', seq);
  expect(said()).toEqual(['receipt.read 1']);
  clock.advance(1_000);
  expect(said()).toEqual(['receipt.read 1', 'receipt.read 5']);
  clock.advance(500);
  tell('receipt.read', 6);
  expect(said()).toHaveLength(2);
  clock.advance(500);
  expect(said()).toEqual(['receipt.read 1', 'receipt.read 5', 'receipt.read 6']);
  clock.advance(1_000);
  expect(clock.timers).toBe(0);
});

test('having read says that it was delivered, and a further delivery waits its turn', () => {
  const { clock, tell, said } = pace();
  tell('receipt.delivered', 1);
  tell('receipt.delivered', 3);
  tell('receipt.read', 3);
  clock.advance(1_000);
  expect(said()).toEqual(['receipt.delivered 1', 'receipt.read 3']);
  tell('receipt.read', 4);
  tell('receipt.delivered', 7);
  clock.advance(1_000);
  expect(said().slice(2)).toEqual(['receipt.read 4']);
  clock.advance(1_000);
  expect(said().slice(2)).toEqual(['receipt.read 4', 'receipt.delivered 7']);
});

test('receipts held together are for everyone either was for', () => {
  const { told, clock, tell } = pace();
  tell('receipt.delivered', 1, { userIds: ['ada', 'bob'] });
  tell('receipt.delivered', 2, { userIds: ['ada', 'cyd'] });
  tell('receipt.delivered', 3, { userIds: ['ada', 'dan'] });
  clock.advance(1_000);
  expect(told[1]?.to).toEqual({ userIds: ['ada', 'cyd', 'dan'] });
});

test('users do not hold each other up, beyond the bound receipts are dropped, and closing ends it all', () => {
  const { clock, receipts, tell, said } = pace(2);
  for (const userId of ['ada', 'bob', 'cyd']) tell('receipt.read', 1, { roomId: 'room' }, userId);
  expect(said()).toHaveLength(2);
  tell('receipt.read', 2);
  receipts.close();
  clock.advance(5_000);
  tell('receipt.read', 3);
  expect(said()).toHaveLength(2);
  expect(clock.timers).toBe(0);
});
