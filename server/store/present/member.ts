import type { Member, OwnMember, UserProfile } from '@confab/shared';
import type { MemberRow } from '../rows.js';
import type { ReadTx } from '../transaction.js';
import { loadProfiles, profileOf } from './user.js';
import type { Presentation } from './presentation.js';

/** A membership as its co-members see it. */
export function presentMember(present: Presentation, row: MemberRow, profile: UserProfile): Member {
  return present.member(describe(row, profile), row);
}

function describe(row: MemberRow, profile: UserProfile): Member {
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
    custom: row.custom,
  };
}

/** A membership as its owner sees it. */
export function presentOwnMember(present: Presentation, row: MemberRow, profile: UserProfile): OwnMember {
  const { notify, archived, pinned } = row;
  return { ...presentMember(present, row, profile), notify, archived, pinned };
}

/** The memberships with their profiles, in one statement. Same order and length. */
export async function loadMembers(tx: ReadTx, rows: readonly MemberRow[]): Promise<Member[]> {
  const profiles = await loadProfiles(
    tx,
    rows.map((row) => row.userId),
  );
  return rows.map((row) => presentMember(tx.present, row, profileOf(profiles, row.userId)));
}
