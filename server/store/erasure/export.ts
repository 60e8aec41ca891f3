import type { Db, ReadTx } from '../transaction.js';
import { internalColumns } from './export-data.js';
import type { ExportedRecord, ExportedType } from './export-data.js';
import { seqsPerLook } from './messages.js';

type Row = Readonly<Record<string, unknown>>;

/** A model's delegate, as far as a page needs it. */
interface Delegate {
  findMany(query: object): PromiseLike<Row[]>;
}

/** Rows of one kind, read in the order of a key. */
interface Source {
  readonly type: ExportedType;
  readonly model: Exclude<keyof Db, `$${string}`>;
  readonly where: (userId: string) => object;
  /** What the rows are told apart and put in order by, beside what `where` fixes. */
  readonly key: readonly string[];
}

const of = (column: string) => (userId: string) => ({ [column]: userId });

/** What is found by the user's id. */
const ownSources: readonly Source[] = [
  { type: 'profile', model: 'chatUser', where: of('id'), key: ['id'] },
  { type: 'preferences', model: 'chatUserPreferences', where: of('userId'), key: ['userId'] },
  { type: 'userBan', model: 'chatUserBan', where: of('userId'), key: ['userId'] },
  { type: 'session', model: 'chatSession', where: of('userId'), key: ['id'] },
  { type: 'push', model: 'chatPushSubscription', where: of('userId'), key: ['id'] },
  { type: 'delivery', model: 'chatDelivery', where: of('userId'), key: ['id'] },
  { type: 'block', model: 'chatBlock', where: of('userId'), key: ['blockedId'] },
  { type: 'notification', model: 'chatNotification', where: of('userId'), key: ['id'] },
  { type: 'draft', model: 'chatDraft', where: of('userId'), key: ['roomId', 'threadId'] },
  { type: 'scheduled', model: 'chatScheduledMessage', where: of('userId'), key: ['id'] },
  { type: 'report', model: 'chatReport', where: of('reporterId'), key: ['id'] },
  { type: 'ban', model: 'chatBan', where: of('userId'), key: ['roomId'] },
  { type: 'banMade', model: 'chatBan', where: of('actorId'), key: ['roomId', 'userId'] },
  { type: 'joinRequest', model: 'chatJoinRequest', where: of('userId'), key: ['roomId'] },
  { type: 'invite', model: 'chatInvite', where: of('createdBy'), key: ['id'] },
  { type: 'invitation', model: 'chatInvite', where: of('userId'), key: ['id'] },
  { type: 'room', model: 'chatRoom', where: (userId) => ({ createdBy: userId, kind: { not: 'user' } }), key: ['id'] },
  { type: 'membership', model: 'chatMember', where: of('userId'), key: ['roomId'] },
  { type: 'thread', model: 'chatThreadMember', where: of('userId'), key: ['threadId'] },
  { type: 'hiddenMessage', model: 'chatHiddenMessage', where: of('userId'), key: ['messageId'] },
  { type: 'reaction', model: 'chatReaction', where: of('userId'), key: ['messageId', 'emoji'] },
  { type: 'mention', model: 'chatMention', where: of('userId'), key: ['roomId', 'seq', 'messageId'] },
];

/** The kinds that `exportOwn` reads, in the order they are worth reading in. */
export const ownTypes: readonly ExportedType[] = ownSources.map(({ type }) => type);

/** Where a page ended: the key of its last row. */
export type ExportPlace = readonly unknown[];

/** A page of what is found by a user's id. `next`: where to go on; `null`: that was all. */
export async function exportOwn(
  tx: ReadTx,
  input: {
    readonly userId: string;
    readonly type: ExportedType;
    readonly after: ExportPlace | undefined;
    readonly limit: number;
  },
): Promise<{ readonly items: readonly ExportedRecord[]; readonly next: ExportPlace | null }> {
  const source = ownSources.find(({ type }) => type === input.type);
  if (source === undefined) throw new Error(`Nothing of the kind ${input.type} is found by a user's id.`);
  const delegate = tx.db[source.model] as unknown as Delegate;
  const rows = await delegate.findMany({
    where: { AND: [source.where(input.userId), beyond(source.key, input.after)] },
    orderBy: source.key.map((column) => ({ [column]: 'asc' })),
    take: input.limit,
  });
  const last = rows.length < input.limit ? undefined : rows.at(-1);
  return {
    items: rows.map((row) => exported(source.type, row)),
    next: last === undefined ? null : source.key.map((column) => last[column]),
  };
}

