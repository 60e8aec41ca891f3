import { cleanName, receiptRoomSize } from '@confab/shared';
import type { UserProfile } from '@confab/shared';
import { LRUCache } from 'lru-cache';
import type { Streams } from '../../events/streams.js';
import type { Clock } from '../../ports.js';
import type { ChatStore } from '../../store/port.js';
import type { ProfileSource } from '../../store/users/profiles.js';
import { createLoader } from './loader.js';
import type { LoadUsers } from './loader.js';

export type { LoadUsers } from './loader.js';

/** What a viewer says of itself; what it leaves out stays as it was. */
export interface NamedUser {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly image?: string | null | undefined;
  /** When the credentials were issued that say so; only newer ones bring back the name of somebody who was erased. */
  readonly issuedAt?: Date | null | undefined;
}

/** Who is a user, and what they are called. */
export interface Directory {
  /** Takes note of what the host calls the one who is calling. A change is kept and told to those who share a room. */
  note(user: NamedUser): Promise<UserProfile>;
  /**
   * What is known of a user; without name and image for one never heard of. `within` is the store the caller works with:
   * transactions that each waited here for one more connection could have them all, and wait for each other.
   */
  profile(userId: string, within?: ChatStore): Promise<UserProfile>;
  /**
   * Those of the ids that are users: all of them unless the host says otherwise. `UNAVAILABLE` when the host does not
   * answer. `within` is the store the caller works with, so that nobody waits here for a transaction they are in.
   */
  known(userIds: readonly string[], within?: ChatStore): Promise<ReadonlySet<string>>;
  /** Takes what the host itself says of its users, whatever was said before; a change is told like any other. */
  set(users: readonly NamedUser[], within?: ChatStore): Promise<readonly UserProfile[]>;
  /** Tells those who share a room with the user how they are called now. */
  tell(user: UserProfile): Promise<void>;
  /** Drops what this node remembers of a user. */
  forget(userId: string): void;
}

export interface DirectoryOptions {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly streams: Pick<Streams, 'announce'>;
  /** Left out: every id is a user. */
  readonly load?: LoadUsers;
  /** How many users are remembered. @default 20_000 */
  readonly max?: number;
}

/** The most users who hear of a change. */
const audience = 5_000;

/** A profile as this node last knew it. */
interface Entry {
  readonly profile: UserProfile;
  /** When this node last changed it, 0 for never. */
  readonly changedAt: number;
  /** The user's own credentials name them, so `load` does not. */
  readonly isSelfNamed: boolean;
}

/** Two devices whose tokens disagree about a name may not make it flicker faster than this. */
const settleMs = 5_000;

/** Changes made by other nodes are seen after this. */
const freshMs = 60_000;

