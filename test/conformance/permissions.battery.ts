import { expect, test } from 'vitest';
import type { Room, RoomKind } from '@confab/shared';
import type { RoomFields } from '../support/api.js';
import { expectRefusal, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { makeRoom, onEachDatabase } from '../support/suite.js';
import type { Suite } from '../support/suite.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';

type Actor = 'owner' | 'admin' | 'member' | 'granted' | 'stranger';

/** A room with one of each, and a message of a member who does nothing else. */
interface Stage {
  readonly room: Room;
  readonly roomId: string;
  readonly actors: Readonly<Record<Actor, Connection>>;
  readonly target: Connection;
  /** Sent by the target. */
  readonly messageId: string;
  readonly seq: number;
}

const everyGrant = ['member.add', 'member.remove', 'message.send', 'message.pin', 'message.moderate'] as const;

async function stage(suite: Suite, kind: RoomKind, fields: RoomFields = {}): Promise<Stage> {
  const connect = (name: string) => suite.connect(person(name), { subscribe: false });
  const [owner, admin, member, granted, stranger, target] = await Promise.all([
    connect('owner'),
    connect('admin'),
    connect('member'),
    connect('granted'),
    connect('stranger'),
    connect('target'),
  ]);
  const others = kind === 'direct' ? [target] : [admin, member, granted, target];
  const room = await makeRoom(kind, owner, others, fields);
  const roomId = room.id;
  if (kind !== 'direct') {
    await owner.api.room.setRole.mutate({ roomId, userIds: [admin.id], role: 'admin' });
    await owner.api.room.grant.mutate({ roomId, userIds: [granted.id], permissions: [...everyGrant] });
    await owner.api.room.grant.mutate({ roomId, userIds: [target.id], permissions: ['message.send'] });
  }
  const message = await target.api.message.send.mutate({ roomId, content: 'target' });
  await owner.api.room.revoke
    .mutate({ roomId, userIds: [target.id], permissions: ['message.send'] })
    .catch(() => undefined);
  return {
    room,
    roomId,
    actors: { owner, admin, member, granted, stranger },
    target,
    messageId: message.id,
    seq: message.seq,
  };
}

type Act = (api: Connection['api'], on: Stage) => Promise<unknown>;

/** How each action is done; none of them stands in another one's way. */
const actions = {
  'see the room': (api, { roomId }) => api.room.get.query({ roomId }),
  'list the members': (api, { roomId }) => api.room.members.query({ roomId }),
  'read history': (api, { roomId }) => api.message.list.query({ roomId }),
  'look at a message': (api, { messageId }) => api.message.get.query({ messageId }),
  'see receipts': (api, { messageId }) => api.message.receipts.query({ messageId }),
  acknowledge: (api, { roomId, seq }) => api.message.ack.mutate({ roomId, seq }),
  'mark as read': (api, { messageId }) => api.message.read.mutate({ messageIds: [messageId] }),
  react: (api, { messageId }) => api.message.react.mutate({ messageId, emoji: '👍' }),
  unreact: (api, { messageId }) => api.message.unreact.mutate({ messageId, emoji: '👍' }),
  send: (api, { roomId }) => api.message.send.mutate({ roomId, content: 'hello' }),
  type: (api, { roomId }) => api.message.typing.mutate({ roomId, typing: true }),
  'edit what another wrote': (api, { messageId }) => api.message.edit.mutate({ messageId, content: 'changed' }),
  'delete what another wrote': (api, { messageId }) => api.message.delete.mutate({ messageIds: [messageId] }),
  'add members': (api, { roomId }) => api.room.addMembers.mutate({ roomId, userIds: [person('new').id] }),
  'remove members': (api, { roomId }) => api.room.removeMembers.mutate({ roomId, userIds: [person('nobody').id] }),
  'change settings': (api, { roomId }) => api.room.update.mutate({ roomId, description: 'changed' }),
  'change preferences': (api, { roomId }) => api.room.update.mutate({ roomId, preferences: { theme: 'sea' } }),
  'set a role': (api, { roomId, target }) => api.room.setRole.mutate({ roomId, userIds: [target.id], role: 'member' }),
  'grant a right': (api, { roomId, target }) =>
    api.room.grant.mutate({ roomId, userIds: [target.id], permissions: ['message.pin'] }),
  'revoke a right': (api, { roomId, target }) =>
    api.room.revoke.mutate({ roomId, userIds: [target.id], permissions: ['message.pin'] }),
  'set own preferences': (api, { roomId }) => api.room.setPreferences.mutate({ roomId, pinned: true }),
  'see versions': (api, { messageId }) => api.message.versions.query({ messageId }),
  'see pins': (api, { roomId }) => api.message.pins.query({ roomId }),
  pin: (api, { messageId }) => api.message.pin.mutate({ messageId }),
  unpin: (api, { messageId }) => api.message.unpin.mutate({ messageId }),
  'see bans': (api, { roomId }) => api.room.bans.query({ roomId }),
  ban: (api, { roomId }) => api.room.ban.mutate({ roomId, userId: person('nobody').id }),
  unban: (api, { roomId }) => api.room.unban.mutate({ roomId, userId: person('nobody').id }),
  'see requests': (api, { roomId }) => api.room.joinRequests.query({ roomId }),
  'answer a request': (api, { roomId }) =>
    api.room.answerJoinRequest.mutate({ roomId, userId: person('nobody').id, accept: false }),
  'see invites': (api, { roomId }) => api.room.invites.query({ roomId }),
  invite: (api, { roomId }) => api.room.createInvite.mutate({ roomId }),
  mute: (api, { roomId, target }) => api.room.mute.mutate({ roomId, userId: target.id }),
  unmute: (api, { roomId, target }) => api.room.unmute.mutate({ roomId, userId: target.id }),
} as const satisfies Readonly<Record<string, Act>>;

type Action = keyof typeof actions;
/** Who may; everyone else who is in the room is denied. */
type Table = Readonly<Record<Action, readonly Actor[]>>;

const members = ['owner', 'admin', 'member', 'granted'] as const;
const admins = ['owner', 'admin'] as const;
const adminsAndGranted = ['owner', 'admin', 'granted'] as const;

const group: Table = {
  'see the room': members,
  'list the members': members,
  'read history': members,
  'look at a message': members,
  'see receipts': members,
  acknowledge: members,
  'mark as read': members,
  react: members,
  unreact: members,
  send: members,
  type: members,
  'edit what another wrote': [],
  'delete what another wrote': adminsAndGranted,
  'add members': adminsAndGranted,
  'remove members': adminsAndGranted,
  'change settings': admins,
  'change preferences': admins,
  'set a role': admins,
  'grant a right': admins,
  'revoke a right': admins,
  'set own preferences': members,
  'see versions': members,
  'see pins': members,
  pin: adminsAndGranted,
  unpin: adminsAndGranted,
  'see bans': admins,
  ban: admins,
  unban: admins,
  'see requests': admins,
  'answer a request': admins,
  'see invites': admins,
  invite: admins,
  mute: admins,
  unmute: admins,
};
const locked: Table = { ...group, send: adminsAndGranted, type: adminsAndGranted };
const direct: Table = {
  ...group,
  'delete what another wrote': [],
  'add members': [],
  'remove members': [],
  'change settings': [],
  'set a role': [],
  'grant a right': [],
  'revoke a right': [],
  pin: members,
  unpin: members,
  'see bans': [],
  ban: [],
  unban: [],
  'see requests': [],
  'answer a request': [],
  'see invites': [],
  invite: [],
  mute: [],
  unmute: [],
};

async function expectTable(suite: Suite, on: Stage, table: Table, actors: readonly Actor[]): Promise<void> {
  for (const name of Object.keys(table) as Action[]) {
    for (const actor of actors) {
      const call = actions[name](on.actors[actor].api, on);
      const what = `${actor} in a ${on.room.kind}: ${name}`;
      if (table[name].includes(actor)) {
        await expect(call, what).resolves.toBeDefined();
        // Only the deletion stands in the way of what comes after it, so each deletes a message of its own.
        if (name === 'delete what another wrote') await renew(on);
      } else if (name === 'change settings' && on.room.kind === 'direct') {
        await expectRefusal(call, 'PERMISSION_DENIED', 'VALIDATION');
      } else {
        const refusal = await expectRefusal(call, 'PERMISSION_DENIED').catch((error: unknown) => {
          throw new Error(what, { cause: error });
        });
        expect(refusal.code, what).toBe('PERMISSION_DENIED');
      }
    }
  }
  expect(suite.server.isRunning).toBe(true);
}

async function renew(on: { -readonly [Key in keyof Stage]: Stage[Key] }): Promise<void> {
  const { roomId, target, actors } = on;
  if (on.room.kind !== 'direct')
    await actors.owner.api.room.grant.mutate({ roomId, userIds: [target.id], permissions: ['message.send'] });
  const message = await target.api.message.send.mutate({ roomId, content: 'target' });
  on.messageId = message.id;
  on.seq = message.seq;
}

async function expectStrangers(on: Stage, code: string, except: readonly Action[] = []): Promise<void> {
  for (const name of Object.keys(actions) as Action[]) {
    const call = actions[name](on.actors.stranger.api, on);
    if (except.includes(name)) await expect(call, `a stranger: ${name}`).resolves.toBeDefined();
    else {
      await expectRefusal(call, code).catch((error: unknown) => {
        throw new Error(`a stranger in a ${on.room.visibility} ${on.room.kind}: ${name}`, { cause: error });
      });
    }
  }
}

onEachDatabase('who may do what', (suite) => {
  test('in a group', async () => {
    await expectTable(suite, await stage(suite, 'group'), group, members);
  });

  test('in a locked group', async () => {
    await expectTable(suite, await stage(suite, 'group', { locked: true }), locked, members);
  });

  test('in a channel', async () => {
    await expectTable(suite, await stage(suite, 'channel'), locked, members);
  });

  test('in a direct room', async () => {
    const on = await stage(suite, 'direct');
    await expectTable(suite, on, direct, ['owner']);
  });

  test('a stranger to a private room is told that there is nothing', async () => {
    for (const kind of ['direct', 'group', 'channel'] as const) {
      await expectStrangers(await stage(suite, kind), 'NOT_FOUND');
    }
  });

  test('a stranger to a public room may look at it, and is denied the rest', async () => {
    const on = await stage(suite, 'channel', { visibility: 'public' });
    await expectStrangers(on, 'PERMISSION_DENIED', ['see the room']);
  });

  test('the owner alone deletes a group or channel', async () => {
    for (const kind of ['group', 'channel'] as const) {
      const { actors, roomId } = await stage(suite, kind);
      for (const actor of ['admin', 'member', 'granted'] as const) {
        await expectRefusal(actors[actor].api.room.delete.mutate({ roomId }), 'PERMISSION_DENIED');
      }
      await expectRefusal(actors.stranger.api.room.delete.mutate({ roomId }), 'NOT_FOUND');
      await actors.owner.api.room.delete.mutate({ roomId });
    }
  });

  test('one’s own messages are one’s own, with or without the right to send', async () => {
    const { target, messageId } = await stage(suite, 'channel');
    await target.api.message.edit.mutate({ messageId, content: 'still mine' });
    await target.api.message.delete.mutate({ messageIds: [messageId] });
  });

  test('a role counts only while one is a member', async () => {
    const { actors, roomId } = await stage(suite, 'group');
    await actors.admin.api.room.leave.mutate({ roomId });
    await expectRefusal(actors.admin.api.room.update.mutate({ roomId, name: 'No' }), 'NOT_FOUND');
    await expectRefusal(actors.admin.api.message.send.mutate({ roomId, content: 'No' }), 'NOT_FOUND');
    await actors.owner.api.room.addMembers.mutate({ roomId, userIds: [actors.admin.id] });
    await expectRefusal(actors.admin.api.room.update.mutate({ roomId, name: 'No' }), 'PERMISSION_DENIED');
  });

  test('only admins name the whole room', async () => {
    const { actors, roomId } = await stage(suite, 'group');
    const send = (actor: Actor) =>
      actors[actor].api.message.send.mutate({ roomId, content: 'all!', mentions: ['@room'] });
    await send('owner');
    await send('admin');
    await expectRefusal(send('member'), 'PERMISSION_DENIED');
    const two = await stage(suite, 'direct');
    await expectRefusal(
      two.actors.owner.api.message.send.mutate({ roomId: two.roomId, content: 'all!', mentions: ['@room'] }),
      'PERMISSION_DENIED',
      'VALIDATION',
    );
  });

  test('ids of a wrong type or shape are invalid for everyone, unknown ones not found', async () => {
    const { actors } = await stage(suite, 'group');
    for (const api of [actors.owner, actors.stranger]) {
      for (const wrong of [
        [unknownId],
        { id: unknownId },
        new Set([unknownId]),
        7,
        null,
        undefined,
        '',
        'nonsense',
        true,
      ]) {
        await expectRefusal(api.call('room.get', { roomId: wrong }), 'VALIDATION');
        await expectRefusal(api.call('message.get', { messageId: wrong }), 'VALIDATION');
        await expectRefusal(api.call('message.send', { roomId: wrong, content: 'x' }), 'VALIDATION');
      }
      await expectRefusal(api.call('room.get', { roomId: unknownId }), 'NOT_FOUND');
      await expectRefusal(api.call('message.get', { messageId: unknownId }), 'NOT_FOUND');
      await expectRefusal(api.call('message.send', { roomId: unknownId, content: 'x' }), 'NOT_FOUND');
    }
  });
});
