import type { RoomAction, UserProfile } from '@confab/shared';
import { ChatError } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import type { CanTarget, Permission } from '../policy/can.js';

/** Who calls, on procedures built with `chat.procedures` and in hooks: `ctx.chat`. */
export interface ChatScope<Action extends string = RoomAction> {
  /** What others see of them. The host itself is `system`. */
  readonly user: UserProfile;
  /** The device; `null` for calls from the host's own code. */
  readonly session: { readonly id: string } | null;
  /** The socket; `null` for HTTP and for calls from the host's own code. */
  readonly connectionId: string | null;
  /** A call of `chat.system`: no permission is checked. */
  readonly isSystem: boolean;
  /** Asks the permission table (and the host's overrides) for this user. */
  can(action: Action, target: CanTarget): Promise<Permission>;
}

const ops = new WeakMap<ChatScope<never>, Op>();

/** Ties a scope to the call it stands for. */
export function bindScope<Scope extends ChatScope<never>>(scope: Scope, op: Op): Scope {
  ops.set(scope, op);
  return scope;
}

/** The call behind a scope. Throws `INTERNAL` for one that was made up or copied. */
export function opOf(scope: ChatScope<never>): Op {
  const op = ops.get(scope);
  if (op === undefined) throw new ChatError('INTERNAL', 'Pass on `ctx.chat` itself, not a copy of it.');
  return op;
}
