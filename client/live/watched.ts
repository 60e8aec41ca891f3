import { rethrowLater } from '../rethrow.js';
import { isNotThere } from './refusals.js';

/** What is known of messages that somebody looks at, and kept up to date. */
export interface Watched<Value> {
  /** `undefined` while it is not known, or nobody watches it. The same object until something in it changes. */
  get(messageId: string): Value | undefined;
  /** Keeps messages of a room known until the returned function is called. */
  watch(roomId: string, messageIds: readonly string[]): () => void;
  /** What an event or an answer says of a message; nothing if nobody watches it. */
  put(messageId: string, value: Value): void;
  /** Asks again about a message that is watched. */
  refresh(messageId: string): void;
  /** Asks again about those that are not known yet, or about all of them (in a room). */
  refreshAll(which: 'unknown' | 'all', roomId?: string): void;
  /** Calls the listener after changes, once for all of one turn. The returned function ends it. */
  subscribe(listener: () => void): () => void;
}

export interface WatchedOptions<Value> {
  /** Asks the server about messages of one room, at most 100. What it leaves out is `absent`. */
  load(roomId: string, messageIds: string[], isWanted: () => boolean): Promise<ReadonlyMap<string, Value> | undefined>;
  /** What a message is taken for that has none, or is not there. */
  readonly absent: Value;
  /** Of what was put while it was asked about, and the answer: which of them is later. */
  later(put: Value, loaded: Value): Value;
  /** Called when somebody watches for the first time. */
  begin(): void;
}

interface Entry<Value> {
  readonly roomId: string;
  /** How many watch it. */
  count: number;
  value: Value | undefined;
  /** It is to be asked about. */
  isWanted: boolean;
  isLoading: boolean;
  /** It was put while it was asked about. */
  isPut: boolean;
}

/** What one call may ask about. */
const most = 100;

export function createWatched<Value>({ load, absent, later, begin }: WatchedOptions<Value>): Watched<Value> {
  const entries = new Map<string, Entry<Value>>();
  const listeners = new Set<() => void>();
  let isBegun = false;
  let isScheduled = false;
  let isTelling = false;

  function changed(): void {
    if (isTelling) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (error) {
          rethrowLater(error);
        }
      }
    });
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      for (const [roomId, messageIds] of wanted()) void ask(roomId, messageIds);
    });
  }

  /** What is to be asked about and is not just now, in calls of one room. */
  function wanted(): (readonly [string, string[]])[] {
    const rooms = new Map<string, string[]>();
    for (const [messageId, { roomId, isWanted, isLoading }] of entries) {
      if (isWanted && !isLoading) rooms.set(roomId, [...(rooms.get(roomId) ?? []), messageId]);
    }
    return [...rooms].flatMap(([roomId, ids]) =>
      Array.from(
        { length: Math.ceil(ids.length / most) },
        (_, page) => [roomId, ids.slice(page * most, (page + 1) * most)] as const,
      ),
    );
  }

  async function ask(roomId: string, messageIds: string[]): Promise<void> {
    const asked = messageIds.flatMap((messageId) => {
      const entry = entries.get(messageId);
      return entry === undefined ? [] : [{ messageId, entry }];
    });
    for (const { entry } of asked) Object.assign(entry, { isWanted: false, isLoading: true, isPut: false });
    const isLookedAt = (): boolean => asked.some(({ messageId, entry }) => entries.get(messageId) === entry);
    const found = await load(roomId, messageIds, isLookedAt).catch((error: unknown) => {
      // It stays unknown for anything else, which a call of one's own would tell; the next stream asks again.
      return isNotThere(error) ? new Map<string, Value>() : undefined;
    });
    for (const { messageId, entry } of asked) {
      entry.isLoading = false;
      if (found !== undefined) settle(entry, found.get(messageId) ?? absent);
    }
    schedule();
  }

  function set(entry: Entry<Value>, value: Value): void {
    // Plain data, and little of it.
    if (entry.value !== undefined && JSON.stringify(entry.value) === JSON.stringify(value)) return;
    entry.value = value;
    changed();
  }

  function settle(entry: Entry<Value>, loaded: Value): void {
    const before = entry.value;
    set(entry, entry.isPut && before !== undefined ? later(before, loaded) : loaded);
  }

  function want(entry: Entry<Value>): void {
    entry.isWanted = true;
    schedule();
  }

  return {
    get: (messageId) => entries.get(messageId)?.value,
    watch(roomId, messageIds) {
      const own = [...new Set(messageIds)];
      for (const messageId of own) {
        const known = entries.get(messageId);
        const fresh: Entry<Value> = {
          ...{ roomId, count: 0, value: undefined, isWanted: false, isLoading: false, isPut: false },
        };
        const entry = known ?? fresh;
        entry.count += 1;
        if (known !== undefined) continue;
        entries.set(messageId, entry);
        want(entry);
      }
      if (!isBegun) {
        isBegun = true;
        begin();
      }
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        for (const messageId of own) {
          const entry = entries.get(messageId);
          if (entry !== undefined) entry.count -= 1;
        }
        // Later: a page that watches another list of much the same messages lets go of the first one before.
        queueMicrotask(() => {
          for (const messageId of own) if (entries.get(messageId)?.count === 0) entries.delete(messageId);
        });
      };
    },
    put(messageId, value) {
      const entry = entries.get(messageId);
      if (entry === undefined) return;
      entry.isPut = true;
      set(entry, value);
    },
    refresh(messageId) {
      const entry = entries.get(messageId);
      if (entry !== undefined) want(entry);
    },
    refreshAll(which, roomId) {
      for (const entry of entries.values()) {
        if (roomId !== undefined && entry.roomId !== roomId) continue;
        if (which === 'all' || entry.value === undefined) want(entry);
      }
    },
    subscribe(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
