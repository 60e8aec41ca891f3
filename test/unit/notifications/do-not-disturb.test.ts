import type { QuietHours } from '@confab/shared';
import { expect, test } from 'vitest';
import { isQuiet, isTimeZone } from '../../../server/operations/notifications/do-not-disturb.js';

const berlin = 'Europe/Berlin';
const night: QuietHours = { from: '22:00', to: '07:00', timeZone: berlin };
const lunch: QuietHours = { from: '12:00', to: '13:00', timeZone: berlin };
/** Monday night to Tuesday morning only. */
const mondays: QuietHours = { ...night, days: [1] };
/** Where clocks go from 2:00 to 3:00 on 29 March 2026, and from 3:00 back to 2:00 on 25 October. */
const small: QuietHours = { from: '02:15', to: '02:45', timeZone: berlin };

const rows: readonly (readonly [name: string, hours: QuietHours, at: string, quiet: boolean])[] = [
  ['before noon', lunch, '2026-01-05T10:59:59Z', false],
  ['from its first minute', lunch, '2026-01-05T11:00:00Z', true],
  ['up to its last second', lunch, '2026-01-05T11:59:59Z', true],
  ['not at its end', lunch, '2026-01-05T12:00:00Z', false],
  ['by the clock on the wall in summer', lunch, '2026-07-06T10:30:00Z', true],
  ['no longer by the one of winter', lunch, '2026-07-06T11:30:00Z', false],
  ['before a night', night, '2026-01-05T20:59:59Z', false],
  ['from the beginning of a night', night, '2026-01-05T21:00:00Z', true],
  ['at midnight', night, '2026-01-05T23:00:00Z', true],
  ['in the morning', night, '2026-01-06T05:59:59Z', true],
  ['not after a night', night, '2026-01-06T06:00:00Z', false],
  ['on the evening of its day', mondays, '2026-01-05T22:00:00Z', true],
  ['on the morning after its day', mondays, '2026-01-06T03:00:00Z', true],
  ['not on the morning of its day', mondays, '2026-01-05T03:00:00Z', false],
  ['not on the evening after', mondays, '2026-01-06T22:00:00Z', false],
  [
    'its day is that of the time zone',
    { ...lunch, timeZone: 'Pacific/Auckland', days: [2] },
    '2026-01-05T23:30:00Z',
    true,
  ],
  ['and not that of the server', { ...lunch, timeZone: 'Pacific/Auckland', days: [1] }, '2026-01-05T23:30:00Z', false],
  ['the week turns over from Saturday to Sunday', { ...night, days: [6] }, '2026-01-11T03:00:00Z', true],
  ['an hour that is skipped is not there', small, '2026-03-29T01:30:00Z', false],
  ['an hour that comes twice is quiet the first time', small, '2026-10-25T00:30:00Z', true],
  ['and the second', small, '2026-10-25T01:30:00Z', true],
  ['a night in which clocks go forward ends by the wall', night, '2026-03-29T04:59:59Z', true],
  ['and not an hour later', night, '2026-03-29T05:00:00Z', false],
  [
    'a zone that is off by three quarters of an hour',
    { ...lunch, timeZone: 'Asia/Kathmandu' },
    '2026-01-05T06:20:00Z',
    true,
  ],
  ['a zone’s name in any case', { ...lunch, timeZone: 'eUROPE/bERLIN' }, '2026-01-05T11:30:00Z', true],
  ['a night that ends at midnight', { ...night, to: '00:00' }, '2026-01-05T22:59:59Z', true],
  ['and no later', { ...night, to: '00:00' }, '2026-01-05T23:00:00Z', false],
];

test.each(rows)('%s', (_name, hours, at, quiet) => {
  expect(isQuiet(hours, new Date(at))).toBe(quiet);
});

test('quiet until a moment ends with it, and none is never quiet', () => {
  const until = new Date('2026-01-05T12:00:00Z');
  expect(isQuiet({ until }, new Date(until.getTime() - 1))).toBe(true);
  expect(isQuiet({ until }, until)).toBe(false);
  expect(isQuiet(null, until)).toBe(false);
});

test('time zones are those of the IANA database', () => {
  for (const name of ['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5']) {
    expect(isTimeZone(name), name).toBe(true);
  }
  for (const name of ['', 'Mars/Olympus', '+02:00', '-0500', 'Europe/Berlin ', '../etc/passwd', 'CEST!', 'Z']) {
    expect(isTimeZone(name), name).toBe(false);
  }
});