/** What is found by room, in pieces of its log. */
const roomSources: readonly (Pick<Source, 'type' | 'model'> & { readonly by: string })[] = [
  { type: 'message', model: 'chatMessage', by: 'senderId' },
  { type: 'removedMessage', model: 'chatRemovedMessage', by: 'senderId' },
  { type: 'event', model: 'chatEvent', by: 'actorId' },
];

/** What a user did in a piece of a room. `nextSeq`: where to go on; `null`: that was all. */
export async function exportFromRoom(
  tx: ReadTx,
  { userId, roomId, afterSeq }: { readonly userId: string; readonly roomId: string; readonly afterSeq: number },
): Promise<{ readonly items: readonly ExportedRecord[]; readonly nextSeq: number | null }> {
  const uptoSeq = afterSeq + seqsPerLook;
  const items: ExportedRecord[] = [];
  for (const { type, model, by } of roomSources) {
    const delegate = tx.db[model] as unknown as Delegate;
    const where = { roomId, seq: { gt: afterSeq, lte: uptoSeq }, [by]: userId };
    const rows = await delegate.findMany({ where, orderBy: { seq: 'asc' } });
    items.push(...rows.map((row) => exported(type, row)));
  }
  const room = await tx.db.chatRoom.findUnique({ where: { id: roomId }, select: { lastSeq: true } });
  return { items, nextSeq: uptoSeq < (room?.lastSeq ?? 0) ? uptoSeq : null };
}

/** What hangs on a user's messages or marks, and has a key of its own. */
const hanging = {
  version: { model: 'chatMessageVersion', key: ['messageId', 'version'] },
  receipt: { model: 'chatReceipt', key: ['kind', 'toSeq'] },
  event: { model: 'chatEvent', key: ['seq'] },
} as const;

/** A page of the versions of some messages, of a user's receipts of a room, or of the log of the user alone. */
export async function exportHanging(
  tx: ReadTx,
  input: {
    readonly type: keyof typeof hanging;
    readonly where: { readonly messageIds: readonly string[] } | { readonly roomId: string; readonly userId?: string };
    readonly after: ExportPlace | undefined;
    readonly limit: number;
  },
): Promise<{ readonly items: readonly ExportedRecord[]; readonly next: ExportPlace | null }> {
  const { model, key } = hanging[input.type];
  const { where } = input;
  const fixed = 'messageIds' in where ? { messageId: { in: [...where.messageIds] } } : where;
  const delegate = tx.db[model] as unknown as Delegate;
  const rows = await delegate.findMany({
    where: { AND: [fixed, beyond(key, input.after)] },
    orderBy: key.map((column) => ({ [column]: 'asc' })),
    take: input.limit,
  });
  const last = rows.length < input.limit ? undefined : rows.at(-1);
  return {
    items: rows.map((row) => exported(input.type, row)),
    next: last === undefined ? null : key.map((column) => last[column]),
  };
}

/** The copies of a user's words, by their ids. */
export async function exportCopies(
  tx: ReadTx,
  { messageIds }: { readonly messageIds: readonly string[] },
): Promise<readonly ExportedRecord[]> {
  const rows = await tx.db.chatMessage.findMany({
    where: { id: { in: [...messageIds] } },
    orderBy: { id: 'asc' },
    select: { id: true, roomId: true, content: true, forwardedAt: true },
  });
  return rows.map((data) => ({ type: 'copy', data }));
}

/** What comes after a place in the order of a key. */
function beyond(key: readonly string[], after: ExportPlace | undefined): object {
  if (after === undefined) return {};
  const steps = key.map((column, index) => ({
    ...Object.fromEntries(key.slice(0, index).map((before, at) => [before, after[at]])),
    [column]: { gt: after[index] },
  }));
  return { OR: steps };
}

const internal: ReadonlySet<string> = new Set(internalColumns);

function exported(type: ExportedType, row: Row): ExportedRecord {
  const data = Object.fromEntries(Object.entries(row).filter(([column]) => !internal.has(column)));
  // The model makes the pair of type and data right; the union of all pairs can't express that.
  return { type, data } as unknown as ExportedRecord;
}
