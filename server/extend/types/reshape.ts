import type { ChatEvent, EventData, EventType, JsonObject, Member, MessageState, RoomState } from '@confab/shared';
import type {
  AnyTRPCProcedure,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCRouterRecord,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { ChatErrorShape } from '../../trpc/error-shape.js';
import type { PlainShape, Shape } from './shape.js';

type Opaque = string | number | bigint | boolean | symbol | null | undefined | Date | Uint8Array;

/** Whether the nouns read as in a chat without extensions, so that their types can keep their names. */
type AreNounsPlain<S extends Shape> = [S['custom'], S['presented']] extends [
  PlainShape['custom'],
  PlainShape['presented'],
]
  ? [PlainShape['custom'], PlainShape['presented']] extends [S['custom'], S['presented']]
    ? true
    : false
  : false;

type IsChatEvent<Type> = [Type] extends [ChatEvent] ? ([ChatEvent] extends [Type] ? true : false) : false;

/** Whatever `events` yields in a chat of this shape. */
export type ChatEventOf<S extends Shape> = (AreNounsPlain<S> extends true ? ChatEvent : CoreEvent<S>) | S['events'];

type CoreEvent<S extends Shape> = {
  [Type in EventType]: {
    readonly type: Type;
    readonly at: Date;
    readonly actorId?: string;
    readonly roomId?: string;
    readonly seq?: number;
    readonly data: Within<EventData[Type], S>;
  };
}[EventType];

/** A result of the core, as it reads in a chat of this shape: custom fields typed, nouns as they are presented. */
export type Reshape<Type, S extends Shape> = AreNounsPlain<S> extends true ? Type : Within<Type, S>;

/** The same for what may hold events. */
type ReshapeStream<Type, S extends Shape> = [AreNounsPlain<S>, S['events']] extends [true, never]
  ? Type
  : Within<Type, S>;

type Within<Type, S extends Shape> = 0 extends 1 & Type
  ? Type
  : IsChatEvent<Type> extends true
    ? ChatEventOf<S>
    : Each<Type, S>;

type Each<Type, S extends Shape> = Type extends Opaque
  ? Type
  : Type extends AsyncIterable<infer Item, infer Return, infer Next>
    ? AsyncIterable<Within<Item, S>, Return, Next>
    : Type extends { readonly threadCount: number }
      ? Noun<Type, MessageState, S['presented']['message'], S['custom']['message'], S>
      : Type extends { readonly memberCount: number }
        ? Noun<Type, RoomState, S['presented']['room'], S['custom']['room'], S>
        : Type extends { readonly joinSeq: number }
          ? Noun<Type, Member, S['presented']['member'], S['custom']['member'], S>
          : Type extends object
            ? string extends keyof Type
              ? Type
              : { [Key in keyof Type]: Within<Type[Key], S> }
            : Type;

/** One noun: what it is presented as, with everything this answer has beyond the noun itself. */
type Noun<Type, Base, Presented, Custom, S extends Shape> = [Base] extends [Presented]
  ? { [Key in keyof Type]: Key extends 'custom' ? Custom : Within<Type[Key], S> }
  : Flatten<
      {
        [Key in keyof Presented]: Key extends keyof Type ? Own<Key, Type, Base, Presented, Custom> : Presented[Key];
      } & {
        [Key in Exclude<keyof Type, keyof Base>]: Within<Type[Key], S>;
      }
    >;

/** Reactions are told to each reader in their own way; they are added after the presentation. */
type Own<Key, Type, Base, Presented, Custom> = Key extends keyof Type & keyof Presented
  ? Key extends 'reactions'
    ? Type[Key]
    : Key extends keyof Base
      ? [Key, JsonObject] extends ['custom', Presented[Key]]
        ? Custom
        : Presented[Key]
      : Type[Key]
  : never;

type Flatten<Type> = { [Key in keyof Type]: Type[Key] };

type CustomOf<Name extends string, Custom extends Shape['custom']> = Name extends 'room.updateMember'
  ? Custom['member']
  : Name extends `room.${string}`
    ? Custom['room']
    : Custom['message'];

/** An input with its `custom` typed; it is asked for when an empty one would not do. */
export type ReshapeSaid<Input, Name extends string, Custom extends Shape['custom']> = Input extends {
  readonly custom?: unknown;
}
  ? SaidInput<Input, CustomOf<Name, Custom>, Name>
  : Input;

type SaidInput<Input, Custom, Name extends string> = Name extends 'message.send' | 'message.schedule' | 'room.create'
  ? // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- asks whether nothing at all would do
    {} extends Custom
    ? { [Key in keyof Input]: Key extends 'custom' ? Custom : Input[Key] }
    : Flatten<{ [Key in keyof Input as Key extends 'custom' ? never : Key]: Input[Key] } & { custom: Custom }>
  : { [Key in keyof Input]: Key extends 'custom' ? Custom : Input[Key] };

type Built<Kind, Input, Output, Codes extends string> = Kind extends 'query'
  ? TRPCQueryProcedure<{ input: Input; output: Output; meta: object; errorShape: ChatErrorShape<Codes> }>
  : Kind extends 'mutation'
    ? TRPCMutationProcedure<{ input: Input; output: Output; meta: object; errorShape: ChatErrorShape<Codes> }>
    : TRPCSubscriptionProcedure<{ input: Input; output: Output; meta: object; errorShape: ChatErrorShape<Codes> }>;

type ReshapeProcedure<Procedure, Name extends string, S extends Shape> = Procedure extends {
  readonly _def: {
    readonly type: infer Kind;
    readonly $types: { readonly input: infer Input; readonly output: infer Output };
  };
}
  ? Built<
      Kind,
      ReshapeSaid<Input, Name, S['said']>,
      Name extends 'events' | 'sync'
        ? ReshapeStream<Output, S>
        : Name extends 'upload.sign'
          ? S['signed']
          : Reshape<Output, S>,
      S['codes']
    >
  : never;

/** The procedures of the core in a chat of this shape, without those that were omitted. */
export type ReshapeRecord<Record extends TRPCRouterRecord, S extends Shape, Omitted extends string = never> = {
  [Key in keyof Record & string as Key extends Omitted ? never : Key]: Record[Key] extends AnyTRPCProcedure
    ? ReshapeProcedure<Record[Key], Key, S>
    : {
        [Name in keyof Record[Key] & string as `${Key}.${Name}` extends Omitted ? never : Name]: ReshapeProcedure<
          Record[Key][Name],
          `${Key}.${Name}`,
          S
        >;
      };
};
