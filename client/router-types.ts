import type { TRPCClient } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { ChatErrorCode, ChatEvent } from '@confab/shared';

/** The `events` procedure of the chat in a router, wherever it is nested; `never` in a router without one. */
type EventsProcedure<Procedures> = {
  [Key in keyof Procedures]: Procedures[Key] extends { readonly events: infer Events; readonly sync: unknown }
    ? Events
    : never;
}[keyof Procedures];

type OutputOf<Procedure> = Procedure extends { readonly _def: { readonly $types: { readonly output: infer Output } } }
  ? Output
  : never;

type DataOf<Stream> =
  Stream extends AsyncIterable<infer Item> ? (Item extends { readonly data: infer Event } ? Event : never) : never;

type Or<Type, Otherwise> = [Type] extends [never] ? Otherwise : Type;

/** Whatever the stream of a router's chat yields: the core's events, and those its host and plugins declared. */
export type ChatEventIn<Router extends AnyTRPCRouter> = 0 extends 1 & Router
  ? ChatEvent
  : Or<Extract<DataOf<OutputOf<EventsProcedure<Router['_def']['record']>>>, { readonly type: string }>, ChatEvent>;

type CodeOf<Procedure> = Procedure extends {
  readonly _def: { readonly $types: { readonly errorShape: infer Shape } };
}
  ? Shape extends { readonly data: { readonly chat?: { readonly code: infer Code extends string } } }
    ? Code
    : never
  : never;

/** Every code an error of a router's chat may have. */
export type ChatErrorCodeIn<Router extends AnyTRPCRouter> = 0 extends 1 & Router
  ? ChatErrorCode
  : Or<CodeOf<EventsProcedure<Router['_def']['record']>>, ChatErrorCode>;

/** Where the chat is in a router. */
type ChatKey<Procedures> = {
  [Key in keyof Procedures]: Procedures[Key] extends { readonly events: unknown; readonly sync: unknown } ? Key : never;
}[keyof Procedures];

/** The procedures of a router's chat as its client calls them, those of plugins by their ids. */
export type ChatCallsIn<Router extends AnyTRPCRouter> =
  ChatKey<Router['_def']['record']> extends infer Key extends keyof TRPCClient<Router>
    ? TRPCClient<Router>[Key]
    : never;
