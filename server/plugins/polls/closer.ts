import { closeInTime } from './close.js';
import type { PollKit } from './kit.js';
import type { PollRow } from './stored-polls.js';

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

  /** Closes what is due and returns how long until it is worth looking again. */
  async function work(): Promise<number> {
    const now = clock.now();
    const soon = await kit.read(host, ({ models: { chatPoll } }) =>
      chatPoll.findMany({
        where: { closedAt: null, closesAt: { lte: new Date(now.getTime() + lookMs) } },
        orderBy: { closesAt: 'asc' },
        take: atOnce,
        select: { messageId: true, roomId: true, closesAt: true },
      }),
    );
    let areAllClosed = true;
    for (const poll of soon) {
      if (isDisposed) return lookMs;
      const left = poll.closesAt === null ? lookMs : poll.closesAt.getTime() - clock.now().getTime();
      if (left > 0) return Math.min(lookMs, left);
      areAllClosed = (await close(poll)) && areAllClosed;
    }
    return soon.length === atOnce && areAllClosed ? 0 : lookMs;
  }

  /** One that can't be closed keeps none of the others open. */
  async function close(poll: Pick<PollRow, 'messageId' | 'roomId'>): Promise<boolean> {
    try {
      await closeInTime(kit, poll);
      return true;
    } catch (error) {
      log.warn({ error, messageId: poll.messageId }, 'a poll could not be closed in time; it is tried again');
      return false;
    }
  }

  function look(): void {
    working = work()
      .catch((error: unknown) => {
        log.warn({ error }, 'polls that are due could not be looked up; it is tried again');
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
