import type { Page, Session } from '@confab/shared';
import { z } from 'zod';
import * as inputs from '../operations/inputs.js';
import { sessionOperations } from '../operations/users/index.js';
import { parsed, whenReady } from './host-call.js';
import type { HostCall } from './host-call.js';

/** What the host sees of its users' devices. */
export interface SystemSessionCalls {
  /** The devices of a user, newest first; none of them is the `current` one. */
  list(of: {
    readonly userId: string;
    readonly state?: 'active' | 'expired';
    readonly limit?: number;
    readonly cursor?: string | null;
  }): Promise<Page<Session>>;
}

const one = z.looseObject({ userId: inputs.userId });

/** Makes them, within the store of a call. */
export function createSessionCalls(call: HostCall): SystemSessionCalls {
  const { op } = call;
  return {
    async list(input) {
      const { userId, ...page } = parsed(one, input);
      const asked = parsed(sessionOperations.list.input(op.kernel.settings), {
        ...page,
        cursor: page['cursor'] ?? undefined,
      });
      await whenReady(call);
      const profile = { id: userId, name: null, image: null };
      return sessionOperations.list.run({ ...op, caller: { ...op.caller, userId, profile } }, asked);
    },
  };
}
