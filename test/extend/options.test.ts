import { ChatConfigError, createChat, definePlugin, pluginModels } from '@confab/server';
import type { ChatStore } from '@confab/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { onSqlite } from '../support/databases.js';

const pluginWith = (parts: object) => ({ plugins: [{ id: 'dice', ...parts }] });
const lots = { status: 4_100, trpc: 'CONFLICT' };

/** Options that can't be used, as untyped code may give them, and what is said of each. */
const refused: readonly (readonly [string, object])[] = [
  // What a chat is made of.
  ['store: expected a store', { store: undefined }],
  ['store: expected a store', { store: {} }],
  ['bus: expected a bus', { bus: {} }],
  ['viewer: expected a function', { viewer: undefined }],
  ['users.load: expected a function', { users: { load: 'everyone' } }],
  ['log: expected a log', { log: { info: () => undefined } }],
  ['ports.clock: expected a clock', { ports: { clock: Date } }],
  ['omitted: there is no such option', { omitted: [] }],
  // Settings.
  ['settings.softDelte', { settings: { softDelte: true } }],
  ['settings.limits.page', { settings: { limits: { page: 0 } } }],
  ['settings.limits.pages', { settings: { limits: { pages: 10 } } }],
  ['settings.reactions', { settings: { reactions: 'some' } }],
  ['settings.maxMembers.group', { settings: { maxMembers: { group: '100' } } }],
  ['settings.retention.days', { settings: { retention: { days: -1 } } }],
  // Hooks.
  ['on.message.sent: there is no such operation', { on: { 'message.sent': {} } }],
  ['on.message.send.befor: there is no such option', { on: { 'message.send': { befor: () => undefined } } }],
  ['on.message.send.before: expected a function', { on: { 'message.send': { before: 'x' } } }],
  ['on.message.send.inTransaction', { on: { 'message.send': { inTransaction: 'yes' } } }],
  ['on.message.send.when: goes with `inTransaction: true` only', { on: { 'message.send': { when: () => true } } }],
  ['on.session.close.before: there is no such option', { on: { 'session.close': { before: () => undefined } } }],
  ['on: expected an object of hooks', { on: () => ({}) }],
  // Own events and errors.
  ["events.paid: an event's type reads like 'order.paid'", { events: { paid: z.object({}) } }],
  ['events.message.created: the core has an event of this type', { events: { 'message.created': z.object({}) } }],
  ['events.order.paid: expected a zod schema', { events: { 'order.paid': { orderId: 'string' } } }],
  ["errors.define.quota: a code reads like 'QUOTA_REACHED'", { errors: { define: { quota: lots } } }],
  ['errors.define.CONFLICT: the core has an error of this code', { errors: { define: { CONFLICT: lots } } }],
  ['errors.define.QUOTA.status: the core uses 4029', { errors: { define: { QUOTA: { ...lots, status: 4_029 } } } }],
  ['errors.define.QUOTA.status', { errors: { define: { QUOTA: { ...lots, status: 403 } } } }],
  ['errors.define.QUOTA.trpc: tRPC has no code', { errors: { define: { QUOTA: { ...lots, trpc: 'NOPE' } } } }],
  ['errors.map: expected a function', { errors: { map: {} } }],
  ['errors.onErrors: there is no such option', { errors: { onErrors: () => undefined } }],
  // Custom data, presenters and columns.
  ['custom.user: there is no such noun', { custom: { user: z.object({}) } }],
  ['custom.room: expected a zod schema', { custom: { room: { archived: 'boolean' } } }],
  ['custom.message.chanel: there is no such kind of room', { custom: { message: { chanel: z.object({}) } } }],
  ['present.message: expected a function', { present: { message: true } }],
  ['present.messages: there is no such option', { present: { messages: () => undefined } }],
  ['columns.message: expected an array of names', { columns: { message: 'priority' } }],
  ['columns.message.priority: the Prisma client has no such field', { columns: { message: ['priority'] } }],
  // Permissions and what is left out.
  ['permissions.message.sent: there is no such action', { permissions: { 'message.sent': () => 'allowed' } }],
  ['permissions.message.send: expected a function', { permissions: { 'message.send': 'never' } }],
  ['omit: there is no procedure room.discovery', { omit: ['room.discovery'] }],
  ['connections.onConnected: there is no such option', { connections: { onConnected: () => undefined } }],
  ['notify.deliver: expected a function', { notify: { deliver: [] } }],
  // Plugins.
  ['plugins: expected an array of plugins', { plugins: { id: 'dice' } }],
  ['plugins.0.id: expected a name in lower camel case', { plugins: [{ id: 'my-dice' }] }],
  ['plugins.0.id: expected a name', { plugins: [null] }],
  ['plugins.0.id: "message" is a name of the core\'s own', { plugins: [{ id: 'message' }] }],
  ['plugins.1.id: there is another plugin "dice"', { plugins: [{ id: 'dice' }, { id: 'dice' }] }],
  ['plugins.0 (dice).on.message.sent: there is no such operation', pluginWith({ on: { 'message.sent': {} } })],
  ['plugins (dice).on.message.sent: there is no such operation', pluginWith({ on: () => ({ 'message.sent': {} }) })],
  ['plugins.0 (dice).procedures: expected a function', pluginWith({ procedures: {} })],
  ['plugins.0 (dice).limits.rolls.burst', pluginWith({ limits: { rolls: { perSecond: 1, burst: 0 } } })],
  ['plugins.0 (dice).permissions.dice.roll', pluginWith({ permissions: { 'dice.roll': { direct: {} } } })],
  [
    'plugins.0 (dice).permissions.message.send: there is such an action already',
    pluginWith({ permissions: { 'message.send': all({ least: 'member' }) } }),
  ],
  ['plugins.0 (dice).migrations: expected a URL', pluginWith({ migrations: './migrations' })],
  [
    'plugins.0 (dice).errors.QUOTA: this code was defined twice',
    { errors: { define: { QUOTA: lots } }, ...pluginWith({ errors: { QUOTA: lots } }) },
  ],
  [
    'plugins.0 (dice).models: the Prisma client has no chatRoll',
    pluginWith({ models: pluginModels('chatRoll' as never) }),
  ],
];

