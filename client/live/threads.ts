import type { ChatEvent, Message } from '@confab/shared';
import { echoedRoom } from '../store/arrivals.js';
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
  /** It is read (again), and what it shows may lack something until that is done. */
  isLoading(threadId: string): boolean;
  isPaging(threadId: string): boolean;
  /** Keeps a thread loaded until the returned function is called. */
  open(roomId: string, threadId: string): () => void;
  loadOlder(threadId: string): void;
  /** Marks a thread as read up to a `seq`, or up to the newest message that is held. */
  markRead(threadId: string, seq?: number): void;
  /** Takes one value of the stream. */
  receive(event: ChatEvent): void;
}

/** What others do about what becomes of threads. */
export interface ThreadHooks {
  /** There is something new to show. */
  changed(): void;
  /** Nobody looks at a thread any more. */
  closed(threadId: string): void;
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
  { changed, closed }: ThreadHooks,
): Threads {
  const openings = new Map<string, Opening>();

  /**
   * Asks for something of a thread; what came meanwhile is applied to what the answer makes of it. A page can be wanted
   * again; without the thread itself what is shown is wrong, so it is asked for until it is there.
   */
  async function ask<Found>(
    opening: Opening,
    call: () => Promise<Found>,
    take: (found: Found) => ThreadView | null,
  ): Promise<void> {
    const missed: ChatEvent[] = [];
    opening.missed = missed;
    const problem = `thread ${opening.threadId}`;
    const isWanted = (): boolean => openings.get(opening.threadId) === opening && opening.missed === missed;
    const failed = (error: unknown): void => {
      if (isWanted()) problems.note(problem, error);
    };
    const how = opening.isPaging ? {} : { isFinal: () => false };
    try {
      const found = await patience.persist(call, { isWanted, failed, ...how });
      if (found === undefined || !isWanted()) return;
      problems.solve(problem);
      const view = take(found);
      opening.view = view && missed.reduce(applyToThread, view);
    } catch {
      // It was noted; a person asks again.
      if (!isWanted()) return;
    }
    opening.missed = null;
    opening.isPaging = false;
    changed();
  }

  function load(opening: Opening): void {
    const { roomId, threadId, view } = opening;
    if (view && view.userId !== core.state.userId) {
      // What one user saw and marked is nothing to another.
      opening.view = undefined;
      opening.readTo = 0;
    }
    const wanted = Math.min(view?.messages.length ?? 0, reloaded);
    const read = async () => {
      // Whoever is not in the room sees none of it, and what can't be a thread is none.
      let page = await orNull(calls.message.list.query({ roomId, threadId }));
      if (page === null) return { page, messages: [] };
      const root = await orNull(calls.message.get.query({ messageId: threadId }));
      const messages: Message[] = [...(root === null ? [] : [root]), ...page.items];
      while (hasMore(page) && messages.length < wanted) {
        page = await calls.message.list.query({ roomId, threadId, before: page.items[0]?.seq ?? 0 });
        messages.push(...page.items);
      }
      return { page, messages };
    };
    opening.isPaging = false;
    void ask(opening, read, ({ page, messages }) => {
      const empty = unknownThread(roomId, threadId, core.state.userId ?? '', opening.view?.hidden);
      return page && withLoaded(empty, messages, hasMore(page));
    });
  }

  function take(opening: Opening, event: ChatEvent): void {
    const { missed, view } = opening;
    if (ends(event, opening, core.state.userId)) {
      opening.missed = null;
      opening.isPaging = false;
      opening.view = null;
      problems.solve(`thread ${opening.threadId}`);
    } else if (begins(event, opening, core.state.userId)) {
      load(opening);
    } else {
      opening.view = view && applyToThread(view, event);
      if (missed !== null && missed.push(event) > most) load(opening);
    }
    if (opening.view !== view) changed();
  }

  core.watch((before, { rooms, needs }) => {
    for (const opening of openings.values()) {
      const need = rooms.get(opening.roomId)?.waitingFor ?? null;
      const isNew = need !== null && need !== before.rooms.get(opening.roomId)?.waitingFor;
      // What the stream left out comes to the room alone.
      if (isNew && needs.get(need)?.kind === 'events') load(opening);
    }
  });

  return {
    get: (threadId) => openings.get(threadId)?.view,
    isLoading(threadId) {
      const opening = openings.get(threadId);
      return opening !== undefined && opening.missed !== null && !opening.isPaging;
    },
    isPaging: (threadId) => openings.get(threadId)?.isPaging ?? false,
    open(roomId, threadId) {
      const held = openings.get(threadId);
      // One that nobody looks at any more may have been looked for in the wrong room.
      const known = held?.count === 0 && held.roomId !== roomId ? undefined : held;
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
          if (opening.count > 0 || openings.get(threadId) !== opening) return;
          openings.delete(threadId);
          problems.solve(`thread ${threadId}`);
          closed(threadId);
        });
      };
    },
    loadOlder(threadId) {
      const opening = openings.get(threadId);
      const hasFailed = problems.get(`thread ${threadId}`) !== null;
      const isWaiting = opening?.isPaging === false && opening.missed !== null && hasFailed;
      if (opening === undefined || (opening.missed !== null && !isWaiting)) return;
      const { roomId, view } = opening;
      problems.solve(`thread ${threadId}`);
      if (view === undefined || isWaiting) return load(opening);
      const before = view?.messages.find(({ id }) => id !== threadId)?.seq;
      if (view?.hasOlder !== true || before === undefined) return;
      opening.isPaging = true;
      const read = () => calls.message.list.query({ roomId, threadId, before });
      void ask(opening, read, (page) => {
        return opening.view ? withLoaded(opening.view, page.items, hasMore(page)) : null;
      });
      changed();
    },
    markRead(threadId, upTo) {
      const opening = openings.get(threadId);
      const seq = upTo ?? opening?.view?.messages.at(-1)?.seq ?? 0;
      if (opening === undefined || seq <= opening.readTo) return;
      const { readTo } = opening;
      opening.readTo = seq;
      const isWanted = (): boolean => opening.readTo === seq;
      patience
        .persist(() => calls.thread.read.mutate({ threadId, seq }), { isWanted })
        // What may not be marked stays as it is; what failed can be marked again.
        .catch(() => void (isWanted() && (opening.readTo = readTo)));
    },
    receive(event) {
      for (const opening of openings.values()) take(opening, event);
    },
  };
}

