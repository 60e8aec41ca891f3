import type { ChatState, Client } from './model';
import { changed } from './model';
import type { Store } from './store';

/** Tells the server what was received and what was read, at most a few times a second. */
export interface Marks {
  delivered(roomId: string, seq: number): void;
  read(roomId: string, seq: number): void;
  stop(): void;
}

const pauseMs = 250;

export function createMarks(client: Client, store: Store<ChatState>): Marks {
  const delivered = new Map<string, number>();
  const read = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function later(): void {
    timer ??= setTimeout(() => void flush(), pauseMs);
  }

  async function flush(): Promise<void> {
    timer = undefined;
    const reads = [...read];
    const acks = [...delivered].filter(([roomId, seq]) => (read.get(roomId) ?? 0) < seq);
    read.clear();
    delivered.clear();
    const { ack, read: markRead } = client.api.chat.message;
    // A mark that is lost does no harm: the next one is higher.
    await Promise.allSettled([
      ...reads.map(([roomId, seq]) => markRead.mutate({ roomId, seq })),
      ...acks.map(([roomId, seq]) => ack.mutate({ roomId, seq })),
    ]);
    if (reads.length > 0) await recount();
  }

  /** The server's count is the truth; what was added up here meanwhile is a guess. */
  async function recount(): Promise<void> {
    const unread = await client.api.chat.notification.unread.query({}).catch(() => null);
    if (unread === null) return;
    store.update((state) => {
      let { rooms } = state;
      for (const id of Object.keys(rooms)) {
        const counted = unread.rooms.find(({ roomId }) => roomId === id);
        const next = { unread: counted?.unread ?? 0, mentions: counted?.mentions ?? 0 };
        rooms = changed(rooms, id, (room) => ({ ...room, ...next }));
      }
      return { ...state, rooms };
    });
  }

  return {
    delivered(roomId, seq) {
      delivered.set(roomId, Math.max(seq, delivered.get(roomId) ?? 0));
      later();
    },
    read(roomId, seq) {
      read.set(roomId, Math.max(seq, read.get(roomId) ?? 0));
      later();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
