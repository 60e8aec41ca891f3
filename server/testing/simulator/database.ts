import type { JsonObject, LoggedEvent, Member, MessageState } from '@confab/shared';
import type { LogFacts, LogRow, LogSnapshot, LogType, Membership, RoomSlice, ShardHead } from '../../events/log.js';
import { personalRoom, shardOf } from '../../events/log.js';
import type { LateRows } from './log-table.js';
import { LogTable } from './log-table.js';
import { renderRow } from './render.js';
import { memberShape, messageShape } from './shapes.js';

/** One stay of a user in a room. */
export interface Stay {
  readonly joinSeq: number;
  readonly joinPos: number;
  /** The event that ended it, the room's deletion included. */
  leftSeq: number;
  leftPos: number;
}

interface StoredMember {
  status: 'in' | 'out';
  joinSeq: number;
  leftSeq: number | null;
  leftPos: number | null;
  readSeq: number;
}

/** What a tombstone does not tell any more. */
export interface Fate {
  readonly mentions: readonly string[];
  /** The `seq` of its deletion. */
  deletedSeq: number;
  /** The `seq` in their own logs with which users hid it. */
  readonly hidden: Map<string, number>;
}

export interface StoredRoom {
  readonly id: string;
  readonly shard: number;
  lastSeq: number;
  lastPos: number;
  isDeleted: boolean;
  readonly members: Map<string, StoredMember>;
  readonly messages: MessageState[];
  /** Everything ever logged, retention or not: what the checks go by. */
  readonly history: LogRow[];
}

/** An event of an application's own, about to be logged. */
export interface NewOwnEvent {
  readonly roomId: string;
  readonly type: string;
  readonly actorId: string | null;
  readonly at: Date;
  readonly payload: JsonObject;
}

/**
 * The database of a run: rooms, members, messages and the log, every change one transaction. It stands in for the
 * store; what reads it through `LogStore` is the product's own.
 */
export class Database {
  readonly rooms = new Map<string, StoredRoom>();
  readonly sent = new Map<string, MessageState>();
  readonly fates = new Map<string, Fate>();
  readonly deletedAtStep = new Map<string, number>();
  readonly #stays = new Map<string, Stay[]>();
  readonly #log: LogTable;
  readonly #messages = new Map<string, { room: StoredRoom; index: number }>();
  #nextId = 1;

  constructor(shardCount: number, late: LateRows | undefined) {
    this.#log = new LogTable(shardCount, late);
  }

  /** Rows that have a position and can't be seen yet. */
  get hidden(): readonly LogRow[] {
    return this.#log.hidden;
  }

  heads(): ShardHead[] {
    return this.#log.heads();
  }

  read(shard: number, afterPos: number, uptoPos: number, limit: number): LogRow[] {
    return this.#log.read(shard, afterPos, uptoPos, limit);
  }

