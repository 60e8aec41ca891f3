import { TRPCClientError } from '@trpc/client';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { isChatError, isTransportError } from '@confab/client';
import type { ListenedEvent, PermittedRoom } from '@confab/client';
import type { ChatEvent, Member } from '@confab/shared';
import { createToyClient } from './set-up.js';
import { createToyServer } from './toy-server.js';

function answered(chat: unknown): TRPCClientError<never> {
  const data = { code: 'CONFLICT', httpStatus: 409, chat };
  return TRPCClientError.from({ error: { code: -32009, message: 'No.', data } });
}

const me = { userId: 'ada', role: 'member', permissions: [], mutedUntil: null } as unknown as NonNullable<
  PermittedRoom['me']
>;
const group: PermittedRoom = { kind: 'group', visibility: 'private', joinPolicy: 'invite', locked: false, me };

describe('the helpers', () => {
  it('know a chat error, and which', () => {
    const error: unknown = answered({ code: 'RATE_LIMITED', status: 4029, details: { retryAfterMs: 7 } });
    expect(isChatError(error)).toBe(true);
    expect(isChatError(error, 'CONFLICT')).toBe(false);
    expect(isChatError(error, 'RATE_LIMITED') && error.data.chat.details?.retryAfterMs).toBe(7);
    for (const other of [null, undefined, 'x', new Error('x'), answered(undefined), answered({ code: 'toString' })]) {
      expect(isChatError(other)).toBe(false);
    }
  });

  it('tell an answer from no answer', () => {
    expect(isTransportError(new TRPCClientError('WebSocket closed'))).toBe(true);
    expect(isTransportError(answered({ code: 'CONFLICT', status: 4005 }))).toBe(false);
    expect(isTransportError(new Error('x'))).toBe(false);
  });

  it('ask the permission table', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    expect(client.can('message.send', group)).toBe(true);
    expect(client.can('message.send', { ...group, locked: true })).toBe(false);
    expect(client.can('room.delete', { ...group, me: { ...me, role: 'owner' } })).toBe(true);
    expect(client.can('room.delete', { ...group, me: null })).toBe(false);
    expect(client.can('message.edit', group, { senderId: 'ada' })).toBe(true);
    expect(client.can('message.edit', group, { senderId: 'bob' })).toBe(false);
    const asAdmin: PermittedRoom = { ...group, me: { ...me, role: 'admin' } };
    expect(client.can('message.delete', group, { senderId: 'ada' })).toBe(true);
    expect(client.can('message.delete', group, { senderId: 'bob' })).toBe(false);
    expect(client.can('message.delete', asAdmin, { senderId: 'bob' })).toBe(true);
    expect(client.can('message.delete', { ...asAdmin, kind: 'direct' }, { senderId: 'bob' })).toBe(false);
  });

  it('narrow an event by the type that is listened to', () => {
    expectTypeOf<ListenedEvent<'member.added'>['data']['members']>().toEqualTypeOf<readonly Member[]>();
    expectTypeOf<ListenedEvent<'*'>>().toEqualTypeOf<ChatEvent>();
  });

  it('come in one frozen object', async () => {
    await using server = await createToyServer();
    await using client = createToyClient(server);
    expect(Object.isFrozen(client)).toBe(true);
    expect(Object.isFrozen(client.connection)).toBe(true);
  });
});
