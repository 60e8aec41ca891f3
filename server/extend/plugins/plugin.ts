import type { ErrorDefinitions, PermissionTable, Rate } from '@confab/shared';
import type { TRPCRouterRecord } from '@trpc/server';
import type { EventDefinitions } from '../data/definitions.js';
import type { Hooks } from '../hooks/hooks.js';
import type { ChatScope } from '../scope.js';
import type { PluginKit } from './plugin-kit.js';

/** What a plugin keeps open; asked to let go when the chat is closed. */
export interface PluginResource {
  dispose(): void | Promise<void>;
}

/** Delegates of a Prisma client that a plugin works with. Made by `pluginModels`. */
export interface PluginModels<Models = unknown> {
  /** As the client calls them: `chatPoll`. */
  readonly names: readonly string[];
  /** Never there; it carries the type. */
  readonly type?: Models;
}

/** Any plugin, as `createChat` takes it. Write one with `definePlugin`, which checks it more closely. */
export interface ChatPlugin {
  /** Its namespace everywhere: the key in the router, the beginning of its tables' names. Lower camel case. */
  readonly id: string;
  /** Errors of its own, by code. */
  readonly errors?: ErrorDefinitions;
  /** Events of its own, by type; a type holds a dot: `'polls.voted'`. */
  readonly events?: EventDefinitions;
  /** Actions of its own, added to the permission table. */
  readonly permissions?: PermissionTable;
  /** Rates of its own, per user. */
  readonly limits?: Readonly<Record<string, Rate>>;
  /** The models it works with; a client without them is refused when the chat is built. */
  readonly models?: PluginModels;
  /** The Prisma models it needs, as text: named `Chat…`, mapped to `chat_<id>_…`. */
  readonly schema?: string;
  /** A folder with `sqlite/` and `postgresql/`, each with Prisma migrations, for `confab migrate`. */
  readonly migrations?: URL;
  /** Procedures, which appear as `chat.<id>.…`. */
  procedures?(kit: never): TRPCRouterRecord;
  /** What happens around operations, or how to make that with the kit. */
  readonly on?: Hooks | ((kit: never) => Hooks);
  /** Starts what runs beside the calls, when the chat is ready. */
  init?(kit: never): PluginResource | undefined | Promise<PluginResource | undefined>;
  /**
   * Lets go of what it keeps of messages, or of a room, that erasure or retention removes; for what operations remove
   * there are hooks. `scope` stands for the transaction that removes them.
   */
  purge?(kit: never, scope: ChatScope, gone: Gone): Promise<void>;
  /** Everything it keeps of a user, read in pages; for `user.export`. */
  exportUser?(kit: never, userId: string): AsyncIterable<PluginUserRecord>;
  /**
   * Erases what it keeps of a user, in short transactions of its own, and says how many rows that were. It may be called
   * again, also after it failed half-way. What it keeps of the user's messages is gone already.
   */
  eraseUser?(kit: never, userId: string): Promise<number>;
}

/** What is gone for everyone: messages, or a room with all of its messages. */
export type Gone = { readonly messageId: { in: string[] } } | { readonly roomId: string };

/** Something a plugin keeps of a user. */
export interface PluginUserRecord {
  /** What it is, in a word of the plugin's own. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A plugin with everything known of it. */
export interface PluginDefinition<
  Id extends string,
  Errors extends ErrorDefinitions,
  Events extends EventDefinitions,
  Permissions extends PermissionTable,
  Limits extends Readonly<Record<string, Rate>>,
  Models,
  Procedures extends TRPCRouterRecord,
> {
  readonly id: Id;
  readonly errors?: Errors;
  readonly events?: Events;
  readonly permissions?: Permissions;
  readonly limits?: Limits;
  readonly models?: PluginModels<Models>;
  readonly schema?: string;
  readonly migrations?: URL;
  procedures?(kit: PluginKit<Errors, Events, Permissions, Limits, Models>): Procedures;
  readonly on?: Hooks | ((kit: PluginKit<Errors, Events, Permissions, Limits, Models>) => Hooks);
  init?(
    kit: PluginKit<Errors, Events, Permissions, Limits, Models>,
  ): PluginResource | undefined | Promise<PluginResource | undefined>;
  purge?(kit: PluginKit<Errors, Events, Permissions, Limits, Models>, scope: ChatScope, gone: Gone): Promise<void>;
  exportUser?(
    kit: PluginKit<Errors, Events, Permissions, Limits, Models>,
    userId: string,
  ): AsyncIterable<PluginUserRecord>;
  eraseUser?(kit: PluginKit<Errors, Events, Permissions, Limits, Models>, userId: string): Promise<number>;
}

/* eslint-disable @typescript-eslint/no-empty-object-type -- the definitions of a plugin that makes none */

/** Checks a plugin's parts against each other; the value is the one that was given. */
export function definePlugin<
  const Id extends string,
  const Errors extends ErrorDefinitions = {},
  Events extends EventDefinitions = {},
  const Permissions extends PermissionTable = {},
  const Limits extends Readonly<Record<string, Rate>> = {},
  Models = {},
  Procedures extends TRPCRouterRecord = never,
>(
  plugin: PluginDefinition<Id, Errors, Events, Permissions, Limits, Models, Procedures>,
): PluginDefinition<Id, Errors, Events, Permissions, Limits, Models, Procedures> {
  return plugin;
}

/** Names the delegates a plugin works with: `pluginModels<{ chatPoll: … }>('chatPoll')`. */
export function pluginModels<Models>(...names: readonly (keyof Models & string)[]): PluginModels<Models> {
  return { names };
}

export type ErrorsOf<Plugin> = Plugin extends { readonly errors?: infer Errors extends ErrorDefinitions } ? Errors : {};
export type EventsOf<Plugin> = Plugin extends { readonly events?: infer Events extends EventDefinitions } ? Events : {};
export type ProceduresOf<Plugin> = Plugin extends { procedures?(kit: never): infer Procedures extends TRPCRouterRecord }
  ? Procedures
  : never;
