import type { ChatEvent, Message } from '@confab/shared';
import { applyToThread, unknownThread, withLoaded } from '../store/thread-view.js';
import type { ThreadView } from '../store/thread-view.js';
import type { ChatCalls } from './calls.js';
import type { Core } from './core.js';
import type { Patience } from './patience.js';
import type { Problems } from './problems.js';
import { orNull } from './room-fetch.js';

/** The threads that somebody looks at. */
export interface Threads {
  /** `undefined` while it is not known, or nobody looks at it; `null`: it is not there, or not any more. */
  get(threadId: string): ThreadView | null | undefined;
  isPaging(threadId: string): boolean;
  /** Keeps a thread loaded until the returned function is called. */
  open(roomId: string, threadId: string): () => void;
  loadOlder(threadId: string): void;
  /** Marks a thread as read up to a `seq`, or up to the newest message that is held. */
  markRead(threadId: string, seq?: number): void;
  /** Takes one value of the stream. */
  receive(event: ChatEvent): void;
}

interface Opening {
  readonly roomId: string;
  readonly threadId: string;
  /** How many look at it. */
  count: number;
  view: ThreadView | null | undefined;
  /** What came while something was asked for: the answer may be older than that. `null` while nothing is. */
  missed: ChatEvent[] | null;
  isPaging: boolean;
  /** How far it was marked as read. */
  readTo: number;
}

/** Events held while something is asked for; past it, the thread is loaded anew. */
const most = 1_000;
/** What is read again of a thread at most, so that nothing vanishes before a person's eyes. */
const reloaded = 500;

export function createThreads(
  core: Core,
  calls: ChatCalls,
  patience: Patience,
  problems: Problems,
  changed: () => void,
): Threads {
  const openings = new Map<string, Opening>();

  /** Asks for something of a thread; what came meanwhile is applied to what the answer makes of it. */
  async function ask<Found>(
    opening: Opening,
    call: () => Promise<Found>,
    take: (found: Found) => ThreadView | null,
  ): Promise<void> {
    const missed: ChatEvent[] = [];
    opening.missed = missed;
    const problem = `thread ${opening.threadId}`;
    const isWanted = (): boolean => openings.get(opening.threadId) === opening && opening.missed === missed;
    const failed = (error: unknown): void => problems.note(problem, error);
    try {
      const found = await patience.persist(call, { isWanted, failed });
      if (found === undefined || !isWanted()) return;
      problems.solve(problem);
      const view = take(found);
      opening.view = view && missed.reduce(applyToThread, view);
    } catch {
      // It was noted; the next stream asks again, or a person.
      if (!isWanted()) return;
    }
    opening.missed = null;
    opening.isPaging = false;
    changed();
  }

  function load(opening: Opening): void {
    const { roomId, threadId, view } = opening;
    const wanted = Math.min(view?.messages.length ?? 0, reloaded);
    const read = async () => {
      // Whoever is not in the room sees none of it, and what can't be a thread is none.
      let page = await orNull(calls.message.list.query({ roomId, threadId }));
      if (page === null) return { page, messages: [] };
      const root = await orNull(calls.message.get.query({ messageId: threadId }));
      const messages: Message[] = [...page.items, ...(root === null ? [] : [root])];
      while (page.hasBefore && messages.length < wanted) {
        page = await calls.message.list.query({ roomId, threadId, before: page.items[0]?.seq ?? 0 });
        messages.push(...page.items);
      }
      return { page, messages };
    };
    opening.isPaging = false;
    void ask(opening, read, ({ page, messages }) => {
      const empty = unknownThread(roomId, threadId, core.state.userId ?? '');
      return page && withLoaded(empty, messages, page.hasBefore);
    });
  }

  function take(opening: Opening, event: ChatEvent): void {
    const { missed, view } = opening;
    if (ends(event, opening.roomId, core.state.userId)) {
      opening.missed = null;
      opening.view = null;
    } else if (begins(event, opening, core.state.userId)) {
      load(opening);
    } else {
      opening.view = view && applyToThread(view, event);
      if (missed !== null && missed.push(event) > most) load(opening);
    }
    if (opening.view !== view) changed();
  }

  return {
    get: (threadId) => openings.get(threadId)?.view,
    isPaging: (threadId) => openings.get(threadId)?.isPaging ?? false,
    open(roomId, threadId) {
      const known = openings.get(threadId);
      const fresh = { ...{ roomId, threadId, count: 0, view: undefined, missed: null, isPaging: false, readTo: 0 } };
      const opening: Opening = known ?? fresh;
      openings.set(threadId, opening);
      opening.count += 1;
      // Before the stream has begun it is not known what will be told.
      if (known === undefined && core.state.userId !== null) load(opening);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        opening.count -= 1;
        // Later: a page that is drawn anew lets go of it first.
        queueMicrotask(() => {
          if (opening.count === 0 && openings.get(threadId) === opening) openings.delete(threadId);
        });
      };
    },
    loadOlder(threadId) {
      const opening = openings.get(threadId);
      if (opening === undefined || opening.missed !== null) return;
      const { roomId, view } = opening;
      problems.solve(`thread ${threadId}`);
      if (view === undefined) return load(opening);
      const before = view?.messages.find(({ id }) => id !== threadId)?.seq;
      if (view?.hasOlder !== true || before === undefined) return;
      opening.isPaging = true;
      const read = () => calls.message.list.query({ roomId, threadId, before });
      void ask(opening, read, ({ items, hasBefore }) => {
        return opening.view ? withLoaded(opening.view, items, hasBefore) : null;
      });
      changed();
    },
    markRead(threadId, upTo) {
      const opening = openings.get(threadId);
      const seq = upTo ?? opening?.view?.messages.at(-1)?.seq ?? 0;
      if (opening === undefined || seq <= opening.readTo) return;
      opening.readTo = seq;
      const isWanted = (): boolean => opening.readTo === seq;
      // What may not be marked stays as it is.
      patience.persist(() => calls.thread.read.mutate({ threadId, seq }), { isWanted }).catch(() => undefined);
    },
    receive(event) {
      for (const opening of openings.values()) take(opening, event);
    },
  };
}

/** Whether a thread has to be read (again): it never was, too much was missed, or another looks at it. */
function begins(event: ChatEvent, { roomId, view, missed }: Opening, userId: string | null): boolean {
  if (event.type === 'ready') {
    const isUnread = view === undefined && missed === null;
    return !event.data.resumed || isUnread || (view ?? { userId }).userId !== userId;
  }
  const isOurs = event.roomId === roomId;
  if (event.type === 'room.limited') return isOurs || event.roomId === `u:${userId ?? ''}`;
  if (event.type === 'member.added') return isOurs && event.data.members.some((member) => member.userId === userId);
  return event.type === 'resync';
}

function ends(event: ChatEvent, roomId: string, userId: string | null): boolean {
  if (event.roomId !== roomId) return false;
  if (event.type === 'member.removed') return event.data.userIds.includes(userId ?? '');
  return event.type === 'room.deleted' || event.type === 'room.gone';
}
