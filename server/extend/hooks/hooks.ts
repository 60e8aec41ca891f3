import type { z } from 'zod';
import type { messageOperations, notificationOperations } from '../../operations/messages/index.js';
import type { reportOperations } from '../../operations/reports/index.js';
import type { roomOperations } from '../../operations/rooms/index.js';
import type { threadOperations } from '../../operations/threads/index.js';
import type { uploadOperations } from '../../operations/uploads/index.js';
import type { presenceOperations, sessionOperations } from '../../operations/users/index.js';
import type { Operation } from '../../operations/operation.js';
import type { ProcedureName, RoomAction } from '@confab/shared';
import type { Reshape, ReshapeSaid } from '../types/reshape.js';
import type { ChatScope } from '../scope.js';
import type { PlainShape, Shape } from '../types/shape.js';

type AnyOperation = Operation<ProcedureName, z.ZodType, unknown>;
type OperationIn<Group> = Group[keyof Group] & Pick<AnyOperation, 'name'>;

/** Every operation of the core. */
type CoreOperation =
  | OperationIn<typeof messageOperations>
  | OperationIn<typeof notificationOperations>
  | OperationIn<typeof roomOperations>
  | OperationIn<typeof reportOperations>
  | OperationIn<typeof threadOperations>
  | OperationIn<typeof uploadOperations>
  | OperationIn<typeof presenceOperations>
  | OperationIn<typeof sessionOperations>;

type InputOf<Each> = Each extends { readonly run: (op: never, input: infer Input) => Promise<unknown> } ? Input : never;
type ResultOf<Each> = Each extends { readonly run: (...given: never) => Promise<infer Result> } ? Result : never;

/** The operations hooks can be put around, by the names of their procedures. */
export type CoreOperations<S extends Shape = PlainShape> = {
  [Each in CoreOperation as Each['name']]: {
    readonly input: ReshapeSaid<InputOf<Each>, Each['name'], S['custom']>;
    readonly result: Reshape<ResultOf<Each>, S>;
  };
};

type Awaitable<Value> = Value | Promise<Value>;

interface HookCall<Input, Action extends string> {
  /** The input as it was checked, with its defaults; it is frozen. */
  readonly input: Readonly<Input>;
  readonly ctx: ChatScope<Action>;
}

/** What `around` goes on with. */
interface AroundCall<Input, Result, Action extends string> extends HookCall<Input, Action> {
  readonly next: (input?: Readonly<Input>) => Promise<Result>;
  /**
   * The input as the caller gave it: before a schema filled in `custom`, and before other hooks changed it. For doing the
   * same call again later.
   */
  readonly said: Readonly<Input>;
}

interface BaseHook<Input, Result, Action extends string> {
  /**
   * Around the operation: go on with `next`, perhaps with another input, and transform its result; or leave out `next`
   * to do something else instead. A throw is what the caller gets.
   */
  around?(call: AroundCall<Input, Result, Action>): Awaitable<Result>;
  /**
   * Asked when what the input is about is not there, or the caller may not do this with it: `true` takes it for a thing
   * of one's own. This hook's `around` then answers, and no other hook is asked.
   */
  claims?(call: HookCall<Input, Action>): Awaitable<boolean>;
  /**
   * Once it is committed, and only if it changed something (a query: once it is answered). `input` is the one it was done
   * with. Nobody waits for it; what it throws is logged and disturbs nobody.
   */
  afterCommit?(call: HookCall<Input, Action> & { readonly result: Result }): Awaitable<void>;
}

interface OutsideHook<Input, Result, Action extends string> extends BaseHook<Input, Result, Action> {
  readonly inTransaction?: false;
  /** Ahead of the transaction. Return another input to change it, throw to refuse. */
  before?(call: HookCall<Input, Action>): Awaitable<Readonly<Input> | undefined | void>;
}

interface InsideHook<Input, Result, Tx, Action extends string> extends BaseHook<Input, Result, Action> {
  /**
   * `before` and `around` run in the transaction of the operation, which then takes the ordinary path, not the fast one;
   * a throw undoes whatever was done with `tx`. They may run again, at most 3 times: a deadlock repeats the transaction.
   * Calls of the chat from within must go by `ctx`: others would wait for this very transaction.
   */
  readonly inTransaction: true;
  /**
   * For which inputs, without effects of its own. For the others neither `before` nor `around` is run, and the operation
   * goes its usual way. @default for all of them
   */
  when?(call: HookCall<Input, Action>): boolean;
  before?(call: HookCall<Input, Action> & { readonly tx: Tx }): Awaitable<Readonly<Input> | undefined | void>;
}

/**
 * What happens around one operation, whoever calls it: a client, `chat.as` or `chat.system`. Several hooks nest, the
 * host's own outermost, then those of the plugins in their order; but whatever is in the transaction is within all that is
 * not, so that nobody takes their time while it is open.
 *
 * No hook is asked when the caller may not do it anyway, nor when the call repeats one under the same client id. An input
 * that a hook changed is checked against the limits again. A `ChatError` that a hook throws reaches the caller; anything
 * else is `INTERNAL` with a reference, unless `errors.map` says otherwise.
 */
export type OperationHook<Input, Result, Tx = unknown, Action extends string = RoomAction> =
  OutsideHook<Input, Result, Action> | InsideHook<Input, Result, Tx, Action>;

/** A socket that opens or closes a session of a device. */
export interface SessionCall<Action extends string = RoomAction> {
  readonly ctx: ChatScope<Action>;
}

/**
 * Hooks around the sessions of sockets; calls over HTTP open none. `session.heartbeat` and `session.revoke` are
 * operations like any other.
 */
export interface SessionHooks<Action extends string = RoomAction> {
  readonly 'session.open'?: {
    /**
     * Throw a `ChatError` to turn the socket away: the calls at hand get it, then the socket is closed with 4001 and its
     * message. `UNAVAILABLE` and `RATE_LIMITED` close with 1013, after which clients come back; so does any other throw.
     */
    before?(call: SessionCall<Action>): Awaitable<void>;
    afterCommit?(call: SessionCall<Action>): Awaitable<void>;
  };
  readonly 'session.close'?: {
    afterCommit?(call: SessionCall<Action> & { readonly closeCode: number }): Awaitable<void>;
  };
}

/** Hooks by the name of the operation. */
export type Hooks<S extends Shape = PlainShape, Tx = unknown> = SessionHooks<RoomAction | S['actions']> & {
  readonly [Name in keyof CoreOperations]?: OperationHook<
    CoreOperations<S>[Name]['input'],
    CoreOperations<S>[Name]['result'],
    Tx,
    RoomAction | S['actions']
  >;
};
