import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import { chatErrors } from './error-shape.js';

/**
 * Confab's own tRPC instance. Its procedures are nested in a host's router, whose transformer and formatter then apply;
 * the context is the host's and opaque here. `isDev` is fixed, because the error shape of `.errors()` follows it and a
 * stack must never leave the server, whatever `NODE_ENV` says.
 */
export const t = initTRPC.context<object>().create({ transformer, isDev: false });

/** Every procedure starts here, so that its errors are typed and read the same under any host. */
export const base = t.procedure.errors(chatErrors);
