import type { ChatClient, Member, Message, Presence, RoomListItem } from '@confab/client';
import type { ChatContract } from '@confab/client';

export type Client = ChatClient<ChatContract>;

/** A message on its way, or refused. */
export interface OutgoingMessage {
  readonly clientId: string;
  readonly roomId: string;
  readonly content: string;
  readonly mentions: readonly string[];
  readonly createdAt: Date;
  /** Why it was refused; `null` while it is on its way. */
  readonly failure: string | null;
}

/** What is loaded of a room. */
export interface History {
  /** By `seq`. */
  readonly items: readonly Message[];
  readonly hasBefore: boolean;
  readonly isLoading: boolean;
}

export interface ChatState {
  readonly rooms: Readonly<Record<string, RoomListItem>>;
  readonly hasRooms: boolean;
  readonly histories: Readonly<Record<string, History>>;
  readonly members: Readonly<Record<string, readonly Member[]>>;
  readonly outgoing: Readonly<Record<string, readonly OutgoingMessage[]>>;
  /** Who types where. */
  readonly typing: Readonly<Record<string, readonly string[]>>;
  readonly presence: Readonly<Record<string, Presence>>;
  readonly selected: string | null;
  /** Where the unread messages of the selected room began when it was opened. */
  readonly unreadAfter: number | null;
  /** The last thing that went wrong. */
  readonly notice: string | null;
}

export const emptyState: ChatState = {
  rooms: {},
  hasRooms: false,
  histories: {},
  members: {},
  outgoing: {},
  typing: {},
  presence: {},
  selected: null,
  unreadAfter: null,
  notice: null,
};

export const nothing: readonly never[] = [];

/** What a person is called. */
export function nameOf(user: { readonly id: string; readonly name: string | null } | null | undefined): string {
  return user?.name ?? user?.id ?? 'Someone';
}

export function titleOf(room: RoomListItem): string {
  return room.kind === 'direct' ? nameOf(room.peer) : (room.name ?? 'Room');
}

/** Puts messages into a list by `seq`; newer copies of the same message win. */
export function merge(items: readonly Message[], added: readonly Message[]): readonly Message[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  for (const item of added) byId.set(item.id, item);
  return [...byId.values()].sort((left, right) => left.seq - right.seq);
}

export function changed<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
  change: (value: Value) => Value,
): Readonly<Record<string, Value>> {
  const value = record[key];
  return value === undefined ? record : { ...record, [key]: change(value) };
}

export function without<Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  const { [key]: _, ...rest } = record;
  return rest;
}