/** An empty page can have nothing before it, whatever it says. */
function hasMore({ items, hasBefore }: { readonly items: readonly Message[]; readonly hasBefore: boolean }): boolean {
  return hasBefore && items.length > 0;
}

/** Whether a thread has to be read (again): it never was, too much was missed, or another looks at it. */
function begins(event: ChatEvent, { roomId, view, missed }: Opening, userId: string | null): boolean {
  if (event.type === 'ready') {
    const isUnread = view === undefined && missed === null;
    return !event.data.resumed || isUnread || (view ?? { userId }).userId !== userId;
  }
  const isOurs = event.roomId === roomId;
  if (echoedRoom(event) === roomId) return true;
  if (event.type === 'room.limited') return isOurs || event.roomId === `u:${userId ?? ''}`;
  if (event.type === 'member.added') return isOurs && event.data.members.some((member) => member.userId === userId);
  return event.type === 'resync';
}

/** Whether there is no such thread any more for the user. */
function ends(event: ChatEvent, { roomId, threadId }: Opening, userId: string | null): boolean {
  if (event.type === 'message.hidden') return event.data.messageIds.includes(threadId);
  if (event.roomId !== roomId) return false;
  if (event.type === 'member.removed') return event.data.userIds.includes(userId ?? '');
  return event.type === 'room.deleted' || event.type === 'room.gone';
}
