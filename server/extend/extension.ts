import { errorCodes, permissionTable, procedurePermissions } from '@confab/shared';
import type { ErrorDefinition, ErrorDefinitions, PermissionTable, Rate } from '@confab/shared';
import { z } from 'zod';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { ChatStore } from '../store/port.js';
import { checkPermissions, checkPlugin } from './check-options.js';
import { isEventDefinition } from './data/create-own-events.js';
import type { CustomSchemas, EventDefinitions } from './data/definitions.js';
import type { ChatPlugin } from './plugins/plugin.js';
import { refuse, refuseBy } from './option.js';
import type { OwnColumns } from '../store/present/presentation.js';

/** What of a chat's options extends it. */
export interface ExtensionOptions {
  readonly plugins?: readonly ChatPlugin[] | undefined;
  readonly events?: EventDefinitions | undefined;
  readonly errors?: { readonly define?: ErrorDefinitions } | undefined;
  readonly custom?: CustomSchemas | undefined;
  readonly omit?: readonly string[] | undefined;
  readonly columns?: OwnColumns | undefined;
  readonly permissions?: object | undefined;
  readonly store: Pick<ChatStore, 'missingModels' | 'missingColumns'>;
}

/** The parts of the host and of all plugins put together, each checked. */
export interface Extension {
  readonly plugins: readonly ChatPlugin[];
  readonly events: EventDefinitions;
  readonly errors: ErrorDefinitions;
  readonly permissions: PermissionTable;
  /** Under `<plugin>.<name>`. */
  readonly limits: Readonly<Record<string, Rate>>;
  readonly omitted: ReadonlySet<string>;
}

/** What a router calls its own, and the namespaces of the core. */
const reservedIds: ReadonlySet<string> = new Set([
  ...['then', 'call', 'apply', 'constructor', 'prototype', '__proto__'],
  // What only the system has.
  ...['publish', 'user', 'deliveries'],
  ...Object.keys(procedurePermissions).map((name) => name.split('.')[0] ?? name),
]);

const definition = z.object({
  status: z.int().min(4_000).max(4_999),
  trpc: z.string().refine((name) => Object.hasOwn(TRPC_ERROR_CODES_BY_KEY, name), 'tRPC has no code of this name.'),
  sentence: z.string().min(1).optional(),
});

const coreStatuses: ReadonlySet<number> = new Set(Object.values(errorCodes).map(({ status }) => status));

/** Puts the parts together. Throws `ChatConfigError` that names the option and what is wrong with it. */
export function resolveExtension(options: ExtensionOptions): Extension {
  const { plugins = [], events: own = {}, errors, custom = {}, omit = [] } = options;
  checkPlugins(plugins);
  checkCustom(custom);
  checkColumns(options);
  const events = new Map<string, EventDefinitions[string]>();
  const codes = new Map<string, ErrorDefinition>();
  const permissions = new Map<string, PermissionTable[string]>(Object.entries(permissionTable));
  const limits = new Map<string, Rate>();

  function addEvents(option: string, given: EventDefinitions): void {
    for (const [type, value] of Object.entries(given)) {
      const name = `${option}.${type}`;
      if (!/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)+$/.test(type))
        refuse(name, "an event's type reads like 'order.paid'.");
      if (coreEvents.has(type)) refuse(name, 'the core has an event of this type.');
      if (events.has(type)) refuse(name, 'this event was declared twice.');
      if (!isEventDefinition(value)) refuse(name, 'expected a zod schema, or { facts, render }.');
      events.set(type, value);
    }
  }

  function addErrors(option: string, given: ErrorDefinitions): void {
    for (const [code, value] of Object.entries(given)) {
      const name = `${option}.${code}`;
      if (!/^[A-Z][A-Z0-9_]*$/.test(code)) refuse(name, "a code reads like 'QUOTA_REACHED'.");
      if (Object.hasOwn(errorCodes, code)) refuse(name, 'the core has an error of this code.');
      if (codes.has(code)) refuse(name, 'this code was defined twice.');
      refuseBy(definition, name, value);
      if (coreStatuses.has(value.status)) refuse(`${name}.status`, `the core uses ${value.status}.`);
      codes.set(code, value);
    }
  }

  addEvents('events', own);
  addErrors('errors.define', errors?.define ?? {});
  plugins.forEach((plugin, index) => {
    const option = `plugins.${index} (${plugin.id})`;
    const missing = options.store.missingModels(plugin.models?.names ?? []);
    if (missing.length > 0) {
      const sentence = 'Run `confab generate prisma`, `prisma generate` and the migration.';
      refuse(`${option}.models`, `the Prisma client has no ${missing.join(', ')}. ${sentence}`);
    }
    addEvents(`${option}.events`, plugin.events ?? {});
    addErrors(`${option}.errors`, plugin.errors ?? {});
    for (const [action, rules] of Object.entries(plugin.permissions ?? {})) {
      if (permissions.has(action)) refuse(`${option}.permissions.${action}`, 'there is such an action already.');
      permissions.set(action, rules);
    }
    for (const [name, rate] of Object.entries(plugin.limits ?? {})) limits.set(`${plugin.id}.${name}`, rate);
  });
  for (const name of omit) {
    if (!Object.hasOwn(procedurePermissions, name)) refuse('omit', `there is no procedure ${name}.`);
  }
  checkPermissions(options.permissions, Object.fromEntries(permissions));
  return {
    plugins,
    events: Object.fromEntries(events),
    errors: Object.fromEntries(codes),
    permissions: Object.fromEntries(permissions),
    limits: Object.fromEntries(limits),
    omitted: new Set(omit),
  };
}

