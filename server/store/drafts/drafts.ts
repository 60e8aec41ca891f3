import type { Draft, Mention, MessageFormat, Page } from '@confab/shared';
import { z } from 'zod';
import type { ChatDraft, Prisma } from '../generated/sqlite/client.js';
import { jsonArray } from '../messages/json.js';
import { select } from '../messages/raw.js';
import { endOfTime, pageOf, readPlace } from '../page.js';
import { attachmentsOf, jsonObject } from '../records.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Whose draft, and of what. */
export interface DraftKey {
  readonly userId: string;
  readonly roomId: string;
  /** `null`: the room itself. */
  readonly threadId: string | null;
}

/** A draft's key, and the membership it belongs to: what was begun in an earlier one is gone. */
export interface DraftPlace extends DraftKey {
  readonly joinSeq: number;
}

interface NewDraft {
  readonly userId: string;
  readonly joinSeq: number;
  readonly draft: Draft;
  /** As many drafts as the user may have. */
  readonly most: number;
}

/** The draft as it is now. */
export async function findDraft(tx: ReadTx, { joinSeq, ...key }: DraftPlace): Promise<Draft | null> {
  const record = await tx.db.chatDraft.findFirst({ where: columnsOf(key) });
  return record?.joinSeq === joinSeq ? draftOf(record) : null;
}

/** Keeps a draft in the place of an earlier one and tells the user's devices. The user's own log is locked. */
export async function saveDraft(tx: WriteTx, input: NewDraft): Promise<'saved' | 'full'> {
  const { userId, joinSeq, draft, most } = input;
  const { content, format, attachments, mentions, replyToId, custom, updatedAt } = draft;
  const key = columnsOf({ userId, ...draft });
  const where = { userId_roomId_threadId: key };
  const before = await tx.db.chatDraft.findUnique({ where, select: { joinSeq: true } });
  if (before === null && (await tx.db.chatDraft.count({ where: { userId } })) >= most) return 'full';
  const data = {
    ...{ content, format, replyToId, joinSeq, updatedAt },
    attachments: jsonArray(attachments),
    mentions: jsonArray(mentions),
    custom: custom as Prisma.InputJsonObject,
  };
  if (before === null) await tx.db.chatDraft.create({ data: { ...key, ...data } });
  else await tx.db.chatDraft.update({ where, data, select: { userId: true } });
  await tell(tx, { userId, roomId: draft.roomId, threadId: draft.threadId }, updatedAt);
  return 'saved';
}

/** Drops a draft and tells the user's devices. The user's own log is locked. */
export async function clearDraft(
  tx: WriteTx,
  { at, ...key }: DraftKey & { readonly at: Date },
): Promise<'cleared' | 'unchanged'> {
  const { count } = await tx.db.chatDraft.deleteMany({ where: columnsOf(key) });
  if (count === 0) return 'unchanged';
  await tell(tx, key, at);
  return 'cleared';
}

const place = z.tuple([z.int().min(0).max(endOfTime), z.string(), z.string()]);

/** The user's drafts of the rooms they are in, the one written last first. */
export async function listDrafts(
  tx: ReadTx,
  input: { readonly userId: string; readonly limit: number; readonly cursor: string | undefined },
): Promise<Page<Draft>> {
  const { userId, limit } = input;
  const [time, roomId, threadId] = readPlace(input.cursor, place) ?? [endOfTime, '', ''];
  const before = new Date(time);
  const found = await select<{ roomId: string; threadId: string; updatedAt: Date | string }>(
    tx,
    `SELECT d."roomId" AS "roomId", d."threadId" AS "threadId", d."updatedAt" AS "updatedAt"
     FROM "chat_draft" d
     JOIN "chat_member" b ON b."roomId" = d."roomId" AND b."userId" = d."userId"
       AND b."status" = 'in' AND b."joinSeq" = d."joinSeq"
     JOIN "chat_room" r ON r."id" = d."roomId" AND r."deletedAt" IS NULL
     WHERE d."userId" = ? AND (d."updatedAt" < ? OR (d."updatedAt" = ? AND
       (d."roomId" < ? OR (d."roomId" = ? AND d."threadId" < ?))))
     ORDER BY d."updatedAt" DESC, d."roomId" DESC, d."threadId" DESC LIMIT ?`,
    [userId, before, before, roomId, roomId, threadId, limit + 1],
  );
  const page = pageOf(found, limit, (row) => [new Date(row.updatedAt).getTime(), row.roomId, row.threadId]);
  const drafts = await loadDrafts(
    tx,
    page.items.map((row) => ({ userId, roomId: row.roomId, threadId: row.threadId === '' ? null : row.threadId })),
  );
  const items = page.items.flatMap((row) => drafts.get(draftKey({ userId, ...row }))?.draft ?? []);
  return { items, nextCursor: page.nextCursor };
}

/** A draft and the membership it belongs to. */
interface StoredDraft {
  readonly draft: Draft;
  readonly joinSeq: number;
}

/** These drafts, whatever became of the memberships; by `draftKey`, in one statement. */
export async function loadDrafts(tx: ReadTx, keys: readonly DraftKey[]): Promise<ReadonlyMap<string, StoredDraft>> {
  if (keys.length === 0) return new Map();
  const records = await tx.db.chatDraft.findMany({ where: { OR: keys.map(columnsOf) } });
  return new Map(records.map((record) => [draftKey(record), { draft: draftOf(record), joinSeq: record.joinSeq }]));
}

/** What tells drafts apart. */
export function draftKey({ userId, roomId, threadId }: DraftKey): string {
  return JSON.stringify([userId, roomId, threadId ?? '']);
}

/** Drops what these users had begun to write in a room. Nobody is told: the room is gone for them. */
export async function dropDrafts(tx: WriteTx, roomId: string, userIds: readonly string[]): Promise<void> {
  await tx.db.chatDraft.deleteMany({ where: { roomId, userId: { in: [...userIds] } } });
}

async function tell(tx: WriteTx, { userId, roomId, threadId }: DraftKey, at: Date): Promise<void> {
  const log = (await tx.lockPersonal([userId])).get(userId);
  if (log === undefined) return;
  const data = { aboutRoomId: roomId, ...(threadId === null ? {} : { threadId }) };
  tx.append({ roomId: log.id, type: 'draft.updated', actorId: userId, at, data });
}

function columnsOf({ userId, roomId, threadId }: DraftKey) {
  return { userId, roomId, threadId: threadId ?? '' };
}

function draftOf(record: ChatDraft): Draft {
  const { roomId, threadId, content, format, attachments, mentions, replyToId, custom, updatedAt } = record;
  return {
    ...{ roomId, content, replyToId, updatedAt },
    threadId: threadId === '' ? null : threadId,
    format: format as MessageFormat,
    attachments: attachmentsOf(attachments),
    mentions: Array.isArray(mentions) ? (mentions as readonly Mention[]) : [],
    custom: jsonObject(custom),
  };
}