  slices(slices: readonly RoomSlice[], limit: number): LogRow[] {
    return slices.flatMap((slice) => this.#log.slice(this.rooms.get(slice.roomId)?.history ?? [], slice, limit));
  }

  snapshot(userId: string, since: readonly number[] | undefined): LogSnapshot {
    const memberships: Membership[] = [];
    for (const room of this.rooms.values()) {
      const member = room.members.get(userId);
      if (member === undefined || room.id.startsWith('u:')) continue;
      const { id: roomId, shard, lastSeq, lastPos, isDeleted } = room;
      const isPast = member.status === 'out' || isDeleted;
      const from = since?.[shard];
      if (isPast && (from === undefined || ((member.leftPos ?? 0) <= from && lastPos <= from))) continue;
      memberships.push({ ...member, roomId, shard, lastSeq, lastPos, isDeleted });
    }
    return { heads: this.heads(), memberships, personalPos: this.rooms.get(personalRoom(userId))?.lastPos ?? 0 };
  }

  render(row: LogRow): LoggedEvent {
    return renderRow(this, row);
  }

  message(id: string): MessageState {
    const place = this.#messages.get(id);
    const message = place?.room.messages[place.index];
    if (message === undefined) throw new Error(`The model has no message ${id}.`);
    return message;
  }

  /** A membership, past or present, as it is today. */
  member(userId: string, roomId: string): Member | undefined {
    const member = this.rooms.get(roomId)?.members.get(userId);
    return member && memberShape(roomId, userId, member.joinSeq, member.readSeq);
  }

  isMember(userId: string, roomId: string): boolean {
    const room = this.rooms.get(roomId);
    return room !== undefined && !room.isDeleted && room.members.get(userId)?.status === 'in';
  }

  membersOf(roomId: string): string[] {
    const members = this.rooms.get(roomId)?.members ?? new Map<string, StoredMember>();
    return [...members].filter(([, { status }]) => status === 'in').map(([userId]) => userId);
  }

  staysOf(userId: string, roomId: string): Stay[] {
    const key = `${userId} ${roomId}`;
    let stays = this.#stays.get(key);
    if (stays === undefined) this.#stays.set(key, (stays = []));
    return stays;
  }

  createRoom(userIds: readonly string[], at: Date): LogRow[] {
    const id = `room-${this.#id()}`;
    this.#open(id);
    const row = this.#append(id, 'room.created', null, at, { userIds });
    this.#enter(row, userIds);
    return [row];
  }

  addMembers(roomId: string, userIds: readonly string[], at: Date): LogRow[] {
    const row = this.#append(roomId, 'member.added', null, at, { userIds });
    this.#enter(row, userIds);
    return [row];
  }

  /** With its last member the room goes instead: `room.deleted` is the last they get. */
  removeMember(roomId: string, userId: string, at: Date): LogRow[] {
    if (this.membersOf(roomId).length <= 1) return this.deleteRoom(roomId, at);
    const row = this.#append(roomId, 'member.removed', null, at, { userIds: [userId], reason: 'removed' });
    const member = this.rooms.get(roomId)?.members.get(userId);
    if (member !== undefined) Object.assign(member, { status: 'out', leftSeq: row.seq, leftPos: row.pos });
    this.#endStay(userId, row);
    return [row];
  }

  deleteRoom(roomId: string, at: Date): LogRow[] {
    const row = this.#append(roomId, 'room.deleted', null, at, {});
    const room = this.rooms.get(roomId);
    if (room !== undefined) room.isDeleted = true;
    for (const userId of this.membersOf(roomId)) this.#endStay(userId, row);
    return [row];
  }

  send(
    roomId: string,
    senderId: string,
    clientId: string,
    at: Date,
    { mentions = [], kind = 'user' }: Partial<Pick<MessageState, 'mentions' | 'kind'>> = {},
  ): LogRow[] {
    const id = `message-${this.#id()}`;
    const room = this.rooms.get(roomId);
    if (room === undefined) return [];
    const stored = { ...messageShape(id, roomId, room.lastSeq + 1, senderId, clientId), mentions, kind };
    this.#messages.set(id, { room, index: room.messages.length });
    this.fates.set(id, { mentions, deletedSeq: Infinity, hidden: new Map() });
    room.messages.push(stored);
    this.sent.set(`${roomId} ${senderId} ${clientId}`, stored);
    return [this.#append(roomId, 'message.created', senderId, at, { messageId: id })];
  }

  edit(id: string, at: Date): LogRow[] {
    const message = this.#change(id, (before) => ({ ...before, content: `${before.content}!`, editedAt: at }));
    return [this.#append(message.roomId, 'message.updated', message.senderId, at, { messageId: id })];
  }

  react(id: string, userId: string, at: Date): LogRow[] {
    const message = this.#change(id, (before) => {
      return { ...before, reactions: [{ emoji: '+', count: (before.reactions[0]?.count ?? 0) + 1 }] };
    });
    return [this.#append(message.roomId, 'message.reaction', userId, at, { messageId: id })];
  }

  deleteMessage(id: string, step: number, at: Date): LogRow[] {
    const message = this.#change(id, (before) => {
      return { ...before, content: null, attachments: [], mentions: [], reactions: [], deletedAt: at };
    });
    this.deletedAtStep.set(id, step);
    const row = this.#append(message.roomId, 'message.deleted', message.senderId, at, { messageIds: [id] });
    const fate = this.fates.get(id);
    if (fate !== undefined) fate.deletedSeq = row.seq;
    return [row];
  }

