import type { TRPCRouterRecord } from '@trpc/server';
import type { ChatCalls } from './chat.js';
import { createSystemCalls } from './host/create-system-calls.js';
import { systemCaller } from './operations/caller.js';
import type { Caller, Kernel, Op } from './operations/kernel.js';
import { insideContext } from './router/identity.js';
import type { CoreCaller } from './router/index.js';
import { t } from './trpc/instance.js';
import type { ChatStore } from './store/port.js';

/** A user as a caller from the host's own code, within a store. */
export async function userCaller({ directory }: Kernel, userId: string, store?: ChatStore): Promise<Caller> {
  const profile = await directory.profile(userId, store);
  return { userId, profile, sessionId: null, connectionId: null, isSystem: false };
}

/** Makes the calls of the host's own code, within a store: the kernel's, or one inside a transaction. */
export function createCalls(kernel: Kernel, procedures: TRPCRouterRecord, ready: Promise<void>) {
  const createCaller = t.createCallerFactory(t.router(procedures));

  return (store: ChatStore): ChatCalls => {
    const callAs = (who: () => Promise<Caller>) =>
      createCaller(async () => insideContext({ caller: await who(), store }));
    // The core's procedures are among them, whatever a host leaves out of its router.
    const asUser = (userId: string) => callAs(() => userCaller(kernel, userId, store)) as unknown as CoreCaller;
    const op: Op = { kernel, caller: systemCaller, store };
    const own = createSystemCalls({ op, as: asUser, ready });
    // The procedures are those of the whole router; its type is known where the chat is made.
    return {
      as: asUser,
      system: withOwn(
        callAs(() => Promise.resolve(systemCaller)),
        own,
      ),
    } as unknown as ChatCalls;
  };
}

/** The caller is a proxy that takes every name for a procedure's, so what is not one is answered ahead of it. */
function withOwn(caller: object, own: object): object {
  return new Proxy(caller, {
    get(target, name, receiver): unknown {
      const theirs: unknown = Reflect.get(target, name, receiver);
      const ours: unknown = Object.hasOwn(own, name) ? Reflect.get(own, name) : undefined;
      const isNamespace = typeof ours === 'object' && ours !== null;
      return isNamespace ? withOwn(theirs as object, ours) : (ours ?? theirs);
    },
  });
}