function checkColumns({ columns = {}, store }: ExtensionOptions): void {
  const [missing] = store.missingColumns(columns);
  if (missing !== undefined) refuse(`columns.${missing}`, 'the Prisma client has no such field in this model.');
}

function checkPlugins(plugins: readonly ChatPlugin[]): void {
  if (!Array.isArray(plugins)) refuse('plugins', 'expected an array of plugins.');
  const ids = new Set<string>();
  plugins.forEach((plugin, index) => {
    const option = `plugins.${index}`;
    const id: unknown = (plugin as { readonly id?: unknown } | null)?.id;
    if (typeof id !== 'string' || !/^[a-z][A-Za-z0-9]{0,39}$/.test(id)) {
      refuse(`${option}.id`, 'expected a name in lower camel case, of at most 40 letters and digits.');
    }
    if (reservedIds.has(id)) refuse(`${option}.id`, `"${id}" is a name of the core's own.`);
    if (ids.has(id)) refuse(`${option}.id`, `there is another plugin "${id}".`);
    ids.add(id);
    checkPlugin(`${option} (${id})`, plugin);
  });
}

function checkCustom(custom: CustomSchemas): void {
  const { message, ...others } = custom;
  for (const [noun, schema] of Object.entries(others)) {
    if (noun !== 'room' && noun !== 'member') refuse(`custom.${noun}`, 'there is no such noun.');
    if (schema !== undefined && !(schema instanceof z.ZodType)) refuse(`custom.${noun}`, 'expected a zod schema.');
  }
  if (message === undefined || message instanceof z.ZodType) return;
  for (const [kind, schema] of Object.entries(message)) {
    if (!['direct', 'group', 'channel'].includes(kind))
      refuse(`custom.message.${kind}`, 'there is no such kind of room.');
    if (!(schema instanceof z.ZodType)) refuse(`custom.message.${kind}`, 'expected a zod schema.');
  }
}

const coreEvents: ReadonlySet<string> = new Set([
  ...['ready', 'resync', 'room.limited', 'room.gone', 'checkpoint', 'room.created', 'room.updated', 'room.deleted'],
  ...['member.added', 'member.removed', 'member.updated', 'message.created', 'message.updated', 'message.deleted'],
  ...['message.reaction', 'message.pinned', 'receipt.delivered', 'receipt.read', 'typing', 'presence', 'user.updated'],
  ...[
    'notification',
    'message.hidden',
    'preferences.updated',
    'notifications.updated',
    'draft.updated',
    'session.revoked',
  ],
]);
