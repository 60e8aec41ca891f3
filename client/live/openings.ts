import type { Roster } from '../store/asks.js';
import type { RoomView, StoreState } from '../store/state.js';
import type { Core } from './core.js';
import type { Problems } from './problems.js';

/** What somebody looks at in a room. */
export type Part = 'room' | 'messages' | 'members';

/** Keeps loaded what somebody looks at. */
export interface Openings {
  /** Until the returned function is called. */
  open(roomId: string, part: Part): () => void;
  /** Whether the user is known not to be in a room that somebody looks at. */
  isAbsent(roomId: string): boolean;
}

/** With fewer messages than these there is nothing to look at yet. */
export const firstPage = 20;

interface Opening {
  readonly looking: Record<Part, number>;
  isAbsent: boolean;
}

export function createOpenings(core: Core, problems: Problems): Openings {
  const rooms = new Map<string, Opening>();

  function ensure(roomId: string, { looking, isAbsent }: Opening): void {
    const { userId, loading } = core.state;
    const view = core.state.rooms.get(roomId);
    if (userId === null || loading !== null) return;
    if (view === undefined) {
      if (!isAbsent && looking.room + looking.messages + looking.members > 0) core.take({ kind: 'open', roomId });
      return;
    }
    if (looking.messages > 0 !== view.isOpen) core.take({ kind: view.isOpen ? 'close' : 'open', roomId });
    if (view.room === null || view.waitingFor !== null) return;
    if (looking.messages > 0 && isShort(view) && problems.get(`messages ${roomId}`) === null) {
      core.take({ kind: 'wantOlder', roomId });
    }
    if (looking.members > 0 && (view.roster === null || isUnsure(view.roster)))
      core.take({ kind: 'wantMembers', roomId });
  }

  core.watch((before, after) => {
    for (const [roomId, opening] of rooms) {
      if (after.rooms.has(roomId)) opening.isAbsent = false;
      else if (isGone(roomId, before, after)) opening.isAbsent = true;
      ensure(roomId, opening);
    }
  });

  return {
    open(roomId, part) {
      const opening = rooms.get(roomId) ?? { looking: { room: 0, messages: 0, members: 0 }, isAbsent: false };
      rooms.set(roomId, opening);
      opening.looking[part] += 1;
      ensure(roomId, opening);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        opening.looking[part] -= 1;
        ensure(roomId, opening);
        const { room, messages, members } = opening.looking;
        if (room + messages + members === 0) rooms.delete(roomId);
      };
    },
    isAbsent: (roomId) => rooms.get(roomId)?.isAbsent ?? false,
  };
}

function isShort({ messages, hasOlder, paging }: RoomView): boolean {
  return hasOlder && paging === null && messages.length < firstPage;
}

function isUnsure({ isStale, asked }: Roster): boolean {
  return isStale && asked === null;
}

/** The user left it, or asked for it in vain. */
function isGone(roomId: string, before: StoreState, after: StoreState): boolean {
  return before.rooms.has(roomId) && !after.rooms.has(roomId);
}
