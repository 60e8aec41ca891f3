import { ChatError, grants } from '@confab/shared';
import type { Grant, Member, Room } from '@confab/shared';
import { z } from 'zod';
import type { Entry } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import type { MemberRow } from '../../store/rows.js';
import type { WriteTx } from '../../store/transaction.js';
import { grant as anyGrant, id, userIds } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { actorOf } from '../kernel.js';
import { answer, enterShared, mayActOn } from './entry.js';

const roleInput = (settings: Settings) =>
  z.strictObject({ roomId: id, userIds: userIds(settings), role: z.enum(['admin', 'member']) });

const grantInput = (settings: Settings) =>
  z.strictObject({ roomId: id, userIds: userIds(settings), permissions: z.array(anyGrant).min(1).max(grants.length) });

/** The members a call named, as they are now. */
export interface MembersResult {
  readonly room: Room;
  readonly members: readonly Member[];
}

interface Targets extends Entry {
  readonly targets: readonly MemberRow[];
}

/** Makes members admins or plain members; all of them or none. The owner's role never changes this way. */
export const setRole = mutation('room.setRole', roleInput, (op, { roomId, userIds, role }): Promise<MembersResult> =>
  op.store.write(async (tx) => {
    const entry = await enterWith(op, tx, 'room.setRole', roomId, userIds);
    const changed = entry.targets.filter((target) => target.role !== role);
    const isDenied = changed.some((target) => target.role === 'owner' || !mayActOn(op, entry, target.role));
    if (isDenied) throw new ChatError('PERMISSION_DENIED');
    if (changed.length > 0) {
      await op.store.methods.setRole(tx, {
        roomId,
        userIds: changed.map((target) => target.userId),
        role,
        takesRights: role === 'member',
        actorId: actorOf(op),
        at: op.kernel.clock.now(),
      });
    } else {
      op.unchanged?.();
    }
    return result(op, tx, entry, (target) => ({ ...target, role }));
  }),
);

/** Gives members single rights. Grants die with the membership. */
export const grant = mutation(
  'room.grant',
  grantInput,
  (op, { roomId, userIds, permissions }): Promise<MembersResult> =>
    changeGrants(op, 'room.grant', roomId, userIds, (held) => new Set([...held, ...permissions])),
);

/** Takes single rights from members. */
export const revoke = mutation(
  'room.revoke',
  grantInput,
  (op, { roomId, userIds, permissions }): Promise<MembersResult> =>
    changeGrants(
      op,
      'room.revoke',
      roomId,
      userIds,
      (held) => new Set(held.filter((permission) => !permissions.includes(permission))),
    ),
);

function changeGrants(
  op: Op,
  action: 'room.grant' | 'room.revoke',
  roomId: string,
  userIds: readonly string[],
  change: (held: readonly Grant[]) => ReadonlySet<Grant>,
): Promise<MembersResult> {
  return op.store.write(async (tx) => {
    const entry = await enterWith(op, tx, action, roomId, userIds);
    if (entry.targets.some((target) => !mayActOn(op, entry, target.role))) throw new ChatError('PERMISSION_DENIED');
    const after = (target: MemberRow): readonly Grant[] => {
      const held = change(target.permissions);
      return grants.filter((permission) => held.has(permission));
    };
    // One of `change` only ever adds and the other only ever takes, so the number tells whether anything changed.
    const changed = entry.targets.filter((target) => after(target).length !== target.permissions.length);
    if (changed.length > 0) {
      await op.store.methods.setGrants(tx, {
        roomId,
        grants: new Map(changed.map((target) => [target.userId, after(target)])),
        takesRights: action === 'room.revoke',
        actorId: actorOf(op),
        at: op.kernel.clock.now(),
      });
    } else {
      op.unchanged?.();
    }
    return result(op, tx, entry, (target) => ({ ...target, permissions: after(target) }));
  });
}

async function enterWith(
  op: Op,
  tx: WriteTx,
  action: 'room.setRole' | 'room.grant' | 'room.revoke',
  roomId: string,
  userIds: readonly string[],
): Promise<Targets> {
  const entry = await enterShared(op, tx, action, roomId);
  const wanted = [...new Set(userIds)];
  const rows = await op.store.methods.findMembers(tx, { roomId, userIds: wanted });
  const targets = wanted.flatMap((userId) => rows.get(userId) ?? []).filter((target) => target.status === 'in');
  if (targets.length < wanted.length) {
    throw new ChatError('CONFLICT', 'Only members have roles and grants.', { details: { constraint: 'notMember' } });
  }
  return { ...entry, targets };
}

async function result(
  op: Op,
  tx: WriteTx,
  { room, targets }: Targets,
  after: (target: MemberRow) => MemberRow,
): Promise<MembersResult> {
  const members = await op.store.methods.describeMembers(tx, { members: targets.map(after) });
  return { room: await answer(op, tx, room.id), members };
}
