import { ChatError, rule } from '@confab/shared';
import type { RoomAction, Situation, Verdict } from '@confab/shared';

/** A host's own rule for one action; `next` asks the table. */
export type PermissionOverride = (
  question: Situation & { readonly userId: string; readonly next: () => Verdict },
) => Verdict | Promise<Verdict>;

export type PermissionOverrides = { readonly [Action in RoomAction]?: PermissionOverride };

/** The one place that says yes or no. */
export interface Policy {
  verdict(userId: string, action: RoomAction, situation: Situation): Promise<Verdict>;
  /** Throws `NOT_FOUND` or `PERMISSION_DENIED`. */
  require(userId: string, action: RoomAction, situation: Situation): Promise<void>;
  /** Whether a host overrides the rule; such actions never take the one-statement send. */
  isOverridden(action: RoomAction): boolean;
}

/** The table of `shared`, with single rules replaced by the host. */
export function createPolicy(overrides: PermissionOverrides = {}): Policy {
  const verdict: Policy['verdict'] = async (userId, action, situation) => {
    const override = overrides[action];
    if (override === undefined) return rule(action, situation);
    // What the caller may not even see stays unseen: an override can't open a room that is not there.
    if (situation.room === null) return 'NOT_FOUND';
    return override({ ...situation, userId, next: () => rule(action, situation) });
  };
  return {
    verdict,
    async require(userId, action, situation) {
      const answer = await verdict(userId, action, situation);
      if (answer !== 'allowed') throw new ChatError(answer);
    },
    isOverridden: (action) => overrides[action] !== undefined,
  };
}
