import type { AnyTRPCRouter } from '@trpc/server';
import type { Member, Message, RoomListItem } from '@confab/shared';
import type { ChatContract } from '../contract.js';

/** What the store and the hooks of one router carry, the host's own fields included. */
export interface ChatTypes {
  readonly room: unknown;
  readonly message: unknown;
  readonly member: unknown;
  /** What is given to `send`: the input of `message.send` without the room and the client's own id. */
  readonly send: unknown;
}

/** The types of a router's chat, wherever it is nested. */
export interface TypesOf<Router extends AnyTRPCRouter> {
  readonly room: ItemOf<Output<ChatIn<Router>, 'room', 'list'>, RoomListItem>;
  readonly message: ItemOf<Output<ChatIn<Router>, 'message', 'list'>, Message>;
  readonly member: ItemOf<Output<ChatIn<Router>, 'room', 'members'>, Member>;
  readonly send: SendOf<Input<ChatIn<Router>, 'message', 'send'>>;
}

/** The types of the standalone server. */
export type DefaultTypes = TypesOf<ChatContract>;

type ChatIn<Router extends AnyTRPCRouter> = ChatAmong<Router['_def']['record']>;

type ChatAmong<Procedures> = {
  [Key in keyof Procedures]: Procedures[Key] extends { readonly events: unknown; readonly sync: unknown }
    ? Procedures[Key]
    : never;
}[keyof Procedures];

type TypesAt<Chat, Namespace extends string, Name extends string> =
  Chat extends Readonly<Record<Namespace, Readonly<Record<Name, { readonly _def: { readonly $types: infer Types } }>>>>
    ? Types
    : never;

type Output<Chat, Namespace extends string, Name extends string> =
  TypesAt<Chat, Namespace, Name> extends { readonly output: infer Result } ? Result : never;

type Input<Chat, Namespace extends string, Name extends string> =
  TypesAt<Chat, Namespace, Name> extends { readonly input: infer Given } ? Given : never;

/** What a host left out of the router, or a router nothing is known of, counts as the standalone server's. */
type ItemOf<List, Otherwise> = [List] extends [never]
  ? Otherwise
  : List extends { readonly items: readonly (infer Item)[] }
    ? Item
    : Otherwise;

type SendOf<Given> = [Given] extends [never]
  ? { readonly content: string }
  : Given extends { content: string }
    ? Omit<Given, 'roomId' | 'clientId'>
    : { readonly content: string };
