/** A message whose links are being fetched. */
export interface Task {
  readonly messageId: string;
  readonly roomId: string;
  /** Whoever holds it may store what was fetched. */
  readonly claim: string;
  /** When the claim lapses. */
  readonly dueAt: Date;
}

/** How long a claim holds: longer than any fetch takes, so that only those who died lose theirs. */
export const leaseMs = 30_000;

/** Whatever fetches, it has this long for a message. */
export const fetchMs = 15_000;

/** How often a message is taken up before it goes without previews. */
export const maxAttempts = 3;

/** Nobody waits longer for a preview: a message that was not taken up by then goes without. */
export const giveUpMs = 3_600_000;
