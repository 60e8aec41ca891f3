import type { RoomAction } from '@confab/shared';
import type { Op } from '../operations/kernel.js';
import { can } from '../policy/can.js';
import { bindScope } from './scope.js';
import type { ChatScope } from './scope.js';

/** The scope of a call, as hooks and the procedures of hosts and plugins get it. */
export function scopeOf(op: Op): ChatScope {
  const { caller } = op;
  const scope: ChatScope = Object.freeze({
    user: caller.profile,
    session: caller.sessionId === null ? null : { id: caller.sessionId },
    connectionId: caller.connectionId,
    isSystem: caller.isSystem,
    can: (action: RoomAction, target: Parameters<ChatScope['can']>[1]) => can(op, action, target),
  });
  return bindScope(scope, op);
}
