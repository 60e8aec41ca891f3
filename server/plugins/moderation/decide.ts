import { ChatError } from '@confab/shared';
import type { ModerationItem } from '@confab/shared/plugins/moderation';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import type { DecideInput } from './inputs.js';
import { presentItems } from './items.js';
import type { ModerationKit, ModerationWrite } from './kit.js';
import type { Queue } from './queue.js';
import type { Rights } from './rights.js';
import { keptOf } from './said.js';
import type { EditCall, SendCall } from './said.js';

type Decision = 'approved' | 'rejected';

/** Decides cases. The same decision again changes nothing; another one is `CONFLICT`. */
export interface Decisions {
  /** Says what was held, as its author, now; or lets what was flagged be. */
  approve(scope: ChatScope, input: DecideInput): Promise<ModerationItem>;
  /** What was held is never said; what was flagged is deleted for everyone. */
  reject(scope: ChatScope, input: DecideInput): Promise<ModerationItem>;
}

export function createDecisions(kit: ModerationKit, queue: Queue, rights: Rights): Decisions {
  async function decide(scope: ChatScope, { itemId, note }: DecideInput, decision: Decision): Promise<ModerationItem> {
    const { roomId } = await queue.find(scope, itemId);
    return kit.transaction(scope, async (inside) => {
      const before = await rights.write(inside, 'moderation.review', roomId, async (tx) => {
        const row = await tx.models.chatModerationItem.findUnique({ where: { id: itemId } });
        if (row === null) throw new ChatError('NOT_FOUND');
        if (row.state !== decision) await begin(tx, row);
        return row;
      });
      if (before.state !== decision) {
        const after = await carryOut(inside, before);
        await kit.write(inside, (tx) => end(tx, before, after));
      }
      const [item] = await kit.read(inside, async (tx) =>
        presentItems(tx, await tx.models.chatModerationItem.findMany({ where: { id: itemId } })),
      );
      if (item === undefined) throw new ChatError('NOT_FOUND');
      return item;
    });

    /** Until the transaction ends nobody else sees a decision without a time: it lets the rules pass what is approved. */
    async function begin({ models }: ModerationWrite, row: ModerationItemRow): Promise<void> {
      if (row.state !== 'held' && row.state !== 'flagged') {
        throw new ChatError('CONFLICT', 'This was decided already.', { details: { constraint: 'state' } });
      }
      const data = { state: decision, decidedBy: scope.isSystem ? null : scope.user.id, note: note ?? row.note };
      await models.chatModerationItem.update({ where: { id: itemId }, data });
    }

    async function carryOut(inside: ChatScope, row: ModerationItemRow): Promise<Partial<ModerationItemRow>> {
      if (decision === 'rejected') {
        if (row.state === 'flagged') await remove(inside, row);
        return {};
      }
      return row.state === 'held' ? publish(inside, row) : {};
    }

    async function end(tx: ModerationWrite, row: ModerationItemRow, after: Partial<ModerationItemRow>): Promise<void> {
      const { id, roomId: room, userId, clientId, state } = row;
      const data = { state: after.state ?? decision, messageId: after.messageId ?? row.messageId };
      await tx.lock([room]);
      await tx.models.chatModerationItem.update({ where: { id }, data: { ...data, decidedAt: kit.clock.now() } });
      if (state !== 'held' || data.state === 'void') return;
      const subject = row.subject === 'edit' ? 'edit' : 'message';
      const facts = { itemId: id, roomId: room, decision, subject, messageId: data.messageId, clientId } as const;
      await tx.publish({ userId }, 'moderation.decided', facts, { isAnonymous: true });
    }
  }

  async function publish(inside: ChatScope, row: ModerationItemRow): Promise<Partial<ModerationItemRow>> {
    if (!(await isThere(inside, row))) return { state: 'void' };
    const author = kit.as(row.userId, inside);
    if (row.subject === 'edit') {
      const call = keptOf<EditCall>(row)?.call;
      if (call === undefined) return { state: 'void' };
      await author.message.edit(call);
      return {};
    }
    const call = keptOf<SendCall>(row)?.call;
    if (call === undefined) return { state: 'void' };
    const { id } = await author.message.send(call);
    return { messageId: id };
  }

  /** Whether its author is still in the room, and an edit's message still there. */
  async function isThere(
    inside: ChatScope,
    { roomId, userId, subject, messageId }: ModerationItemRow,
  ): Promise<boolean> {
    return kit.read(inside, async ({ db }) => {
      const members = await db.chatMember.count({ where: { roomId, userId, status: 'in' } });
      if (members === 0 || subject === 'message') return members > 0;
      return (await db.chatMessage.count({ where: { id: messageId ?? '', deletedAt: null } })) > 0;
    });
  }

  /** One who died between saying a flagged message and noting its id left only the client id to find it by. */
  async function remove(inside: ChatScope, { roomId, userId, clientId, messageId }: ModerationItemRow): Promise<void> {
    const found = await kit.read(inside, ({ db }) =>
      db.chatMessage.findFirst({
        where: {
          roomId,
          senderId: userId,
          deletedAt: null,
          ...(messageId === null ? { clientId } : { id: messageId }),
        },
        select: { id: true },
      }),
    );
    if (found === null) return;
    const isHost = await rights.isHost(inside);
    const caller = isHost ? kit.system(inside) : kit.as(inside.user.id, inside);
    await caller.message.delete({ messageIds: [found.id] });
  }

  return {
    approve: (scope, input) => decide(scope, input, 'approved'),
    reject: (scope, input) => decide(scope, input, 'rejected'),
  };
}
