import { ChatError } from '@confab/shared';
import type { Message, Reaction } from '@confab/shared';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import { plainMessage } from '../../store/port.js';
import type { MessageRow } from '../../store/rows.js';
import type { ModerationKit, ModerationRead } from './kit.js';
import { keep, keptOf, nothingKept, threadOf } from './said.js';
import type { EditCall, SendCall, Words } from './said.js';

/**
 * Messages that only their author sees. They are no part of the room's log, which all members share: they have no event
 * and no `seq` of their own, and stand after the event that was the last when they were said. So nobody's log has a
 * hole, and no count, mark or notification is any different for the others.
 */
export interface Ghosts {
  /** Those of the caller in a room, oldest first, and rewordings of real messages of theirs; the newest 500. */
  inRoom(scope: ChatScope, roomId: string): Promise<readonly ModerationItemRow[]>;
  /** The caller's own among these ids, by id. */
  among(scope: ChatScope, messageIds: readonly string[]): Promise<ReadonlyMap<string, ModerationItemRow>>;
  present(scope: ChatScope, rows: readonly ModerationItemRow[]): Promise<readonly Message[]>;
  /** Real messages as their author is to see them: reworded for themselves only. */
  reworded(scope: ChatScope, messages: readonly Message[]): Promise<readonly Message[]>;
  edit(scope: ChatScope, row: ModerationItemRow, call: EditCall): Promise<Message>;
  /** Leaves a tombstone, or nothing at all. */
  remove(scope: ChatScope, rows: readonly ModerationItemRow[], leaves: 'tombstone' | 'nothing'): Promise<void>;
  react(scope: ChatScope, row: ModerationItemRow, emoji: string, isOn: boolean): Promise<readonly Reaction[]>;
}

interface KeptReaction {
  readonly emoji: string;
}

const most = 500;
const shadowed = { state: 'shadowed' };

export function createGhosts(kit: ModerationKit): Ghosts {
  const message = { ...shadowed, subject: 'message' };

  const present: Ghosts['present'] = (scope, rows) => kit.read(scope, (tx) => presentGhosts(tx, rows));

  async function changed(scope: ChatScope, id: string, data: Partial<Changes>): Promise<ModerationItemRow> {
    return kit.write(scope, ({ models }) => models.chatModerationItem.update({ where: { id }, data }));
  }

  return {
    present,
    async inRoom(scope, roomId) {
      const rows = await kit.read(scope, ({ models }) =>
        models.chatModerationItem.findMany({
          where: { ...message, userId: scope.user.id, roomId },
          orderBy: { id: 'desc' },
          take: most,
        }),
      );
      return rows.toReversed();
    },
    async among(scope, messageIds) {
      const where = { ...message, userId: scope.user.id, id: { in: [...messageIds] } };
      const rows = await kit.read(scope, ({ models }) => models.chatModerationItem.findMany({ where }));
      return new Map(rows.map((row) => [row.id, row]));
    },
    async reworded(scope, messages) {
      const own = messages.filter(({ senderId, deletedAt }) => senderId === scope.user.id && deletedAt === null);
      if (own.length === 0) return messages;
      const where = { ...shadowed, subject: 'edit', messageId: { in: own.map(({ id }) => id) } };
      const rows = await kit.read(scope, ({ models }) =>
        models.chatModerationItem.findMany({ where, orderBy: { id: 'asc' } }),
      );
      const edits = new Map(rows.map((row) => [row.messageId, row]));
      return messages.map((each) => withEdit(each, edits.get(each.id)));
    },
    async edit(scope, row, { content, attachments, custom }) {
      const kept = keptOf(row);
      if (kept === null || row.deletedAt !== null) throw new ChatError('NOT_FOUND');
      const words: Words = {
        ...kept.words,
        ...(content !== undefined && { content }),
        ...(attachments !== undefined && { attachments }),
        ...(custom !== undefined && { custom }),
      };
      const said = keep(kept.call, words);
      return presentOne(scope, await changed(scope, row.id, { said, editedAt: kit.clock.now() }));
    },
    async remove(scope, rows, leaves) {
      const gone = { deletedAt: kit.clock.now(), reactions: [], ...(leaves === 'nothing' && { state: 'void' }) };
      await kit.write(scope, async ({ models }) => {
        for (const threadId of new Set(rows.map(threadOf))) {
          const ids = rows.filter((row) => threadOf(row) === threadId).map(({ id }) => id);
          const where = { id: { in: ids }, deletedAt: null };
          // Where it stood is still told.
          const said = threadId === undefined ? nothingKept : { threadId: threadId as never };
          await models.chatModerationItem.updateMany({ where, data: { ...gone, said } });
        }
      });
    },
    async react(scope, row, emoji, isOn) {
      if (row.deletedAt !== null) throw new ChatError('NOT_FOUND');
      const others = keptReactions(row).filter((each) => each.emoji !== emoji);
      const before = kit.settings.reactions === 'one' && isOn ? [] : others;
      const reactions = [...before, ...(isOn ? [{ emoji }] : [])].slice(-100);
      return reactionsOf(await changed(scope, row.id, { reactions: reactions.map((each) => ({ ...each })) }));
    },
  };

  async function presentOne(scope: ChatScope, row: ModerationItemRow): Promise<Message> {
    const [found] = await present(scope, [row]);
    if (found === undefined) throw new ChatError('NOT_FOUND');
    return found;
  }
}

interface Changes {
  said: { readonly [key: string]: never };
  editedAt: Date;
  reactions: { emoji: string }[];
}

async function presentGhosts(tx: ModerationRead, rows: readonly ModerationItemRow[]): Promise<readonly Message[]> {
  const messages = await tx.present(rows.map(messageRowOf));
  return messages.map((message, at) => {
    const row = rows[at];
    // A host may have left reactions out of its messages.
    if (row === undefined || row.deletedAt !== null || !('reactions' in message)) return message;
    return { ...message, reactions: reactionsOf(row) };
  });
}

/** A ghost as if it were a row of the room. */
function messageRowOf(row: ModerationItemRow): MessageRow {
  const { words, call } = keptOf<Partial<SendCall>>(row) ?? {};
  const { id, roomId, userId: senderId, clientId, seq, createdAt, editedAt, deletedAt } = row;
  return {
    ...plainMessage,
    ...{ id, roomId, senderId, seq, createdAt, editedAt, deletedAt },
    // One that was made up for a call without any is not told.
    clientId: clientId === id ? null : clientId,
    ...{ kind: 'user', bodyHash: null, replyToId: call?.replyToId ?? null, threadId: threadOf(row) ?? null },
    content: words?.content ?? null,
    format: words?.format ?? 'text',
    attachments: words?.attachments ?? [],
    mentions: words?.mentions ?? [],
    custom: words?.custom ?? {},
  };
}

function withEdit(message: Message, row: ModerationItemRow | undefined): Message {
  const words = row === undefined ? undefined : keptOf(row)?.words;
  if (row === undefined || words === undefined) return message;
  const { content, attachments, custom } = words;
  return { ...message, content, attachments, custom, editedAt: row.createdAt };
}

function keptReactions({ reactions }: ModerationItemRow): readonly KeptReaction[] {
  // Written by this plugin and read back as it was.
  return reactions as unknown as readonly KeptReaction[];
}

function reactionsOf(row: ModerationItemRow): readonly Reaction[] {
  return keptReactions(row).map(({ emoji }) => ({ emoji, count: 1, mine: true }));
}
