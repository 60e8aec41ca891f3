import { permissionTable, rule, ruledAs } from '@confab/shared';
import type { ChatEvent, PermissionTable } from '@confab/shared';
import type { ClientPlugin, PluginTools } from './client-plugin.js';
import type { PermittedRoom, SaidMessage } from './permitted.js';
import { isChatError } from './errors.js';
import type { ChatCalls } from './live/calls.js';
import { createPatience } from './live/patience.js';
import type { Patience } from './live/patience.js';
import type { PacingOptions } from './pacing.js';
import type { Connection } from './status.js';

/** A half as it is set up: what it asks for was checked where it was given. */
type AnyHalf = ClientPlugin<PluginTools<unknown, ChatEvent>, object>;

/** The client halves of plugins that one client uses. */
export interface Halves {
  /** What a half offers. It is set up once: a page that is rendered twice must not listen twice. */
  use(half: AnyHalf): object;
  /** No call is tried again. */
  stop(): void;
}

export interface HalvesOptions {
  readonly calls: ChatCalls;
  readonly connection: Connection;
  readonly retry: PacingOptions | undefined;
  on(type: string, listener: (event: ChatEvent) => void): () => void;
}

export function createHalves({ calls, connection, retry, on }: HalvesOptions): Halves {
  const offers = new Map<AnyHalf, object>();
  let patience: Patience | undefined;

  function toolsOf({ permissions = {} }: AnyHalf): PluginTools<unknown, ChatEvent> {
    const table: PermissionTable = { ...permissionTable, ...permissions };
    return {
      calls,
      // One signature for each event, of which this is all of them.
      on: on as PluginTools<unknown, ChatEvent>['on'],
      persist(call, isWanted = () => true) {
        patience ??= createPatience(connection, retry);
        return patience.persist(call, { isWanted });
      },
      can: (action, room, message) => allows(table, action, room, message),
      isChatError,
    };
  }

  return {
    use(half) {
      const offer = offers.get(half) ?? half.setup(toolsOf(half));
      offers.set(half, offer);
      return offer;
    },
    stop: () => patience?.stop(),
  };
}

/** Whether a table allows this in a room, as far as a client knows it. */
export function allows(table: PermissionTable, action: string, room: PermittedRoom, message?: SaidMessage): boolean {
  const userId = room.me?.userId;
  // What the system says of somebody's doing is not theirs to change.
  const isOwn = message !== undefined && message.kind !== 'system';
  const isSender = isOwn && userId !== undefined && message.senderId === userId;
  return rule(ruledAs(action, isSender), { room, me: room.me, now: new Date(), isSender }, table) === 'allowed';
}
