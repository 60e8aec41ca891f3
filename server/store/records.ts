import type { Attachment, Grant, JsonObject, Mention } from '@confab/shared';
import type { LogFacts, LogRow } from '../events/log.js';
import type { ChatEvent, ChatMember, ChatMessage, ChatRoom } from './generated/sqlite/client.js';
import type { MemberRow, MessageRow, RoomRow } from './rows.js';

/**
 * What the database returns, as the rows the rest of the store works with. Positions are 64 bits wide in the tables;
 * a shard would need 285 years of a million events a second to leave the safe integers, so they are numbers here.
 */
export function roomRow(record: ChatRoom): RoomRow {
  return {
    ...record,
    kind: record.kind as RoomRow['kind'],
    visibility: record.visibility as RoomRow['visibility'],
    joinPolicy: record.joinPolicy as RoomRow['joinPolicy'],
    history: record.history as RoomRow['history'],
    lastPos: Number(record.lastPos),
    preferences: jsonObject(record.preferences),
    custom: jsonObject(record.custom),
  };
}

/** A membership's record as a row. */
export function memberRow(record: ChatMember): MemberRow {
  return {
    ...record,
    status: record.status as MemberRow['status'],
    role: record.role as MemberRow['role'],
    notify: record.notify as MemberRow['notify'],
    leftReason: record.leftReason as MemberRow['leftReason'],
    leftPos: record.leftPos === null ? null : Number(record.leftPos),
    permissions: jsonArray<Grant>(record.permissions),
    custom: jsonObject(record.custom),
  };
}

/** A message's record as a row. */
export function messageRow({ searchText: _words, ...record }: ChatMessage): MessageRow {
  return {
    ...record,
    kind: record.kind as MessageRow['kind'],
    format: record.format as MessageRow['format'],
    attachments: attachmentsOf(record.attachments),
    mentions: jsonArray<Mention>(record.mentions),
    custom: jsonObject(record.custom),
  };
}

/** A log record as a row. */
export function logRow(record: ChatEvent): LogRow {
  return {
    ...record,
    pos: Number(record.pos),
    type: record.type as LogRow['type'],
    data: jsonObject(record.data) as LogFacts,
  };
}

// A host may look at or repair these columns by hand; a wrong shape there must not take a whole page down.
export function jsonObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A column of attachments. */
export function attachmentsOf(value: unknown): readonly Attachment[] {
  return jsonArray<Attachment>(value);
}

function jsonArray<Item>(value: unknown): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [];
}
