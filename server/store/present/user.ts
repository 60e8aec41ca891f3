import type { UserProfile } from '@confab/shared';
import type { ReadTx } from '../transaction.js';

/** Profiles by user id, with one for every id that was asked for. */
export type Profiles = ReadonlyMap<string, UserProfile>;

/** The public part of a user's record; the rest never leaves the server. */
export function presentUser(record: { id: string; name: string | null; image: string | null }): UserProfile {
  return { id: record.id, name: record.name, image: record.image };
}

/** A user nobody has named yet. */
export function unknownUser(id: string): UserProfile {
  return { id, name: null, image: null };
}

/** The profile of a user, also of one that was not loaded. */
export function profileOf(profiles: Profiles, userId: string): UserProfile {
  return profiles.get(userId) ?? unknownUser(userId);
}

/** The profiles of these users in one statement; users never heard of get one without name and image. */
export async function loadProfiles(tx: Pick<ReadTx, 'db'>, userIds: Iterable<string>): Promise<Profiles> {
  const ids = [...new Set(userIds)];
  const profiles = new Map<string, UserProfile>(ids.map((id) => [id, unknownUser(id)]));
  if (ids.length === 0) return profiles;
  const records = await tx.db.chatUser.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true, image: true },
  });
  for (const record of records) profiles.set(record.id, presentUser(record));
  return profiles;
}

/** These rows, each with the profile of its user, in one statement. Same order and length. */
export async function withUsers<Row extends { readonly userId: string }>(
  tx: Pick<ReadTx, 'db'>,
  rows: readonly Row[],
): Promise<readonly (Row & { readonly user: UserProfile })[]> {
  const profiles = await loadProfiles(
    tx,
    rows.map(({ userId }) => userId),
  );
  return rows.map((row) => ({ ...row, user: profileOf(profiles, row.userId) }));
}
