import type { NotifyPreference } from './rooms.js';

/** A daily time in which one is not disturbed. */
export interface QuietHours {
  /** `HH:MM` on the clock of `timeZone`, included. */
  readonly from: string;
  /** `HH:MM`, not included. Earlier than `from`: on the day after. */
  readonly to: string;
  /** A name of the IANA time zone database, as `Europe/Berlin`. */
  readonly timeZone: string;
  /** The days of the week it begins on, Sunday being 0. @default every day */
  readonly days?: readonly number[] | undefined;
}

/** When one is not disturbed: until a moment, or every day for a while. `null`: one may always be. */
export type DoNotDisturb = { readonly until: Date } | QuietHours | null;

/** How somebody wants to be disturbed, over all rooms. */
export interface NotificationPreferences {
  /** What one hears of at most; a room may be set to less. */
  readonly notify: NotifyPreference;
  readonly doNotDisturb: DoNotDisturb;
}
