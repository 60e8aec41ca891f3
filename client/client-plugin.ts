import type { ChatErrorCode, PermissionTable } from '@confab/shared';
import type { ChatClientError } from './errors.js';
import type { PermittedRoom, SaidMessage } from './permitted.js';

/** Any event, as far as halves are typed by the events they listen to. */
interface AnyEvent {
  readonly type: string;
  readonly data: unknown;
}

/** One signature for each event, so that a client with more events serves a half that knows some of them. */
type Listen<Event extends AnyEvent> = (
  Event extends Event ? (one: (type: Event['type'], listener: (event: Event) => void) => () => void) => void : never
) extends (one: infer Signatures) => void
  ? Signatures
  : never;

/** The chat as a client half works with it, wherever it is in the router. `On` is made of the events it listens to. */
interface Tools<Calls, On> {
  /** The chat's procedures, those of plugins by their ids. */
  readonly calls: Calls;
  /** As `client.on`: the first listener starts the stream. */
  readonly on: On;
  /**
   * Calls until there is an answer: again after a lost connection, and while the server asks to wait. Rejects with a
   * refusal; resolves to `undefined` when `isWanted` says no before an attempt, or the client was closed.
   */
  persist<Value>(call: () => Promise<Value>, isWanted?: () => boolean): Promise<Value | undefined>;
  /** Asks a rule, the half's own or one of the core's, as `client.can` asks the core's. Throws for an unknown action. */
  can(action: string, room: PermittedRoom, message?: SaidMessage): boolean;
  /** `isChatError`, for the codes of the core and the plugin's own. */
  isChatError<Code extends string = ChatErrorCode>(error: unknown, code?: Code): error is ChatClientError<Code>;
}

/**
 * What a client half is given. `Calls` are the procedures it calls, by namespace (`{ dice: DiceCalls }`), and `Event` the
 * events it listens to, as a union; both may say no more than the half has to know.
 */
export type PluginTools<Calls, Event extends AnyEvent = never> = Tools<Calls, Listen<Event>>;

/**
 * The client half of a plugin: a plain value that goes with every router which has the procedures it calls and the events
 * it listens to. With any other, `client.use` does not compile.
 */
export interface ClientPlugin<Given, Offer extends object> {
  /** That of the server's half. */
  readonly id: string;
  /** The rules the server's half adds to the permission table. */
  readonly permissions?: PermissionTable;
  /** Makes what `client.use` returns: calls in the plugin's own words, state, rules for buttons. */
  readonly setup: (tools: Given) => Offer;
}

/** Checks a client half; the value is the one that was given. Say what `setup` takes: `PluginTools<…>`. */
export function defineClientPlugin<Given, Offer extends object>(
  half: ClientPlugin<Given, Offer>,
): ClientPlugin<Given, Offer> {
  return half;
}
