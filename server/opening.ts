import { ChatError } from '@confab/shared';
import type { FrontLog } from './front/options.js';
import type { Clock } from './ports.js';

/** How long a chat waits for its database before it gives up, and between two tries. */
const startMs = 30_000;
const startPauseMs = 500;

/** Opens, again and again while what is in the way may pass: a server that starts together with its database waits for it. */
export async function openPatiently(
  open: () => Promise<void>,
  { clock, log, isOver }: { readonly clock: Clock; readonly log: FrontLog; readonly isOver: () => boolean },
): Promise<void> {
  const began = clock.now().getTime();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const isPassing = error instanceof ChatError && error.code === 'UNAVAILABLE';
      if (!isPassing || isOver() || clock.now().getTime() - began > startMs) throw error;
      log.warn({ error }, 'the database is not there yet');
      await new Promise<void>((resolve) => clock.after(startPauseMs, resolve, { holdsProcess: true }));
    }
  }
}
