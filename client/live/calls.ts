import { createTRPCClientProxy } from '@trpc/client';
import type { TRPCClient, TRPCUntypedClient } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ChatContract } from '../contract.js';

/** The chat procedures, as the standalone server has them. */
export type ChatCalls = TRPCClient<ChatContract>['chat'];

/** The chat procedures of a client whose router has them at `path`. */
export function callsAt(client: TRPCUntypedClient<AnyTRPCRouter>, path: string): ChatCalls {
  // A proxy: any name is there, and is a namespace or a procedure by how it is used.
  let place = createTRPCClientProxy(client) as unknown as Record<string, unknown>;
  for (const name of path.split('.')) place = place[name] as Record<string, unknown>;
  return place as unknown as ChatCalls;
}
