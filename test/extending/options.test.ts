import { expect, it } from 'vitest';
import * as archivedRooms from '../../examples/extending/src/archived-rooms.js';
import * as connections from '../../examples/extending/src/connections.js';
import * as omit from '../../examples/extending/src/omit.js';
import * as ownErrors from '../../examples/extending/src/own-errors.js';
import * as present from '../../examples/extending/src/present.js';
import * as settings from '../../examples/extending/src/settings.js';
import * as uploads from '../../examples/extending/src/uploads.js';
import * as vipRooms from '../../examples/extending/src/vip-rooms.js';

it('archived rooms are read-only', async () => {
  const read = ['That was it.'];
  expect(await archivedRooms.play()).toEqual({ refused: 'PERMISSION_DENIED 4002', allowed: false, read });
});

it('VIPs speak in a locked room', async () => {
  expect(await vipRooms.play()).toEqual({ vip: 'Bravo!', others: 'PERMISSION_DENIED 4002' });
});

it('errors of a host have codes of their own, and the rest is reported', async () => {
  const { told, reported } = await ownErrors.play();
  expect(told).toEqual([
    ['UNPAID', 4032],
    ['INTERNAL', 4006],
  ]);
  expect(reported.join()).toContain('a bug of ours');
});

it('what sockets do is heard of, and one may be turned away', async () => {
  expect(await connections.play()).toEqual([
    ...['ada connects', 'ada calls chat.room.create', 'ada leaves', 'mallory is turned away'],
  ]);
});

it('what is omitted is no procedure any more', async () => {
  const { refused, rooms } = await omit.play();
  expect(refused).toBe('There is no mutation "chat.room.delete".');
  expect(rooms).toBe(0);
});

it('messages and rooms are presented with fields of the host', async () => {
  expect(await present.play()).toEqual({ told: 4, read: 4, isLinked: true });
});

it('files go to a storage of the host, at an address that it signs', async () => {
  expect(await uploads.play()).toEqual({
    ...{ method: 'PUT', tooLarge: 'At most 5000000 bytes.' },
    attached: ['https://files.example/ada/1777636800000/teapot.png'],
  });
});

it('settings are resolved and frozen, and a wrong one is refused by its name', async () => {
  const { wrong, ...resolved } = await settings.play();
  expect(resolved).toEqual({ group: 12, channel: 300, isFrozen: true });
  expect(wrong).toContain('limits.contentCodePoints');
});
