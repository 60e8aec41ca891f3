import { ChatError, invalid } from '@confab/shared';
import type { JsonObject } from '@confab/shared';
import { z } from 'zod';
import { enter } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import type { MemberRow } from '../../store/rows.js';
import type { WriteTx } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import { custom, id, userId } from '../inputs.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { answer, mayActOn } from './entry.js';
import type { MembersResult } from './roles.js';

const input = (settings: Settings) =>
  z.strictObject({ roomId: id, userId: userId.optional(), custom: custom(settings) });

type Input = z.output<ReturnType<typeof input>>;

/** Replaces the custom data of a membership: one's own, or as an admin that of someone of a lower rank. */
export const updateMember = mutation(
  'room.updateMember',
  input,
  async (op, body): Promise<MembersResult> => {
    const { roomId } = body;
    const targetId = targetOf(op, body);
    const wanted = await checked(op, body.custom);
    return op.store.write(async (tx) => {
      const target = await findTarget(op, tx, roomId, targetId);
      // Databases keep JSON with its keys in an order of their own.
      if (fingerprint(wanted) === fingerprint(target.custom)) {
        op.unchanged?.();
      } else {
        const at = op.kernel.clock.now();
        await op.store.methods.updateMember(tx, { roomId, userId: targetId, custom: wanted, actorId: actorOf(op), at });
      }
      const members = await op.store.methods.describeMembers(tx, { members: [{ ...target, custom: wanted }] });
      return { room: await answer(op, tx, roomId), members };
    });
  },
  {
    needs: (op, body) => [actionOf(op, targetOf(op, body))],
    prepare: async (op, body) => ({ ...body, custom: await checked(op, body.custom) }),
  },
);

function targetOf({ caller }: Op, body: Input): string {
  if (body.userId !== undefined) return body.userId;
  if (caller.isSystem) throw invalid('userId', 'The host is not a member; say whose custom data it is.');
  return caller.userId;
}

function actionOf({ caller }: Op, targetId: string): 'room.updateMember' | 'room.updateOthers' {
  return targetId === caller.userId ? 'room.updateMember' : 'room.updateOthers';
}

async function checked(op: Op, given: JsonObject): Promise<JsonObject> {
  return op.isPrepared === true ? given : op.kernel.custom.member(given);
}

async function findTarget(op: Op, tx: WriteTx, roomId: string, targetId: string): Promise<MemberRow> {
  const action = actionOf(op, targetId);
  const entry = await enter(op, tx, action, roomId);
  const isOwn = action === 'room.updateMember';
  const target = isOwn ? entry.me : await op.store.methods.findMember(tx, { roomId, userId: targetId });
  if (target?.status !== 'in') {
    throw new ChatError('CONFLICT', 'Only members have custom data.', { details: { constraint: 'notMember' } });
  }
  if (!isOwn && !mayActOn(op, entry, target.role)) throw new ChatError('PERMISSION_DENIED');
  return target;
}