  /** Moves a mark forward, at most to the head; `undefined` for who is not in the room. */
  moveMark(
    userId: string,
    roomId: string,
    seq: number,
  ): { readonly readSeq: number; readonly isMoved: boolean } | undefined {
    const room = this.rooms.get(roomId);
    const member = room?.members.get(userId);
    if (room === undefined || member === undefined || !this.isMember(userId, roomId)) return undefined;
    const readSeq = Math.max(member.readSeq, Math.min(seq, room.lastSeq));
    const isMoved = readSeq > member.readSeq;
    member.readSeq = readSeq;
    return { readSeq, isMoved };
  }

  /** Deletes a message for one user, who is told in the log of their own. */
  hide(roomId: string, id: string, userId: string, at: Date): LogRow[] {
    const hidden = this.fates.get(id)?.hidden;
    if (hidden === undefined || hidden.has(userId)) return [];
    const row = this.#append(this.personal(userId), 'message.hidden', userId, at, {
      aboutRoomId: roomId,
      messageIds: [id],
    });
    hidden.set(userId, row.seq);
    return [row];
  }

  notify(userId: string, at: Date): LogRow[] {
    const data = { notificationId: `notification-${this.#id()}` };
    return [this.#append(this.personal(userId), 'notification', null, at, data)];
  }

  /** Logs an application's own event. */
  publish({ roomId, type, actorId, at, payload }: NewOwnEvent): LogRow[] {
    return [this.#append(roomId, type, actorId, at, { own: payload })];
  }

  /** The log of a user's own, made when it is not there yet. */
  personal(userId: string): string {
    const id = personalRoom(userId);
    if (!this.rooms.has(id)) this.#open(id);
    return id;
  }

  /** Retention: forgets a shard's rows up to a position. */
  prune(shard: number, uptoPos: number): void {
    this.#log.prune(shard, uptoPos);
  }

  /** Makes a late row visible. */
  land(row: LogRow): void {
    this.#log.land(row);
  }

  #id(): number {
    return this.#nextId++;
  }

  #open(id: string): void {
    const shard = shardOf(id, this.#log.shardCount);
    const [members, messages, history] = [new Map<string, StoredMember>(), [], []];
    this.rooms.set(id, { id, shard, lastSeq: 0, lastPos: 0, isDeleted: false, members, messages, history });
  }

  #change(id: string, change: (before: MessageState) => MessageState): MessageState {
    const after = change(this.message(id));
    const place = this.#messages.get(id);
    if (place !== undefined) place.room.messages[place.index] = after;
    return after;
  }

  #append(roomId: string, type: LogType, actorId: string | null, at: Date, data: LogFacts): LogRow {
    const room = this.rooms.get(roomId);
    if (room === undefined) throw new Error(`The model has no room ${roomId}.`);
    const row = this.#log.append({ shard: room.shard, roomId, seq: room.lastSeq + 1, type, actorId, at, data });
    room.lastSeq = row.seq;
    room.lastPos = row.pos;
    room.history.push(row);
    return row;
  }

  #enter(row: LogRow, userIds: readonly string[]): void {
    for (const userId of userIds) {
      const member = { status: 'in', joinSeq: row.seq, leftSeq: null, leftPos: null, readSeq: 0 } as const;
      this.rooms.get(row.roomId)?.members.set(userId, { ...member });
      const stay = { joinSeq: row.seq, joinPos: row.pos, leftSeq: Infinity, leftPos: Infinity };
      this.staysOf(userId, row.roomId).push(stay);
    }
  }

  #endStay(userId: string, row: LogRow): void {
    const stay = this.staysOf(userId, row.roomId).at(-1);
    if (stay !== undefined) Object.assign(stay, { leftSeq: row.seq, leftPos: row.pos });
  }
}
