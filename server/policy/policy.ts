import { ChatError, permissionTable, rule } from '@confab/shared';
import type { PermissionTable, RoomAction, Situation, Verdict } from '@confab/shared';
import type { MemberRow, RoomRow } from '../store/rows.js';

/** What an override is asked. */
export interface PermissionQuestion<RoomCustom, MemberCustom> extends Omit<Situation, 'room' | 'me'> {
  readonly userId: string;
  readonly room: Omit<RoomRow, 'custom'> & { readonly custom: RoomCustom };
  /** `null`: not a current member. */
  readonly me: (Omit<MemberRow, 'custom'> & { readonly custom: MemberCustom }) | null;
  /** Asks the table. */
  readonly next: () => Verdict;
}

/** A host's own rule for one action. */
export type PermissionOverride<RoomCustom = RoomRow['custom'], MemberCustom = MemberRow['custom']> = (
  question: PermissionQuestion<RoomCustom, MemberCustom>,
) => Verdict | Promise<Verdict>;

export type PermissionOverrides<
  RoomCustom = RoomRow['custom'],
  MemberCustom = MemberRow['custom'],
  Action extends string = RoomAction,
> = { readonly [Name in Action]?: PermissionOverride<RoomCustom, MemberCustom> };

/** What the policy is asked about: the rows themselves, so that an override sees all of them. */
export interface Circumstances extends Omit<Situation, 'room' | 'me'> {
  /** `null`: there is no such room. */
  readonly room: RoomRow | null;
  /** `null`: not a current member. */
  readonly me: MemberRow | null;
}

/** The one place that says yes or no. */
export interface Policy {
  verdict(userId: string, action: string, circumstances: Circumstances): Promise<Verdict>;
  /** Throws `NOT_FOUND` or `PERMISSION_DENIED`. */
  require(userId: string, action: string, circumstances: Circumstances): Promise<void>;
  /** Whether a host overrides the rule; such actions never take the one-statement send. */
  isOverridden(action: string): boolean;
  /** Whether the two of a direct room may not do this when one has blocked the other. */
  isBlockable(action: string): boolean;
  /** Whether there is such an action. */
  knows(action: string): boolean;
}

/** The table of `shared` and the plugins' own, with single rules replaced by the host. */
export function createPolicy(
  overrides: Readonly<Record<string, PermissionOverride | undefined>> = {},
  table: PermissionTable = permissionTable,
): Policy {
  const verdict: Policy['verdict'] = async (userId, action, circumstances) => {
    const { room, me } = circumstances;
    const kind = room?.kind;
    const facts = room === null || kind === undefined || kind === 'user' ? null : { ...room, kind };
    const next = (): Verdict => rule(action, { ...circumstances, room: facts }, table);
    const override = overrides[action];
    if (override === undefined) return next();
    // What the caller may not even see stays unseen: an override can't open a room that is not there.
    if (facts === null) return 'NOT_FOUND';
    const answer = await override({ ...circumstances, room: facts, me, userId, next });
    if (answer !== 'PERMISSION_DENIED' || me !== null) return answer;
    // Nor can its refusal tell a stranger that there is a room.
    const looking = action === 'room.get' ? next() : await verdict(userId, 'room.get', circumstances);
    return looking === 'NOT_FOUND' ? 'NOT_FOUND' : answer;
  };
  return {
    verdict,
    async require(userId, action, circumstances) {
      const answer = await verdict(userId, action, circumstances);
      if (answer !== 'allowed') throw new ChatError(answer);
    },
    isOverridden: (action) => overrides[action] !== undefined,
    isBlockable: (action) => Object.hasOwn(table, action) && table[action]?.direct.blockable === true,
    knows: (action) => Object.hasOwn(table, action),
  };
}
