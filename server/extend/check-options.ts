import { grants } from '@confab/shared';
import { z } from 'zod';
import { checkHooks } from './hooks/check-hooks.js';
import { action, having, refuse, refuseBy } from './option.js';

const object = z.custom((value) => typeof value === 'object' && value !== null, 'expected an object.').optional();
const names = z.array(z.string().min(1), 'expected an array of names.').optional();

const options = z.strictObject({
  store: having(['open', 'read', 'write', 'transaction'], 'expected a store, as prismaStore(client) makes it.'),
  bus: having(['publish', 'subscribe', 'close'], 'expected a bus, as memoryBus() makes it.').optional(),
  viewer: action,
  users: z.strictObject({ load: action }).optional(),
  settings: object,
  log: having(['info', 'warn', 'error'], 'expected a log with info, warn and error.').optional(),
  plugins: z.unknown().optional(),
  events: object,
  custom: object,
  errors: z.strictObject({ define: object, map: action.optional(), onError: action.optional() }).optional(),
  present: z
    .strictObject({ room: action.optional(), member: action.optional(), message: action.optional() })
    .optional(),
  columns: z.strictObject({ room: names, member: names, message: names }).optional(),
  omit: names,
  on: z.unknown().optional(),
  permissions: object,
  connections: z
    .strictObject({ onConnect: action.optional(), onDisconnect: action.optional(), onCall: action.optional() })
    .optional(),
  uploads: z.strictObject({ sign: action }).optional(),
  push: z
    .strictObject({
      deliver: action,
      timeoutMs: z.int().min(1).max(60_000).optional(),
      concurrency: z.int().min(1).max(100).optional(),
      maxAgeMs: z.int().min(1_000).optional(),
    })
    .optional(),
  webhooks: z.unknown().optional(),
  notify: z.strictObject({ decide: action.optional(), deliver: action.optional() }).optional(),
  ports: z
    .strictObject({
      clock: having(['now', 'after', 'every', 'turn'], 'expected a clock.').optional(),
      random: having(['next'], 'expected an object with next().').optional(),
      ids: having(['next'], 'expected an object with next().').optional(),
    })
    .optional(),
});

/** Throws `ChatConfigError` for the first option that is not of the right kind, or that there is none of. */
export function checkOptions(given: unknown): void {
  if (typeof given !== 'object' || given === null) refuse('createChat', 'expected an object of options.');
  refuseBy(options, '', given);
  checkHooks('on', (given as { readonly on?: unknown }).on);
}

/** Throws `ChatConfigError` for a rule of an action that is in no table. */
export function checkPermissions(given: object | undefined, actions: object): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (!Object.hasOwn(actions, name)) refuse(`permissions.${name}`, 'there is no such action.');
    if (value !== undefined) refuseBy(action, `permissions.${name}`, value);
  }
}

const rule = z.strictObject({
  least: z.enum(['never', 'sender', 'member', 'admin', 'owner', 'stranger']),
  grant: z.enum(grants).optional(),
  lockable: z.literal(true).optional(),
  mutable: z.literal(true).optional(),
  blockable: z.literal(true).optional(),
  publicly: z.literal(true).optional(),
  ranked: z.literal(true).optional(),
});

// Beside these a plugin may carry what is no concern of the server's, such as its client half.
const plugin = z.looseObject({
  errors: object,
  events: object,
  permissions: z.record(z.string(), z.strictObject({ direct: rule, group: rule, channel: rule })).optional(),
  limits: z.record(z.string(), z.strictObject({ perSecond: z.number().positive(), burst: z.int().min(1) })).optional(),
  models: z.looseObject({ names: z.array(z.string().min(1)) }).optional(),
  schema: z.string('expected text.').optional(),
  migrations: z.instanceof(URL, { error: 'expected a URL.' }).optional(),
  procedures: action.optional(),
  on: z.union([action, object], 'expected hooks, or a function that makes them.'),
  init: action.optional(),
});

/** Throws `ChatConfigError` for the first part of a plugin that can't be one. */
export function checkPlugin(option: string, given: unknown): void {
  refuseBy(plugin, option, given);
  const { on } = given as { readonly on?: unknown };
  if (typeof on !== 'function') checkHooks(`${option}.on`, on);
}
