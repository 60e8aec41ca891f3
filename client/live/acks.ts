import type { RoomView } from '../store/state.js';
import type { ChatCalls } from './calls.js';
import type { Core } from './core.js';
import type { Patience } from './patience.js';
import { isLeftOut } from './refusals.js';

/** Tells the server what has arrived, so that senders see it. */
export interface Acks {
  stop(): void;
}

/** What arrives within this time is told of at once. */
const gatherMs = 250;
/** Messages named in one call. */
const most = 50;

export function createAcks(core: Core, calls: ChatCalls, patience: Patience): Acks {
  /** The newest message of somebody else, by room. */
  const arrived = new Map<string, { readonly id: string; readonly seq: number }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOff = false;
  /** One call at a time. */
  let isTelling = false;

  core.watch((before, { rooms }) => {
    if (isOff || before.rooms === rooms) return;
    for (const view of rooms.values()) {
      if (view.messages === before.rooms.get(view.roomId)?.messages) continue;
      const newest = view.messages.findLast(({ senderId }) => senderId !== view.userId);
      if (newest !== undefined && newest.seq > markOf(view)) arrived.set(view.roomId, newest);
    }
    if (arrived.size > 0 && !isTelling) timer ??= setTimeout(() => void tellAll(), gatherMs);
  });

  async function tellAll(): Promise<void> {
    timer = undefined;
    isTelling = true;
    while (arrived.size > 0 && !isOff) {
      const entries = [...arrived].slice(0, most);
      for (const [roomId] of entries) arrived.delete(roomId);
      // What was read meanwhile has arrived, too.
      const ids = entries.flatMap(([roomId, { id, seq }]) => {
        const view = core.state.rooms.get(roomId);
        return view !== undefined && markOf(view) < seq ? [id] : [];
      });
      if (ids.length > 0) await tell(ids);
    }
    isTelling = false;
  }

  /** One bad message fails the whole call, so then each half is told of by itself. */
  async function tell(messageIds: string[]): Promise<void> {
    try {
      await patience.persist(() => calls.message.ack.mutate({ messageIds }), { isWanted: () => !isOff });
    } catch (error) {
      if (isLeftOut(error)) isOff = true;
      if (isOff || messageIds.length === 1) return;
      const half = Math.ceil(messageIds.length / 2);
      await tell(messageIds.slice(0, half));
      await tell(messageIds.slice(half));
    }
  }

  return {
    stop() {
      isOff = true;
      clearTimeout(timer);
    },
  };
}

function markOf({ members, userId, readTo }: RoomView): number {
  return Math.max(readTo, members.get(userId)?.deliveredSeq ?? 0);
}
