import type { Clock, Random, Timer } from '../ports.js';

export interface ExpiryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly expiresAt: Date;
  /** Ahead of the end: ask the client to come again with new credentials. */
  readonly notice: () => void;
  /** The credentials have expired. */
  readonly expired: () => void;
}

/** Longer timers than this are waited for in parts; Node's overflow after 24.8 days and fire at once. */
const longestWaitMs = 86_400_000;
/** The notice comes a fifth of what is left ahead of the end, at most this much. */
const longestLeadMs = 30_000;
/** Credentials that end this soon are not worth a notice. */
const shortestNoticeMs = 1_000;

/** Watches over the end of a socket's credentials. Returns what stops it. */
export function watchExpiry({ clock, random, expiresAt, notice, expired }: ExpiryOptions): () => void {
  const end = expiresAt.getTime();
  const left = end - clock.now().getTime();
  let timer: Timer | undefined;

  function at(time: number, task: () => void): void {
    const ms = time - clock.now().getTime();
    if (ms > longestWaitMs) timer = clock.after(longestWaitMs, () => at(time, task));
    // A timer may fire a little early by the wall clock.
    else if (ms > 0) timer = clock.after(ms, () => at(time, task));
    else task();
  }
  const untilEnd = (): void => at(end, expired);

  if (left < shortestNoticeMs) {
    timer = clock.after(Math.max(0, left), untilEnd);
  } else {
    // Spread, so that tokens issued together do not bring everybody back together.
    const lead = Math.min(left / 5, longestLeadMs) * (0.5 + random.next() / 2);
    at(end - lead, () => {
      notice();
      untilEnd();
    });
  }
  return () => timer?.clear();
}
