import type { RoomView } from '../store/state.js';
import type { ChatCalls } from './calls.js';
import type { Core } from './core.js';
import type { Patience } from './patience.js';
import { isRefusal } from './refusals.js';

/** Tells the server how far rooms were read. */
export interface Reads {
  /** @param seq - Up to here; left out: up to the newest message that is held. */
  mark(roomId: string, seq?: number): void;
  stop(): void;
}

/** One room is told of at most this often. */
const pauseMs = 300;

interface Job {
  seq: number;
  isTelling: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export function createReads(core: Core, calls: ChatCalls, patience: Patience): Reads {
  const jobs = new Map<string, Job>();
  let isOff = false;

  async function tell(roomId: string, job: Job): Promise<void> {
    if (isOff || job.isTelling || job.timer !== undefined) return;
    job.isTelling = true;
    const { seq } = job;
    try {
      const answer = await patience.persist(() => calls.message.read.mutate({ roomId, seq }), {
        isWanted: () => core.state.rooms.has(roomId),
      });
      if (answer !== undefined) core.take({ kind: 'moved', marks: answer.marks });
    } catch (error) {
      // What may not be marked stays as it is; only what passes by itself was tried again.
      if (!isRefusal(error)) throw error;
    }
    job.isTelling = false;
    if (isOff) return;
    job.timer = setTimeout(() => {
      job.timer = undefined;
      if (job.seq > seq) void tell(roomId, job);
      else jobs.delete(roomId);
    }, pauseMs);
  }

  return {
    mark(roomId, upTo) {
      const view = core.state.rooms.get(roomId);
      const seq = upTo ?? view?.messages.at(-1)?.seq ?? 0;
      if (view === undefined || !isWorthTelling(view, seq)) return;
      const job = jobs.get(roomId) ?? { seq: 0, isTelling: false, timer: undefined };
      if (seq <= job.seq) return;
      job.seq = seq;
      jobs.set(roomId, job);
      void tell(roomId, job);
    },
    stop() {
      isOff = true;
      for (const { timer } of jobs.values()) clearTimeout(timer);
    },
  };
}

/** Whether something of somebody else lies between the mark and there; one's own messages wait for nobody. */
function isWorthTelling({ userId, readTo, messages, older }: RoomView, seq: number): boolean {
  if (seq <= readTo) return false;
  if (older === null || older.unread > 0) return true;
  return messages.some((message) => message.seq > readTo && message.seq <= seq && message.senderId !== userId);
}