/** The directory of one chat. */
export function createDirectory({ store, clock, streams, load, max = 20_000 }: DirectoryOptions): Directory {
  const entries = new LRUCache<string, Entry>({ max, ttl: freshMs });
  const working = new Map<string, Promise<UserProfile>>();
  const loader = load === undefined ? undefined : createLoader({ load, clock, max });

  async function read(userIds: readonly string[]): Promise<readonly Entry[]> {
    const missing = userIds.filter((id) => !entries.has(id));
    const found = await store.read((tx) => store.methods.findProfiles(tx, { userIds: missing }));
    return userIds.map((id) => {
      const profile = found.get(id) ?? { id, name: null, image: null };
      const entry = entries.get(id) ?? { profile, changedAt: 0, isSelfNamed: false };
      if (!entries.has(id)) entries.set(id, entry);
      return entry;
    });
  }

  async function readOne(userId: string): Promise<Entry> {
    const known = entries.get(userId);
    if (known !== undefined) return known;
    const [entry] = await read([userId]);
    return entry ?? { profile: { id: userId, name: null, image: null }, changedAt: 0, isSelfNamed: false };
  }

  async function change(profiles: readonly UserProfile[], isSelfNamed: boolean, source: ProfileSource): Promise<void> {
    if (profiles.length === 0) return;
    const at = clock.now();
    await store.write((tx) => store.methods.saveProfiles(tx, { profiles, at, source }));
    for (const profile of profiles) {
      // A first name is no change yet: whoever corrects it right away is heard.
      const changedAt = isUnnamed(entries.get(profile.id)?.profile) ? 0 : at.getTime();
      entries.set(profile.id, { profile, changedAt, isSelfNamed });
    }
    for (const profile of profiles) await announce(profile, at);
  }

  async function announce(user: UserProfile, at: Date): Promise<void> {
    const who = { userId: user.id, maxRoomSize: receiptRoomSize, limit: audience };
    const userIds = await store.read((tx) => store.methods.coMembers(tx, who));
    if (userIds.length > 0) streams.announce({ userIds }, { type: 'user.updated', at, data: { user } });
  }

  async function renew(user: NamedUser): Promise<UserProfile> {
    const entry = await readOne(user.id);
    const isSelfNamed = user.name !== undefined;
    const next = merge(entry.profile, isSelfNamed ? user : await loaded(user));
    if (isSame(entry.profile, next)) {
      entries.set(user.id, { ...entry, isSelfNamed });
      return entry.profile;
    }
    if (clock.now().getTime() - entry.changedAt < settleMs) return entry.profile;
    await change([next], isSelfNamed, user.issuedAt ?? null);
    return next;
  }

  // A host that can't be asked for a name at the moment is no reason to refuse the call.
  async function loaded(user: NamedUser): Promise<NamedUser> {
    const answer = await loader?.known([user.id]).catch(() => undefined);
    return { ...answer?.named[0], ...user };
  }

  async function keep(named: readonly NamedUser[]): Promise<void> {
    const current = await read(named.map((user) => user.id));
    const changed = named.flatMap((user, index) => {
      const entry = current[index];
      if (entry === undefined || entry.isSelfNamed) return [];
      const next = merge(entry.profile, user);
      return isSame(entry.profile, next) ? [] : [next];
    });
    await change(changed, false, null);
  }

  return {
    note(user) {
      const known = entries.get(user.id);
      if (known !== undefined && isSame(known.profile, merge(known.profile, user)))
        return Promise.resolve(known.profile);
      // The calls of one frame come together: the first works for all.
      const running = working.get(user.id);
      if (running !== undefined) return running;
      const work = renew(user).finally(() => working.delete(user.id));
      working.set(user.id, work);
      return work;
    },
    async profile(userId, within = store) {
      if (within === store) return (await readOne(userId)).profile;
      const known = entries.get(userId);
      if (known !== undefined) return known.profile;
      // Not remembered: what a transaction reads may never be committed.
      const found = await within.read((tx) => within.methods.findProfiles(tx, { userIds: [userId] }));
      return found.get(userId) ?? { id: userId, name: null, image: null };
    },
    async known(userIds, within = store) {
      if (loader === undefined || userIds.length === 0) return new Set(userIds);
      const { known, named } = await loader.known(userIds);
      // Names are worth waiting for, but not from inside a transaction: on SQLite the wait would be for that very one.
      const kept = keep(named);
      if (within === store) await kept;
      else kept.catch(() => undefined);
      return known;
    },
    async set(users, within = store) {
      const userIds = [...new Set(users.map((user) => user.id))];
      return within.write(async (tx) => {
        const known = await within.methods.findProfiles(tx, { userIds });
        const next = new Map<string, UserProfile>();
        for (const user of users) {
          next.set(user.id, merge(next.get(user.id) ?? known.get(user.id) ?? unnamed(user.id), user));
        }
        const at = clock.now();
        const profiles = [...next.values()];
        await within.methods.saveProfiles(tx, { profiles, at, source: 'host' });
        tx.afterCommit(() => {
          for (const profile of profiles) {
            entries.set(profile.id, { profile, changedAt: at.getTime(), isSelfNamed: true });
            // What is told is not kept: whoever misses it sees the name in the next answer.
            if (!isSame(known.get(profile.id) ?? unnamed(profile.id), profile))
              announce(profile, at).catch(() => undefined);
          }
        });
        return users.flatMap((user) => next.get(user.id) ?? []);
      });
    },
    tell: (user) => announce(user, clock.now()),
    forget(userId) {
      entries.delete(userId);
      loader?.forget(userId);
    },
  };
}

function merge(profile: UserProfile, user: NamedUser): UserProfile {
  return {
    id: profile.id,
    name: user.name === undefined ? profile.name : cleanName(user.name),
    image: user.image === undefined ? profile.image : cleanImage(user.image),
  };
}

function unnamed(id: string): UserProfile {
  return { id, name: null, image: null };
}

function isUnnamed(profile: UserProfile | undefined): boolean {
  return profile === undefined || (profile.name === null && profile.image === null);
}

function isSame(a: UserProfile, b: UserProfile): boolean {
  return a.name === b.name && a.image === b.image;
}

/** A web address as it may be shown, else `null`. */
function cleanImage(image: string | null): string | null {
  if (typeof image !== 'string' || image.length > 2_048 || !URL.canParse(image)) return null;
  // Parsers pass over some of these, and PostgreSQL can't store others: every call of that user would fail.
  if (/[\p{Cc}\p{Cs}]/u.test(image)) return null;
  return ['http:', 'https:'].includes(new URL(image).protocol) ? image : null;
}
