import type { SocketLimits } from '@confab/shared';
import type { AnyTRPCRouter } from '@trpc/server';
import type { WebSocketServer } from 'ws';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import type { ErrorAnswer } from './error-answer.js';
import type { CallType } from './frame-check.js';
import type { DeliveryFrames } from './frames.js';
import type { FrontLog, WebSocketsOptions } from './options.js';
import type { Turns } from './socket-writer.js';

/** What all connections of one `webSockets()` share. */
export interface Front {
  readonly options: WebSocketsOptions;
  readonly limits: SocketLimits;
  readonly server: WebSocketServer;
  readonly registry: Connections<Connection>;
  readonly frames: DeliveryFrames;
  readonly turns: Turns;
  readonly answer: ErrorAnswer;
}

interface Procedures {
  readonly procedures: Readonly<Record<string, { readonly _def?: { readonly type?: CallType } }>>;
  readonly lazy: object;
}

/** Whether a router surely has no procedure of this type at a path; parts that are not loaded yet may have it. */
export function isMissing(router: AnyTRPCRouter, path: string, type: CallType): boolean {
  const { procedures, lazy } = router._def as Procedures;
  if (!Object.hasOwn(procedures, path)) return Object.keys(lazy).length === 0;
  const found = procedures[path]?._def?.type;
  return found !== undefined && found !== type;
}

/** Runs code of the host's or of another part; what it throws or rejects with is logged and goes no further. */
export function guarded(log: FrontLog, what: string, task: () => unknown): void {
  const failed = (error: unknown): void => log.error({ err: error }, `${what} failed`);
  try {
    const result = task();
    if (result instanceof Promise) result.catch(failed);
  } catch (error) {
    failed(error);
  }
}
