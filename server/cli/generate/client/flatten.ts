import type { TRPCDefaultErrorShape, TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODE_NUMBER } from '@trpc/server';
import type * as Shared from '@confab/shared';
import type { ChatErrorShape } from '../../../trpc/error-shape.js';

// What the compiler prints for these types is read by `readType`, so every word of it is chosen here: whatever is not
// an object, an array, a tuple or a union of them stands in a mark, an object type with one of the keys below. A leaf in
// a mark also loses the name of the alias it was declared under, which a contract could not refer to.

// The `infer`s make it print the object type instead of the name of the mark.

type Leaf<Type> = [Type] extends [infer Own] ? { 'confab/leaf': Own } : never;

type Name<Word extends string, Of extends readonly unknown[] = []> = [Word] extends [infer Own]
  ? { 'confab/name': Own; of: Of }
  : never;

/** The object or array that is `Depth` levels below the outermost one, which this type is inside of. */
type Up<Depth> = [Depth] extends [infer Own] ? { 'confab/up': Own } : never;

/** Something that can't be written into a contract. */
type Fault<Why extends string> = [Why] extends [infer Own] ? { 'confab/fault': Own } : never;

/** Types of `@confab/shared` and of `@trpc/server` that keep their names instead of being written out. */
interface Named {
  Attachment: Shared.Attachment;
  ChatErrorDetails: Shared.ChatErrorDetails;
  ForwardSnapshot: Shared.ForwardSnapshot;
  InputIssue: Shared.InputIssue;
  JsonObject: Shared.JsonObject;
  Mark: Shared.Mark;
  Member: Shared.Member;
  Message: Shared.Message;
  MessagePage: Shared.MessagePage;
  MessageState: Shared.MessageState;
  Notification: Shared.Notification;
  OwnMember: Shared.OwnMember;
  PendingRoom: Shared.PendingRoom;
  Presence: Shared.Presence;
  Reaction: Shared.Reaction;
  ReactionCount: Shared.ReactionCount;
  Receipt: Shared.Receipt;
  ReplySnapshot: Shared.ReplySnapshot;
  Room: Shared.Room;
  RoomListItem: Shared.RoomListItem;
  RoomState: Shared.RoomState;
  RoomUnread: Shared.RoomUnread;
  Session: Shared.Session;
  UserProfile: Shared.UserProfile;
  TRPCDefaultErrorShape: TRPCDefaultErrorShape;
}

/** Unions that keep their names, also as a part of a larger one. */
interface NamedUnions {
  ChatEvent: Shared.ChatEvent;
  ChatErrorCode: Shared.ChatErrorCode;
  TRPC_ERROR_CODE_KEY: TRPC_ERROR_CODE_KEY;
  TRPC_ERROR_CODE_NUMBER: TRPC_ERROR_CODE_NUMBER;
}

type Equal<Left, Right> =
  (<Any>() => Any extends Left ? 1 : 2) extends <Any>() => Any extends Right ? 1 : 2 ? true : false;

type NameIn<Names, Type> = {
  [Key in keyof Names]: Equal<Type, Names[Key]> extends true ? Key : never;
}[keyof Names];

type UnionWithin<Type> = {
  [Key in keyof NamedUnions]: Equal<Extract<Type, NamedUnions[Key]>, NamedUnions[Key]> extends true ? Key : never;
}[keyof NamedUnions];

/** Whether a type is all of JSON, as Prisma, zod and others declare it each for themselves. */
type IsJson<Type> = string extends Type
  ? number extends Type
    ? Extract<Type, readonly unknown[]> extends infer List
      ? [List] extends [never]
        ? false
        : List extends readonly (infer Item)[]
          ? [Item] extends [Type]
            ? [Type] extends [Shared.Json | undefined]
              ? true
              : false
            : false
          : false
      : false
    : false
  : false;

/** A class that may be unknown where this is compiled, as the browser's are without its library. */
type Global<Key extends string> = typeof globalThis extends {
  readonly [Name in Key]: { readonly prototype: infer Type };
}
  ? Type
  : never;

type Binary = ArrayBuffer | DataView | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array;
type Wide = Int32Array | Uint32Array | Float32Array | Float64Array | BigInt64Array | BigUint64Array;
type Web = Global<'URL'> | Global<'Blob'> | Global<'FormData'> | Global<'ReadableStream'>;
type Opaque = Date | RegExp | Error | Binary | Wide | Web;

/** A string or number without the brand and without the enum it may be declared with: on the wire it has neither. */
type Plain<Type> = Type extends string
  ? [Exclude<keyof Type, keyof string>] extends [never]
    ? `${Type}`
    : string
  : Type extends number
    ? [Exclude<keyof Type, keyof number>] extends [never]
      ? `${Type}` extends `${infer Value extends number}`
        ? Value
        : number
      : number
    : Type;

/** How far below the outermost one this very type is open already, or `never`. */
type DepthOf<Type, Above extends readonly unknown[]> = Above extends readonly [infer Nearest, ...infer Others]
  ? Equal<Nearest, Type> extends true
    ? Others['length']
    : DepthOf<Type, Others>
  : never;

