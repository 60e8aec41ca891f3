import type {
  ChatErrorCode,
  ErrorDefinitions,
  JsonObject,
  Member,
  MessageState,
  OwnEvent,
  RoomState,
} from '@confab/shared';
import type { TRPCRouterRecord } from '@trpc/server';
import type { z } from 'zod';
import type {
  CustomSchemas,
  EventDataOf,
  EventDefinitions,
  EventFactsOf,
  MessageSchemas,
} from '../data/definitions.js';
import type { ChatPlugin, ErrorsOf, EventsOf, ProceduresOf } from '../plugins/plugin.js';
import type { PresentedNouns } from '../data/presenters.js';

/** What a chat was extended with, as its types know it. */
export interface Shape {
  /** What `custom` reads as, by noun. */
  readonly custom: { readonly room: unknown; readonly member: unknown; readonly message: unknown };
  /** What `custom` is written as. */
  readonly said: { readonly room: unknown; readonly member: unknown; readonly message: unknown };
  /** What a noun is presented as. */
  readonly presented: { readonly room: unknown; readonly member: unknown; readonly message: unknown };
  /** Events that were declared, as a union. */
  readonly events: OwnEvent;
  /** What each of them is published with. */
  readonly published: object;
  /** Actions of plugins. */
  readonly actions: string;
  /** Every code an error may have. */
  readonly codes: string;
  /** Procedures of plugins, by plugin. */
  readonly plugins: TRPCRouterRecord;
  /** Names of procedures that are not in the router. */
  readonly omitted: string;
  /** What `upload.sign` answers; `never` where there is none. */
  readonly signed: unknown;
}

/** A chat without any extension. */
export interface PlainShape extends Shape {
  readonly custom: { readonly room: JsonObject; readonly member: JsonObject; readonly message: JsonObject };
  readonly said: { readonly room: JsonObject; readonly member: JsonObject; readonly message: JsonObject };
  readonly presented: { readonly room: RoomState; readonly member: Member; readonly message: MessageState };
  readonly events: never;
  readonly published: Record<never, never>;
  readonly actions: never;
  readonly codes: ChatErrorCode;
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a record of no procedures
  readonly plugins: {};
  readonly omitted: never;
  readonly signed: never;
}

type Read<Schema> = Schema extends z.ZodType ? z.output<Schema> : JsonObject;
type Said<Schema> = Schema extends z.ZodType ? z.input<Schema> : JsonObject;
type ReadMessage<Schemas> = Schemas extends z.ZodType
  ? z.output<Schemas>
  : Schemas extends object
    ? { [Kind in keyof Schemas]: Read<Schemas[Kind]> }[keyof Schemas]
    : JsonObject;
type SaidMessage<Schemas> = Schemas extends z.ZodType
  ? z.input<Schemas>
  : Schemas extends object
    ? { [Kind in keyof Schemas]: Said<Schemas[Kind]> }[keyof Schemas]
    : JsonObject;

type Schema<Custom extends CustomSchemas, Noun extends keyof CustomSchemas> = Custom extends {
  readonly [Key in Noun]: infer Schema extends z.ZodType | MessageSchemas;
}
  ? Schema
  : undefined;

/** The events of some definitions as a union. */
export type OwnEventsOf<Definitions> = {
  [Type in Known<keyof Definitions>]: OwnEvent<Type, EventDataOf<Definitions[Type]>>;
}[Known<keyof Definitions>];

type PublishedOf<Definitions> = {
  [Type in Known<keyof Definitions>]: EventFactsOf<Definitions[Type]>;
};

type EventsOfAll<Plugins extends readonly ChatPlugin[]> = Plugins extends readonly [
  infer First,
  ...infer Rest extends readonly ChatPlugin[],
]
  ? EventsOf<First> & EventsOfAll<Rest>
  : Plugins extends readonly []
    ? Record<never, never>
    : EventsOf<Plugins[number]>;

/** Where only the constraint is known, because options were built elsewhere, nothing is known of the keys. */
type Known<Key> = string extends Key ? never : Extract<Key, string>;

type KeysOf<Each> = Each extends Each ? Known<keyof Each> : never;

/** The actions that plugins add to the permission table. */
export type ActionsOf<Plugins extends readonly ChatPlugin[]> = {
  [Index in keyof Plugins]: Known<keyof NonNullable<Plugins[Index]['permissions']>>;
}[number];

/** The procedures of plugins under their ids; those without any are left out. */
type PluginRecord<Plugins extends readonly ChatPlugin[]> = {
  [
    Plugin in Plugins[number] as [ProceduresOf<Plugin>] extends [never] ? never : Known<Plugin['id']>
  ]: ProceduresOf<Plugin>;
};

/** The shape that the options of `createChat` add up to. */
export interface ShapeOf<
  Plugins extends readonly ChatPlugin[],
  Events extends EventDefinitions,
  Errors extends ErrorDefinitions,
  Custom extends CustomSchemas,
  Presented extends PresentedNouns,
  Omitted extends string,
  Signed = never,
> {
  readonly custom: {
    readonly room: Read<Schema<Custom, 'room'>>;
    readonly member: Read<Schema<Custom, 'member'>>;
    readonly message: ReadMessage<Schema<Custom, 'message'>>;
  };
  readonly said: {
    readonly room: Said<Schema<Custom, 'room'>>;
    readonly member: Said<Schema<Custom, 'member'>>;
    readonly message: SaidMessage<Schema<Custom, 'message'>>;
  };
  readonly presented: Presented;
  readonly events: OwnEventsOf<Events> | OwnEventsOf<EventsOfAll<Plugins>>;
  readonly published: PublishedOf<Events> & PublishedOf<EventsOfAll<Plugins>>;
  readonly actions: ActionsOf<Plugins>;
  readonly codes: ChatErrorCode | KeysOf<Errors> | KeysOf<ErrorsOf<Plugins[number]>>;
  readonly plugins: PluginRecord<Plugins>;
  readonly omitted: Omitted;
  readonly signed: Signed;
}
