import { closeInTime } from './close.js';
import type { PollKit } from './kit.js';

/** Closes polls when their time is up. */
export interface Closer {
  start(): void;
  dispose(): Promise<void>;
}

/** Polls are open for at least this long, so every node has looked before one is due. */
const lookMs = 5_000;
const atOnce = 100;

/**
 * Every node looks by itself what is due next, in the database alone: no timer is lost with a node. Whoever is first
 * closes; the others find it closed.
 */
export function createCloser(kit: PollKit): Closer {
  const { clock, log, host } = kit;
  let timer: { clear(): void } | undefined;
  let working: Promise<void> | undefined;
  let isDisposed = false;

  async function work(): Promise<number> {
    const now = clock.now();
    const open = { closedAt: null, closesAt: { not: null } };
    const due = await kit.read(host, ({ models: { chatPoll } }) =>
      chatPoll.findMany({
        where: { ...open, closesAt: { lte: new Date(now.getTime() + lookMs) } },
        orderBy: { closesAt: 'asc' },
        take: atOnce,
        select: { messageId: true, roomId: true, closesAt: true },
      }),
    );
    for (const poll of due) {
      if (isDisposed) break;
      if ((poll.closesAt ?? now) <= now) await closeInTime(kit, poll);
    }
    const next = due.find(({ closesAt }) => closesAt !== null && closesAt > now)?.closesAt;
    if (due.length === atOnce && next === undefined) return 0;
    return next == null ? lookMs : Math.min(lookMs, next.getTime() - clock.now().getTime());
  }

  function look(): void {
    working = work()
      .catch((error: unknown) => {
        log.warn({ error }, 'polls could not be closed in time; it is tried again');
        return lookMs;
      })
      .then((ms) => {
        if (!isDisposed) timer = clock.after(Math.max(0, ms), look);
      });
  }

  return {
    start: look,
    async dispose() {
      isDisposed = true;
      timer?.clear();
      await working;
    },
  };
}
