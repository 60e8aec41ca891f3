import type { AnyTRPCRouter, TRPCMutationProcedure, TRPCQueryProcedure, TRPCSubscriptionProcedure } from '@trpc/server';
import type {
  Attachment,
  ChatErrorData,
  ChatEvent,
  Json,
  JsonObject,
  LoggedEvent,
  Mark,
  Member,
  Message,
  MessagePage,
  MessageState,
  Notification,
  OwnMember,
  PendingRoom,
  Presence,
  Reaction,
  Receipt,
  Room,
  RoomListItem,
  RoomState,
  RoomUnread,
  Session,
  UserProfile,
} from '@confab/shared';

/** An error of a chat procedure on the client. `chat` is absent when something else than the chat answered. */
export interface ChatErrorShape {
  readonly message: string;
  readonly code: number;
  readonly data: {
    /** tRPC's own name of the code. */
    readonly code: string;
    readonly httpStatus: number;
    readonly path?: string;
    readonly chat?: ChatErrorData;
  };
}

/** Types that keep their name in a contract instead of being written out. */
interface Named {
  readonly attachment: Attachment;
  readonly event: ChatEvent;
  readonly json: Json;
  readonly jsonObject: JsonObject;
  readonly loggedEvent: LoggedEvent;
  readonly mark: Mark;
  readonly member: Member;
  readonly message: Message;
  readonly messagePage: MessagePage;
  readonly messageState: MessageState;
  readonly notification: Notification;
  readonly ownMember: OwnMember;
  readonly pendingRoom: PendingRoom;
  readonly presence: Presence;
  readonly reaction: Reaction;
  readonly receipt: Receipt;
  readonly room: Room;
  readonly roomListItem: RoomListItem;
  readonly roomState: RoomState;
  readonly roomUnread: RoomUnread;
  readonly session: Session;
  readonly userProfile: UserProfile;
}

type Equal<Left, Right> =
  (<Any>() => Any extends Left ? 1 : 2) extends <Any>() => Any extends Right ? 1 : 2 ? true : false;

type NameOf<Type> = { [Key in keyof Named]: Equal<Type, Named[Key]> extends true ? Named[Key] : never }[keyof Named];

type Opaque = string | number | bigint | boolean | symbol | null | undefined | Date | Uint8Array;

/** A type written out, so that nothing of where it was declared is left in it. */
export type Expand<Type> = 0 extends 1 & Type ? Type : [NameOf<Type>] extends [never] ? ExpandEach<Type> : NameOf<Type>;

type ExpandEach<Type> = Type extends Opaque
  ? Type
  : [NameOf<Type>] extends [never]
    ? Type extends AsyncIterable<infer Item>
      ? AsyncIterable<Expand<Item>>
      : Type extends object
        ? { [Key in keyof Type]: Expand<Type[Key]> }
        : Type
    : NameOf<Type>;

type FlatProcedure<Type, Input, Output> = Type extends 'query'
  ? TRPCQueryProcedure<{ input: Expand<Input>; output: Expand<Output>; meta: object }>
  : Type extends 'mutation'
    ? TRPCMutationProcedure<{ input: Expand<Input>; output: Expand<Output>; meta: object }>
    : TRPCSubscriptionProcedure<{ input: Expand<Input>; output: Expand<Output>; meta: object }>;

/**
 * The procedures of a router with nothing left of the server but their inputs and outputs. The `infer` makes the compiler
 * print what comes out instead of the name of this type.
 */
export type Flat<Procedures> = Procedures extends infer Each
  ? {
      [Key in keyof Each as Key extends keyof AnyTRPCRouter ? never : Key]: Each[Key] extends {
        readonly _def: {
          readonly type: infer Type;
          readonly $types: { readonly input: infer Input; readonly output: infer Output };
        };
      }
        ? FlatProcedure<Type, Input, Output>
        : Flat<Each[Key]>;
    }
  : never;

/** The procedures of a router; what a compiler prints for it is a contract. */
export type FlatRouter<Router extends AnyTRPCRouter> = Flat<Router['_def']['record']>;
