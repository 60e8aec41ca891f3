import type { AnyTRPCRouter } from '@trpc/server';
import type { MessageState, PermissionTable } from '@confab/shared';
import type { ChatClient, PermittedRoom } from './client.js';

/** What a client half is given beside the client. */
export interface PluginTools<Action extends string = string> {
  /** Asks the plugin's own rules, as `client.can` asks the core's. */
  can(action: Action, room: PermittedRoom, message?: Pick<MessageState, 'senderId'>): boolean;
}

/**
 * The client half of a plugin: a plain value. `Router` is the least it asks of a router, so a client whose router has
 * not the plugin's procedures can't use it.
 */
export interface ClientPlugin<Router extends AnyTRPCRouter, Offer extends object> {
  /** That of the server's half. */
  readonly id: string;
  /** The rules the server's half adds to the permission table. */
  readonly permissions?: PermissionTable;
  /** What `client.use` returns: calls in the plugin's own words, listeners, state. */
  setup(client: ChatClient<Router>, tools: PluginTools): Offer;
}

/** Checks a client half; the value is the one that was given. */
export function defineClientPlugin<Router extends AnyTRPCRouter, Offer extends object>(
  half: ClientPlugin<Router, Offer>,
): ClientPlugin<Router, Offer> {
  return half;
}
