import type { LoggedEventType, RoomAction } from '@confab/shared';
import type { MakeError } from './extend/error-maker.js';
import type { ChatPlugin } from './extend/plugins/plugin.js';
import type { ChatEventOf } from './extend/types/reshape.js';
import type { PlainShape, Shape } from './extend/types/shape.js';
import type { WebSockets, WebSocketsOptions } from './front/options.js';
import type { SystemCalls } from './host/system-calls.js';
import type { CanTarget, Permission } from './policy/can.js';
import type { ChatProcedures } from './router/builders.js';
import type { ChatCaller, ChatRouter } from './router/index.js';
import type { Settings } from './settings.js';

export type { ChatCaller } from './router/index.js';

/** Calls from the host's own code. Rates are not counted. They throw what the procedures throw. */
export interface ChatCalls<S extends Shape = PlainShape> {
  /** As this user, with this user's permissions. */
  as(userId: string): ChatCaller<S>;
  /** As the host itself: no permission is checked. */
  readonly system: ChatCaller<S> & SystemCalls<S>;
}

/** What a host adds to `webSockets`. */
export type ChatWebSocketsOptions = Omit<
  WebSocketsOptions,
  'viewerOf' | 'sessions' | 'clock' | 'random' | 'log' | 'hooks'
>;

/** An event that has a place in a log. */
export type LoggedEventOf<S extends Shape> = Extract<
  ChatEventOf<S>,
  { readonly type: LoggedEventType | S['events']['type'] }
> & {
  readonly roomId: string;
  readonly seq: number;
};

/** Committed facts, each once and in log order as this node hears of them; a listener that throws is logged. */
export interface ChatEvents<S extends Shape = PlainShape> {
  on(listener: (event: LoggedEventOf<S>) => void): () => void;
  on<Type extends LoggedEventType | S['events']['type']>(
    type: Type,
    listener: (event: Extract<LoggedEventOf<S>, { readonly type: Type }>) => void,
  ): () => void;
}

/** One chat. Nothing of it is global: a process may hold several. */
export interface Chat<S extends Shape = PlainShape, Tx = unknown> extends ChatCalls<S>, AsyncDisposable {
  /** Nest it in the host's router: `t.router({ chat: chat.router })`. */
  readonly router: ChatRouter<S>;
  /** Builders for the host's own procedures: `t.procedure.concat(chat.procedures.member)`. */
  readonly procedures: ChatProcedures<S>;
  readonly settings: Settings;
  /** What it was extended with: generators and test kits look up their schemas and migrations here. */
  readonly plugins: readonly ChatPlugin[];
  /**
   * Resolves when the database was found to be ours and current and the log is followed. Rejects with a sentence that
   * says what is wrong; until then, and for good if it rejects, calls are answered `UNAVAILABLE`.
   */
  readonly ready: Promise<void>;
  /** Host writes and chat calls in one database transaction, retried as a whole on a deadlock, at most 3 times. */
  transaction<Result>(
    work: (scope: { readonly tx: Tx; readonly chat: ChatCalls<S> }) => Promise<Result>,
  ): Promise<Result>;
  /** Asks the permission table for a user. */
  can(userId: string, action: RoomAction | S['actions'], target: CanTarget): Promise<Permission>;
  /** An error to throw, of the table or of the host's own. */
  readonly error: MakeError<S['codes']>;
  readonly events: ChatEvents<S>;
  webSockets(options: ChatWebSocketsOptions): WebSockets;
  /** Moves the clients away over `drainMs`, ends every timer and stream, and loses nothing. May be called again. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}
