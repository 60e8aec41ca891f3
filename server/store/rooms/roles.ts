import type { Grant, JsonObject, Member, Role } from '@confab/shared';
import { loadMembers } from '../present/member.js';
import type { MemberRow } from '../rows.js';
import type { WriteTx } from '../transaction.js';

/** Members of a locked room whose standing changes. */
interface Change {
  readonly roomId: string;
  readonly actorId: string | null;
  readonly at: Date;
  /** Whether someone loses a right: the room is fenced then. */
  readonly takesRights: boolean;
}

/** Gives these members a role and logs `member.updated`. */
export async function setRole(
  tx: WriteTx,
  { userIds, role, ...change }: Change & { readonly userIds: readonly string[]; readonly role: Role },
): Promise<void> {
  await tx.db.chatMember.updateMany({
    where: { roomId: change.roomId, userId: { in: [...userIds] } },
    data: { role },
  });
  logUpdate(tx, change, userIds);
}

/** Gives each of these members the grants named for them and logs `member.updated`. One statement per set of grants. */
export async function setGrants(
  tx: WriteTx,
  { grants, ...change }: Change & { readonly grants: ReadonlyMap<string, readonly Grant[]> },
): Promise<void> {
  const bySet = new Map<string, { readonly permissions: readonly Grant[]; readonly userIds: string[] }>();
  for (const [userId, permissions] of grants) {
    const key = permissions.join(' ');
    const set = bySet.get(key) ?? { permissions, userIds: [] };
    set.userIds.push(userId);
    bySet.set(key, set);
  }
  for (const { permissions, userIds } of bySet.values()) {
    await tx.db.chatMember.updateMany({
      where: { roomId: change.roomId, userId: { in: userIds } },
      data: { permissions: [...permissions] },
    });
  }
  logUpdate(tx, change, [...grants.keys()]);
}

/** Lets a member write or not, until a time or (`null`) from now on, and logs `member.updated`. */
export async function muteMember(
  tx: WriteTx,
  { userId, until, ...change }: Change & { readonly userId: string; readonly until: Date | null },
): Promise<void> {
  await tx.db.chatMember.updateMany({ where: { roomId: change.roomId, userId }, data: { mutedUntil: until } });
  logUpdate(tx, change, [userId]);
}

/** Gives a member other custom data and logs `member.updated`. */
export async function updateMember(
  tx: WriteTx,
  input: Omit<Change, 'takesRights'> & { readonly userId: string; readonly custom: JsonObject },
): Promise<void> {
  const { roomId, userId, custom, actorId, at } = input;
  await tx.db.chatMember.updateMany({ where: { roomId, userId }, data: { custom } });
  logUpdate(tx, { roomId, actorId, at, takesRights: false }, [userId]);
}

/** Memberships as answers carry them. Same order and length. */
export function describeMembers(
  tx: WriteTx,
  { members }: { readonly members: readonly MemberRow[] },
): Promise<readonly Member[]> {
  return loadMembers(tx, members);
}

function logUpdate(tx: WriteTx, { roomId, actorId, at, takesRights }: Change, userIds: readonly string[]): void {
  if (takesRights) tx.fence(roomId);
  tx.append({ roomId, type: 'member.updated', actorId, at, data: { userIds } });
}
