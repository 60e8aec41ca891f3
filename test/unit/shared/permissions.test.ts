import { permissionTable, procedurePermissions, rule } from '@confab/shared';
import type { MemberFacts, RoomAction, RoomFacts, Situation } from '@confab/shared';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { query } from '../../../server/operations/operation.js';

const now = new Date('2026-01-01T00:00:00Z');
const group: RoomFacts = { kind: 'group', visibility: 'private', joinPolicy: 'invite', locked: false };
const plain: MemberFacts = { role: 'member', permissions: [], mutedUntil: null };

const ask = (action: RoomAction, room: RoomFacts | null, me: MemberFacts | null, more: Partial<Situation> = {}) =>
  rule(action, { room, me, now, ...more });

test('a procedure that the table does not name does not compile', () => {
  const input = () => z.strictObject({});
  const run = () => Promise.resolve({});
  // @ts-expect-error There is no such procedure in the table.
  query('room.explode', input, run);
});

test('every procedure is guarded by an action of the table or by being one’s own', () => {
  const actions = new Set(['self', ...Object.keys(permissionTable)]);
  expect(Object.values(procedurePermissions).filter((action) => !actions.has(action))).toEqual([]);
});

test('a room that is not there and one that may not be seen get the same answer', () => {
  for (const action of Object.keys(permissionTable) as RoomAction[]) {
    expect(ask(action, group, null)).toBe(ask(action, null, null));
  }
});

test('a stranger may look at a public room and join it by its policy, and nothing else', () => {
  const open: RoomFacts = { ...group, visibility: 'public', joinPolicy: 'open' };
  const allowed = (Object.keys(permissionTable) as RoomAction[]).filter(
    (action) => ask(action, open, null) === 'allowed',
  );
  expect(allowed.sort()).toEqual(['room.get', 'room.join']);
  expect(ask('room.join', { ...open, joinPolicy: 'invite' }, null)).toBe('PERMISSION_DENIED');
});

test('a mute ends by itself', () => {
  const muted = { ...plain, mutedUntil: new Date(now.getTime() + 1) };
  expect(ask('message.send', group, muted)).toBe('PERMISSION_DENIED');
  expect(ask('message.send', group, { ...muted, mutedUntil: now })).toBe('allowed');
});

test('a lock stops plain members but not admins and the granted', () => {
  const locked = { ...group, locked: true };
  expect(ask('message.send', locked, plain)).toBe('PERMISSION_DENIED');
  expect(ask('message.send', locked, { ...plain, permissions: ['message.send'] })).toBe('allowed');
  expect(ask('message.send', locked, { ...plain, role: 'admin' })).toBe('allowed');
});

test('nothing of what direct rooms never allow is allowed to an owner or by a grant', () => {
  const direct: RoomFacts = { ...group, kind: 'direct' };
  const mighty: MemberFacts = { role: 'owner', permissions: ['member.add', 'member.remove'], mutedUntil: null };
  for (const action of ['room.addMembers', 'room.removeMembers', 'room.leave', 'room.setRole'] as const) {
    expect(ask(action, direct, mighty)).toBe('PERMISSION_DENIED');
  }
});