/** A type written out, so that nothing of where it was declared is left in it. */
export type Expand<Type, Above extends readonly unknown[] = []> = 0 extends 1 & Type
  ? Fault<'any'>
  : unknown extends Type
    ? Leaf<Type>
    : [Type] extends [never]
      ? Leaf<Type>
      : IsJson<Type> extends true
        ? Name<'Json'> | Extract<Type, undefined>
        : UnionWithin<Type> extends infer Union
          ? [Union] extends [never]
            ? Each<Type, Above>
            : Union extends keyof NamedUnions
              ? Name<Union> | Each<Exclude<Type, NamedUnions[Union]>, Above>
              : never
          : never;

type Each<Type, Above extends readonly unknown[]> = Type extends undefined
  ? Type
  : Type extends string | number
    ? Leaf<Plain<Type>>
    : Type extends bigint | boolean | null | void
      ? Leaf<Type>
      : Type extends symbol
        ? Fault<'symbol'>
        : Type extends (...args: never) => unknown
          ? Fault<'function'>
          : Type extends Opaque
            ? Leaf<Type>
            : Container<Type, Above>;

type Container<Type, Above extends readonly unknown[]> =
  Type extends AsyncIterable<infer Item>
    ? Name<'AsyncIterable', [Expand<Item, Above>]>
    : Type extends PromiseLike<infer Item>
      ? Name<'Promise', [Expand<Item, Above>]>
      : Type extends ReadonlyMap<infer Key, infer Value>
        ? Name<Type extends Map<Key, Value> ? 'Map' : 'ReadonlyMap', [Expand<Key, Above>, Expand<Value, Above>]>
        : Type extends ReadonlySet<infer Item>
          ? Name<Type extends Set<Item> ? 'Set' : 'ReadonlySet', [Expand<Item, Above>]>
          : [DepthOf<Type, Above>] extends [never]
            ? Above['length'] extends 24
              ? Fault<'depth'>
              : Type extends readonly unknown[]
                ? { [Key in keyof Type]: Expand<Type[Key], [Type, ...Above]> }
                : [MethodOf<Type>] extends [never]
                  ? Noun<Type, Above>
                  : Fault<'class'>
            : Up<DepthOf<Type, Above>>;

/** The functions of a type: it is a class's, or something else that can't travel, and best refused as a whole. */
type MethodOf<Type> = {
  [Key in keyof Type & string]: 0 extends 1 & Type[Key]
    ? never
    : NonNullable<Type[Key]> extends (...args: never) => unknown
      ? [NonNullable<Type[Key]>] extends [never]
        ? never
        : Key
      : never;
}[keyof Type & string];

type Noun<Type, Above extends readonly unknown[]> = [NameIn<Named, Type>] extends [never]
  ? Type extends { readonly type: infer EventType extends Shared.EventType }
    ? Equal<Type, Shared.EventOf<EventType>> extends true
      ? Name<'EventOf', [Leaf<EventType>]>
      : Members<Type, Above>
    : Type extends { readonly data: { readonly chat: Shared.ChatErrorData<infer Code> } }
      ? Equal<Type, ChatErrorShape<Code>> extends true
        ? Name<'ChatErrorShape', Equal<Code, Shared.ChatErrorCode> extends true ? [] : [Expand<Code>]>
        : Members<Type, Above>
      : Members<Type, Above>
  : Name<NameIn<Named, Type>>;

type Members<Type, Above extends readonly unknown[]> = {
  [Key in keyof Type as Key extends symbol ? never : Key]: Expand<Type[Key], [Type, ...Above]>;
};

type FlatProcedure<Kind, Input, Output, ErrorShape> = [Kind] extends [infer Own]
  ? { 'confab/procedure': Own; input: Expand<Input>; output: Expand<Output>; error: Expand<ErrorShape> }
  : never;

/** Members of a router that are no procedures. */
type RouterOwn = '_def' | 'createCaller' | 'getErrorShape';

type Flat<Procedures> = {
  [Key in keyof Procedures & string as Key extends RouterOwn ? never : Key]: Procedures[Key] extends {
    readonly _def: {
      readonly type: infer Kind;
      readonly $types: { readonly input: infer Input; readonly output: infer Output; readonly errorShape: infer Shape };
    };
  }
    ? FlatProcedure<Kind, Input, Output, Shape>
    : Flat<Procedures[Key]>;
};

/**
 * Everything a client has to know of a router. The `infer` makes the compiler print what comes out instead of the name of
 * this type.
 */
export type FlatRouter<Router> = 0 extends 1 & Router
  ? Fault<'any'>
  : Router extends {
        readonly _def: {
          readonly _config: {
            readonly $types: { readonly errorShape: infer Shape; readonly transformer: infer Transformer };
          };
          readonly record: infer Procedures;
        };
      }
    ? { procedures: Flat<Procedures>; error: Expand<Shape>; transformer: Leaf<Transformer> }
    : Fault<'router'>;
