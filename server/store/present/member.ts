import type { Member, OwnMember, UserProfile } from '@confab/shared';
import type { MemberRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { loadProfiles, profileOf } from './user.js';

/** A membership as its co-members see it. */
export function presentMember(row: MemberRow, profile: UserProfile): Member {
  return {
    roomId: row.roomId,
    userId: row.userId,
    user: profile,
    role: row.role,
    permissions: row.permissions,
    joinedAt: row.joinedAt,
    joinSeq: row.joinSeq,
    readSeq: row.readSeq,
    deliveredSeq: row.deliveredSeq,
    mutedUntil: row.mutedUntil,
  };
}

/** A membership as its owner sees it. */
export function presentOwnMember(row: MemberRow, profile: UserProfile): OwnMember {
  return { ...presentMember(row, profile), notify: row.notify, archived: row.archived, pinned: row.pinned };
}

/** The memberships with their profiles, in one statement. Same order and length. */
export async function loadMembers(tx: ReadTx, rows: readonly MemberRow[]): Promise<Member[]> {
  const profiles = await loadProfiles(
    tx,
    rows.map((row) => row.userId),
  );
  return rows.map((row) => presentMember(row, profileOf(profiles, row.userId)));
}
