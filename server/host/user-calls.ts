import type { Page, UserProfile } from '@confab/shared';
import { z } from 'zod';
import { eraseUser } from '../operations/erasure/erase-user.js';
import type { Erased } from '../operations/erasure/erase-user.js';
import { exportUser } from '../operations/erasure/export-user.js';
import type { UserRecord } from '../operations/erasure/export-user.js';
import * as inputs from '../operations/inputs.js';
import { untilOf } from '../operations/rooms/bans.js';
import type { CoreCaller } from '../router/index.js';
import type { Settings } from '../settings.js';
import type { UserBan } from '../store/users/user-bans.js';
import { parsed, requireOutside, whenReady } from './host-call.js';
import type { HostCall } from './host-call.js';

/** A user as the host has it; what is left out stays as it was. */
export interface KnownUser {
  readonly userId: string;
  readonly name?: string | null;
  readonly image?: string | null;
}

/** How a caller lists rooms. */
type RoomList<Caller> = Caller extends { readonly room: { readonly list: infer List extends AnyCall } } ? List : never;

type AnyCall = (...input: never[]) => unknown;

/** What the host does with its users. */
export interface SystemUserCalls<Caller = CoreCaller> {
  /** The rooms somebody is in, as `room.list` answers them. Read from the database now: there is nothing to clear. */
  rooms(of: { readonly userId: string } & NonNullable<Parameters<RoomList<Caller>>[0]>): ReturnType<RoomList<Caller>>;
  /**
   * Keeps a profile in step with the host's own user, whatever a viewer or `users.load` said before, and returns it. Names
   * are cleaned as a viewer's are; who shares a room with the user hears of a change as `user.updated`. Somebody who was
   * erased is a user like any other again.
   */
  upsert(user: KnownUser): Promise<UserProfile>;
  /** The same of up to 100 users in one transaction; profiles in the order of the users. */
  upsert(all: { readonly users: readonly KnownUser[] }): Promise<readonly UserProfile[]>;
  /**
   * Keeps a user out of the chat, for a time or for ever: on every node their devices hear `session.revoked` with the
   * reason `banned`, sockets are closed with 4011 within 1 s (6 s when the bus is down), and whatever they call or connect
   * with is `UNAUTHENTICATED` until the ban ends. They stay in their rooms. A second ban replaces the first. In a
   * `chat.transaction` it holds once that is committed.
   */
  ban(ban: {
    readonly userId: string;
    readonly until?: Date | null;
    readonly reason?: string | null;
  }): Promise<UserBan>;
  /** Lets a user in again, on other nodes within 5 s at the latest. Without a ban it changes nothing. */
  unban(of: { readonly userId: string }): Promise<Record<never, never>>;
  /** The bans that hold now, newest first. */
  bans(page?: { readonly limit?: number; readonly cursor?: string | null }): Promise<Page<UserBan>>;
  /**
   * Everything the database holds of a user, plugins' tables included, one record at a time: nothing is read ahead, so it
   * takes the same memory for any user. Each page is read when it is asked for; what is written meanwhile may or may not
   * be among it, and what was there all the time is. Not within a `chat.transaction`.
   */
  export(of: { readonly userId: string }): AsyncIterable<UserRecord>;
  /**
   * Erases a user: their messages in every room, and the copies others forwarded of them, become tombstones
   * (`message.deleted`); they leave every room; profile, devices, drafts, reactions, receipts, notifications and all else
   * that is theirs is gone. What stays is the opaque id: beside tombstones, in the log, and beside what they decided (bans,
   * reports). Their credentials are refused until they are newly issued.
   *
   * It works in short transactions. When it fails half-way call it again, it goes on; a call that finds nothing left
   * changes nothing. Not within a `chat.transaction`.
   */
  erase(of: { readonly userId: string }): Promise<Erased>;
}

const one = z.strictObject({ userId: inputs.userId });
const known = z.strictObject({
  userId: inputs.userId,
  name: z.string().max(1_000).nullish(),
  image: z.string().max(2_048).nullish(),
});
const several = ({ limits }: Settings) => z.strictObject({ users: z.array(known).min(1).max(limits.membersPerCall) });
const banned = z.strictObject({
  userId: inputs.userId,
  until: inputs.until.nullish(),
  reason: inputs.reason.nullish(),
});
const bansPage = (settings: Settings) =>
  z.strictObject({ limit: inputs.limit(settings), cursor: inputs.cursor.nullish() });

/** Makes them, within the store of a call. */
export function createUserCalls(call: HostCall): SystemUserCalls {
  const { op, as } = call;
  const { kernel, store } = op;
  const { clock, directory, exclusions, settings } = kernel;
  const { methods } = store;

  async function upsert(input: KnownUser): Promise<UserProfile>;
  async function upsert(input: { readonly users: readonly KnownUser[] }): Promise<readonly UserProfile[]>;
  async function upsert(input: KnownUser | { readonly users: readonly KnownUser[] }) {
    const isOne = !('users' in input);
    const users = isOne ? [parsed(known, input)] : parsed(several(settings), input).users;
    await whenReady(call);
    const named = users.map(({ userId, name, image }) => ({ id: userId, name, image }));
    const profiles = await directory.set(named, store);
    // Somebody who was erased is let in again from now on.
    store.afterCommit(() => users.forEach(({ userId }) => exclusions.learn(userId, null)));
    return isOne ? profiles[0] : profiles;
  }

  return {
    rooms: ({ userId, ...page }) => as(userId).room.list(page),
    upsert,
    async ban(input) {
      const { userId, until, reason = null } = parsed(banned, input);
      await whenReady(call);
      const at = clock.now();
      const ban = { userId, until: untilOf(until, at), reason, createdAt: at };
      return store.write(async (tx) => {
        const kept = await methods.banFromChat(tx, ban);
        if (kept.isNew) tx.afterCommit(() => exclusions.excluded({ userId, kind: 'ban', at }));
        return kept.ban;
      });
    },
    async unban(input) {
      const { userId } = parsed(one, input);
      await whenReady(call);
      await store.write(async (tx) => {
        const outcome = await methods.unbanFromChat(tx, { userId });
        if (outcome === 'unbanned') tx.afterCommit(() => exclusions.lifted(userId));
      });
      return {};
    },
    async bans(input = {}) {
      const { limit, cursor } = parsed(bansPage(settings), input);
      await whenReady(call);
      return store.read((tx) => methods.listUserBans(tx, { now: clock.now(), limit, cursor: cursor ?? undefined }));
    },
    async *export(input) {
      const { userId } = parsed(one, input);
      requireOutside(op, 'user.export');
      await whenReady(call);
      yield* exportUser(kernel, userId);
    },
    async erase(input) {
      const { userId } = parsed(one, input);
      requireOutside(op, 'user.erase');
      await whenReady(call);
      return eraseUser(op, userId);
    },
  };
}
