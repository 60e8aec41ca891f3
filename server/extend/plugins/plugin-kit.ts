import type { ChatErrorCode, ErrorDefinitions, Message, PermissionTable, Rate, RoomAction } from '@confab/shared';
import type { TRPCUnsetMarker } from '@trpc/server';
import type { FrontLog } from '../../front/options.js';
import type { Clock, Ids } from '../../ports.js';
import type { RateName } from '../../operations/operation.js';
import type { MemberRow, MessageRow, RoomRow } from '../../store/rows.js';
import type { Db, Provider } from '../../store/transaction.js';
import type { Settings } from '../../settings.js';
import type { ChatBuilder, MessageContext, MessageInput, RoomContext, RoomInput, UserContext } from '../builders.js';
import type { EventDefinitions, EventFactsOf } from '../data/definitions.js';
import type { MakeError } from '../error-maker.js';
import type { CoreCaller } from '../../router/index.js';
import type { ChatScope } from '../scope.js';

/** How often a procedure may be called: one of the chat's own rates, or one of the plugin's. */
export interface CallOptions<Limit extends string> {
  /** @default not counted */
  readonly rate?: Limit;
}

/** What a plugin reads with. */
export interface PluginRead<Models> {
  readonly models: Models;
  /** Confab's own models, beside the plugin's. */
  readonly db: Db;
  readonly provider: Provider;
  /** Messages as an answer to the caller carries them: of rows of the room, or of a plugin's own making. In the same order. */
  present(rows: readonly MessageRow[]): Promise<readonly Message[]>;
}

/** Where an event goes: to the members of a room, or to one person. */
export type EventTarget = { readonly roomId: string } | { readonly userId: string };

/** How an event is told. */
export interface PublishOptions {
  /** Without `actorId`, so that nobody learns who did it. @default false */
  readonly isAnonymous?: boolean;
}

/** What a plugin writes with. Everything done with it commits together, or nothing does. */
export interface PluginWrite<Models, Events> extends PluginRead<Models> {
  /**
   * Logs an event, which members hear of once it is committed. The room must be the one that was locked, or have been
   * locked with `lock`. Facts that don't fit the declared schema are `INTERNAL`, too large ones `TOO_LARGE`.
   */
  publish<Type extends keyof Events & string>(
    to: EventTarget,
    type: Type,
    facts: EventFactsOf<Events[Type]>,
    options?: PublishOptions,
  ): Promise<void>;
  /** Locks more rooms, in the order of their ids; call it before anything is read that is relied on. */
  lock(roomIds: readonly string[]): Promise<ReadonlyMap<string, RoomRow>>;
  /** Tells the room that a message reads differently now (`message.updated`). The room must be locked. */
  touchMessage(message: Pick<MessageRow, 'id' | 'roomId'>): void;
  /** Runs after the commit, never before it and never if it fails. */
  afterCommit(task: () => void): void;
}

/** A room that was let into. */
export interface Admitted {
  readonly room: RoomRow;
  /** `null` for a stranger who may act all the same, and for the system. */
  readonly member: MemberRow | null;
}

/** A message that was reached. */
export interface Reached extends Admitted {
  readonly message: MessageRow;
}

/** Those of some messages of a room that the caller may see. */
export interface Seen extends Admitted {
  /** In the order they were sent in. */
  readonly messages: readonly MessageRow[];
}

/** What the parts of a plugin are built with. */
export interface PluginKit<
  Errors extends ErrorDefinitions,
  Events extends EventDefinitions,
  Permissions extends PermissionTable,
  Limits extends Readonly<Record<string, Rate>>,
  Models,
> {
  /** For what concerns the caller alone. */
  user(
    options?: CallOptions<RateName | (keyof Limits & string)>,
  ): ChatBuilder<UserContext, TRPCUnsetMarker, ChatErrorCode | (keyof Errors & string)>;
  /** For what is done in a room: takes `roomId` and asks the permission table first. */
  room(
    action: RoomAction | (keyof Permissions & string),
    options?: CallOptions<RateName | (keyof Limits & string)>,
  ): ChatBuilder<RoomContext, RoomInput, ChatErrorCode | (keyof Errors & string)>;
  /** For what is done with a message: takes `messageId`; absent, deleted and forbidden-to-see are all `NOT_FOUND`. */
  message(
    action: RoomAction | (keyof Permissions & string),
    options?: CallOptions<RateName | (keyof Limits & string)>,
  ): ChatBuilder<MessageContext, MessageInput, ChatErrorCode | (keyof Errors & string)>;
  /** An error to throw. */
  readonly error: MakeError<ChatErrorCode | (keyof Errors & string)>;
  /** Reads the newest committed state; within `chat.transaction`, that of the transaction. */
  read<Result>(scope: ChatScope, work: (tx: PluginRead<Models>) => Promise<Result>): Promise<Result>;
  /**
   * Reads about messages of a room: of those that are named, the ones that are there and that the caller may see. The
   * others are left out, for whatever reason.
   */
  readMessages<Result>(
    scope: ChatScope,
    action: RoomAction | (keyof Permissions & string),
    roomId: string,
    messageIds: readonly string[],
    work: (tx: PluginRead<Models> & Seen) => Promise<Result>,
  ): Promise<Result>;
  /** Calls and writes that commit together: whatever is given the scope that `work` gets is part of it. Retried like `write`. */
  transaction<Result>(scope: ChatScope, work: (inside: ChatScope) => Promise<Result>): Promise<Result>;
  /** One transaction; it may run again after a deadlock, at most 3 times, so `work` has no other effects. */
  write<Result>(scope: ChatScope, work: (tx: PluginWrite<Models, Events>) => Promise<Result>): Promise<Result>;
  /** One transaction that has locked a room and asked for the right again under the lock. */
  writeRoom<Result>(
    scope: ChatScope,
    action: RoomAction | (keyof Permissions & string),
    roomId: string,
    work: (tx: PluginWrite<Models, Events> & Admitted) => Promise<Result>,
  ): Promise<Result>;
  /** The same for the room of a message, which is read again under the lock. */
  writeMessage<Result>(
    scope: ChatScope,
    action: RoomAction | (keyof Permissions & string),
    messageId: string,
    work: (tx: PluginWrite<Models, Events> & Reached) => Promise<Result>,
  ): Promise<Result>;
  /** Calls of the host itself, joined to the scope's transaction if it is in one. */
  system(scope?: ChatScope): CoreCaller;
  /** Calls as a user, with that user's permissions. */
  as(userId: string, scope?: ChatScope): CoreCaller;
  /** The scope of the host itself, for timers and whatever else nobody called. */
  readonly host: ChatScope;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: FrontLog;
}
