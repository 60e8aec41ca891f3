import { ChatError } from '@confab/shared';
import type { ModerationRule, ModerationState, ModerationSubject } from '@confab/shared/plugins/moderation';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import type { ModerationKit, ModerationWrite } from './kit.js';
import type { ResolvedOptions } from './options.js';
import { keep } from './said.js';
import type { Kept } from './said.js';

/** Something that does not simply go through. */
export interface NewCase {
  readonly roomId: string;
  readonly userId: string;
  readonly state: Extract<ModerationState, 'held' | 'flagged' | 'blocked' | 'shadowed'>;
  readonly subject: ModerationSubject;
  readonly messageId: string | null;
  readonly clientId: string | null;
  readonly rule: ModerationRule;
  readonly reason: string | null;
  readonly note: string | null;
  readonly kept: Kept;
}

/** What is written down of the messages that rules found something in. */
export interface Cases {
  /** The case of an earlier try of this call. */
  ofCall(
    scope: ChatScope,
    call: { readonly roomId: string; readonly clientId?: string | undefined },
  ): Promise<ModerationItemRow | null>;
  /** The held edit of a message that is being approved in this very transaction. */
  isApproving(scope: ChatScope, messageId: string): Promise<boolean>;
  /** Writes a case down, or finds the one that another try of the call has written. Moderators hear of what is held. */
  open(scope: ChatScope, given: NewCase): Promise<ModerationItemRow>;
  /** A flagged message has been said: now moderators hear of it. */
  said(scope: ChatScope, row: ModerationItemRow, messageId: string): Promise<void>;
  /** A flagged message was not said after all. */
  drop(scope: ChatScope, row: ModerationItemRow): Promise<void>;
  /** Held edits of a message that was reworded since are not to be decided any more. */
  supersede(scope: ChatScope, messageId: string): Promise<void>;
  /** Tells those who may decide that something waits. The room is locked. */
  tell(tx: ModerationWrite, row: ModerationItemRow): Promise<void>;
}

/** People of one room who are told that something waits. */
const mostTold = 100;

export function createCases(kit: ModerationKit, { alert }: Pick<ResolvedOptions, 'alert'>): Cases {
  async function tell(tx: ModerationWrite, row: ModerationItemRow): Promise<void> {
    const { id: itemId, roomId, userId, state } = row;
    if (state !== 'held' && state !== 'flagged') return;
    // Written by this plugin, so subject and rule are of its own.
    const subject = row.subject as ModerationSubject;
    const facts = { itemId, roomId, userId, state, subject, rule: row.rule as ModerationRule } as const;
    const told = new Set([...(await moderatorsOf(tx, roomId)), ...(await alert(roomId))]);
    told.delete(userId);
    for (const moderatorId of [...told].sort()) {
      await tx.publish({ userId: moderatorId }, 'moderation.queued', facts);
    }
  }

  function open(scope: ChatScope, { kept, ...given }: NewCase): Promise<ModerationItemRow> {
    return kit.write(scope, async (tx) => {
      const { roomId, userId, clientId } = given;
      const room = (await tx.lock([roomId])).get(roomId);
      if (room === undefined || room.deletedAt !== null) throw new ChatError('NOT_FOUND');
      // A verdict takes its time: whoever was removed or erased meanwhile leaves no words behind.
      if (!(await isThere(tx, given))) throw new ChatError('NOT_FOUND');
      const { chatModerationItem: items } = tx.models;
      const known = clientId === null ? null : await items.findFirst({ where: { roomId, userId, clientId } });
      if (known !== null) return known;
      if (given.subject === 'edit' && given.state === 'held' && given.messageId !== null) {
        await supersede(tx, given.messageId);
      }
      const id = kit.ids.next();
      const call = given.subject === 'message' ? { ...(kept.call as object), clientId: clientId ?? id } : kept.call;
      const row = await items.create({
        data: {
          ...given,
          id,
          // What is held goes out under this one when it is approved, so that it goes out once.
          clientId: given.subject === 'message' ? (clientId ?? id) : null,
          said: keep(call, kept.words),
          reports: [],
          reactions: [],
          seq: room.lastSeq,
          createdAt: kit.clock.now(),
        },
      });
      // What is flagged is told of once it was said.
      if (row.state === 'held' || row.messageId !== null) await tell(tx, row);
      if (row.state === 'shadowed' && row.subject === 'message') {
        await tx.publish({ userId }, 'message.echo', { roomId, messageId: row.id });
      }
      return row;
    });
  }

  return {
    ofCall: (scope, { roomId, clientId }) =>
      clientId === undefined
        ? Promise.resolve(null)
        : kit.read(scope, ({ models }) =>
            models.chatModerationItem.findFirst({ where: { roomId, userId: scope.user.id, clientId } }),
          ),
    async isApproving(scope, messageId) {
      const where = { messageId, userId: scope.user.id, subject: 'edit', state: 'approved', decidedAt: null };
      return (await kit.read(scope, ({ models }) => models.chatModerationItem.count({ where }))) > 0;
    },
    open,
    tell,
    async said(scope, { id, roomId }, messageId) {
      await kit.write(scope, async (tx) => {
        await tx.lock([roomId]);
        await tell(tx, await tx.models.chatModerationItem.update({ where: { id }, data: { messageId } }));
      });
    },
    async drop(scope, { id }) {
      await kit.write(scope, ({ models }) => models.chatModerationItem.deleteMany({ where: { id, messageId: null } }));
    },
    async supersede(scope, messageId) {
      const held = { messageId, subject: 'edit', state: 'held' };
      const count = await kit.read(scope, ({ models }) => models.chatModerationItem.count({ where: held }));
      if (count > 0) await kit.write(scope, (tx) => supersede(tx, messageId));
    },
  };

  async function supersede({ models }: ModerationWrite, messageId: string): Promise<void> {
    await models.chatModerationItem.updateMany({
      where: { messageId, subject: 'edit', state: 'held' },
      data: { state: 'void', decidedAt: kit.clock.now() },
    });
  }
}

/** Whether the author is still in the room, and the message of an edit still said. */
async function isThere(
  { db }: Pick<ModerationWrite, 'db'>,
  { roomId, userId, subject, messageId }: Pick<NewCase, 'roomId' | 'userId' | 'subject' | 'messageId'>,
): Promise<boolean> {
  if ((await db.chatMember.count({ where: { roomId, userId, status: 'in' } })) === 0) return false;
  if (subject === 'message' || messageId === null) return true;
  return (await db.chatMessage.count({ where: { id: messageId, deletedAt: null } })) > 0;
}

/** By role or by grant, the longest-standing first. In a direct room there are none. */
async function moderatorsOf({ db }: Pick<ModerationWrite, 'db'>, roomId: string): Promise<readonly string[]> {
  const room = await db.chatRoom.findUnique({ where: { id: roomId }, select: { kind: true } });
  if (room === null || room.kind === 'direct') return [];
  const members = await db.chatMember.findMany({
    where: {
      roomId,
      status: 'in',
      OR: [{ role: { in: ['owner', 'admin'] } }, { NOT: { permissions: { equals: [] } } }],
    },
    orderBy: { joinSeq: 'asc' },
    take: mostTold,
    select: { userId: true, role: true, permissions: true },
  });
  return members
    .filter(
      ({ role, permissions }) => role !== 'member' || (permissions as readonly string[]).includes('message.moderate'),
    )
    .map(({ userId }) => userId);
}
