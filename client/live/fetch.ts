import type { Room, RoomListItem } from '@confab/shared';
import type { Ask, AskAnswer } from '../store/asks.js';
import type { Answer, LoadedRoom, Need, OwnMark, RoomView, StoreState } from '../store/state.js';
import type { ChatCalls } from './calls.js';
import { createRoomFetch, fromLine, orNull } from './room-fetch.js';

/** Asks the server for what the store needs. Rejects when that fails. */
export interface Fetch {
  need(need: Need): Promise<Answer>;
  ask(ask: Ask): Promise<AskAnswer>;
}

/** Rooms asked for side by side. */
const atOnce = 4;
/** More marks than these are read from the list. */
const singleMarks = 8;

type From = { readonly cursor?: string };

/** Page sizes are left to the server: a host may allow smaller ones than others do. */
export function createFetch(calls: ChatCalls, current: () => StoreState): Fetch {
  const fetchRoom = createRoomFetch(calls);

  async function* lists(): AsyncGenerator<{ readonly items: readonly RoomListItem[]; readonly from: From }> {
    for (let from: From | null = {}; from !== null;) {
      const { items, nextCursor }: { items: readonly RoomListItem[]; nextCursor: string | null } =
        await calls.room.list.query(from);
      yield { items, from };
      from = nextCursor === null ? null : { cursor: nextCursor };
    }
  }

  async function loadRooms(): Promise<LoadedRoom[]> {
    const loaded = new Map<string, LoadedRoom | null>();
    // What is looked at keeps what it holds.
    const single = new Set([...current().rooms.values()].filter(isLookedAt).map(({ roomId }) => roomId));
    for await (const { items, from } of lists()) {
      const steady = await steadyOf(items, from);
      for (const room of items) {
        const { me } = room;
        if (me !== null && steady.has(room.id)) loaded.set(room.id, fromLine({ ...room, me }));
        else single.add(room.id);
      }
    }
    await load(single);
    // A room that something happens in moves to the pages that were read already.
    const passed = (): string[] => heldRooms(current()).filter((roomId) => !loaded.has(roomId));
    for (let missing = passed(); missing.length > 0; missing = passed()) await load(new Set(missing));
    return [...loaded.values()].filter((room) => room !== null);

    async function load(roomIds: ReadonlySet<string>): Promise<void> {
      await inTurn([...roomIds], async (roomId) => {
        loaded.set(roomId, await fetchRoom(roomId, current().rooms.get(roomId)));
      });
    }
  }

  /**
   * The rooms of a page whose counts are those of their `seq`. The counts are read later than it, so they may be newer,
   * unless the same `seq` and mark are read once more after them. Where nothing is unread that does no harm: whatever
   * made it so is told as an event.
   */
  async function steadyOf(items: readonly RoomListItem[], from: From): Promise<ReadonlySet<string>> {
    const isRead = ({ unread }: RoomListItem): boolean => unread === 0;
    const again = items.every(isRead) ? [] : (await calls.room.list.query(from)).items;
    const later = new Map(again.map((room) => [room.id, room]));
    const steady = items.filter((room) => {
      const next = later.get(room.id);
      return isRead(room) || (next?.seq === room.seq && next.me?.readSeq === room.me?.readSeq);
    });
    return new Set(steady.map(({ id }) => id));
  }

  async function loadMarks(roomIds: readonly string[]): Promise<readonly OwnMark[]> {
    if (roomIds.length <= singleMarks) {
      const rooms = await Promise.all(roomIds.map((roomId) => orNull(calls.room.get.query({ roomId }))));
      return rooms.flatMap((room) => markOf(room));
    }
    const missing = new Set(roomIds);
    const marks: OwnMark[] = [];
    for await (const { items } of lists()) {
      marks.push(...items.filter(({ id }) => missing.delete(id)).flatMap(markOf));
      if (missing.size === 0) break;
    }
    return marks;
  }

  async function loadEvents(roomId: string, afterSeq: number): Promise<Omit<Answer & { kind: 'events' }, 'id'>> {
    const page = await orNull(calls.sync.query({ roomId, afterSeq }));
    // Without any, the store asks for the room itself, and learns that the user is not in it.
    if (page === null || !('headSeq' in page)) return { kind: 'events', events: [], more: false };
    return { kind: 'events', events: page.events, more: page.more };
  }

  return {
    async need(need) {
      const { id } = need;
      switch (need.kind) {
        case 'rooms':
          return { kind: 'rooms', id, rooms: await loadRooms() };
        case 'room':
          return { kind: 'room', id, loaded: await fetchRoom(need.roomId, current().rooms.get(need.roomId)) };
        case 'events':
          return { id, ...(await loadEvents(need.roomId, need.afterSeq)) };
        case 'marks':
          return { kind: 'marks', id, marks: await loadMarks(need.roomIds) };
      }
    },
    async ask(ask) {
      const { id, roomId } = ask;
      if (ask.kind === 'messages') {
        const place = ask.before === null ? {} : { before: ask.before };
        const page = await calls.message.list.query({ roomId, ...place });
        return { kind: 'messages', id, messages: page.items, hasOlder: page.hasBefore };
      }
      const page = await calls.room.members.query({ roomId, ...(ask.cursor === null ? {} : { cursor: ask.cursor }) });
      return { kind: 'members', id, members: page.items, nextCursor: page.nextCursor };
    },
  };
}

function isLookedAt({ isOpen, roster }: RoomView): boolean {
  return isOpen || roster !== null;
}

/** Rooms that something happened in while the list was read. */
function heldRooms({ held, userId }: StoreState): string[] {
  const roomIds = held.flatMap(({ roomId, seq }) => (roomId === undefined || seq === undefined ? [] : [roomId]));
  return [...new Set(roomIds)].filter((roomId) => roomId !== `u:${userId ?? ''}`);
}

function markOf(room: Room | null): OwnMark[] {
  return room === null || room.me === null ? [] : [{ roomId: room.id, readSeq: room.me.readSeq }];
}

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
