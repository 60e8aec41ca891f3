import type { AnyTRPCRouter } from '@trpc/server';
import type { CallType } from './frame-check.js';

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