function all<Value>(value: Value) {
  return { direct: value, group: value, channel: value };
}

onSqlite((database) => {
  let store: ChatStore;
  beforeAll(async () => {
    store = await database.store();
  });

  describe('an option that can not be used is refused at once, by its name', () => {
    test.each(refused)('%s', (sentence, options) => {
      const build = () => createChat({ store, viewer: () => null, ...(options as object) });
      expect(build).toThrow(ChatConfigError);
      expect(build).toThrow(sentence);
    });
  });

  test('everything that can be used is taken', async () => {
    const dice = definePlugin({
      ...{
        id: 'dice',
        errors: { NO_DICE: { status: 4_100, trpc: 'CONFLICT' } },
        limits: { rolls: { perSecond: 1, burst: 2 } },
      },
      events: { 'dice.rolled': z.object({ eyes: z.int() }) },
      permissions: { 'dice.roll': all({ least: 'member' } as const) },
    });
    await using chat = createChat({
      ...{ store: await database.store(), viewer: () => null, plugins: [dice], omit: ['room.delete'] },
      settings: { softDelete: false, limits: { sends: false } },
      permissions: { 'dice.roll': ({ next }) => next() },
      on: { 'session.open': {}, 'message.send': { inTransaction: false } },
    });
    await chat.ready;
    expect(chat.settings).toMatchObject({ softDelete: false, limits: { sends: false, page: 100 } });
    expect(() => Object.assign(chat.settings, { softDelete: true })).toThrow(TypeError);
    expect(() => Object.assign(chat, { router: null })).toThrow(TypeError);
  });
});
