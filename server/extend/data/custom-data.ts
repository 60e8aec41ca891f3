import type { JsonObject, RoomKind } from '@confab/shared';

/** Checks `custom` by the host's schemas. Each check throws `VALIDATION` with paths below `custom`. */
export interface CustomData {
  room(value: JsonObject | undefined): Promise<JsonObject>;
  member(value: JsonObject | undefined): Promise<JsonObject>;
  message(kind: RoomKind, value: JsonObject | undefined): Promise<JsonObject>;
  /** What those begin with who become members: an empty object as the schema fills it in. Who is left out begins with none. */
  ofNewMembers(userIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>;
  /** Whether messages are checked at all; without a schema nothing has to be found out for it. */
  readonly checksMessages: boolean;
  /** Whether messages have to know their room's kind before they can be checked. */
  readonly isByKind: boolean;
}
