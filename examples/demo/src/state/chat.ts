import { createChatClient } from '@confab/client';
import type { ChatEvent } from '@confab/client';
import { apply, needsRooms } from './apply';
import { createMarks } from './marks';
import type { Marks } from './marks';
import { changed, emptyState, merge } from './model';
import type { ChatState, Client, History } from './model';
import { createOutbox } from './outbox';
import type { Outbox } from './outbox';
import type { Session } from './session';
import { createStore } from './store';
import type { Store } from './store';

/** Everything the page shows and does, for one signed-in user. */
export interface Chat {
  readonly me: Session['user'];
  readonly client: Client;
  readonly store: Store<ChatState>;
  readonly outbox: Outbox;
  readonly marks: Marks;
  /** What was begun and not sent, by room. */
  readonly drafts: Map<string, string>;
  open(roomId: string | null): void;
  loadBefore(roomId: string): Promise<void>;
  refresh(): Promise<void>;
  /** Runs an action and shows why if it is refused. Resolves to whether it worked. */
  attempt(action: Promise<unknown>): Promise<boolean>;
  notice(text: string | null): void;
  close(): Promise<void>;
}

const pageSize = 40;

export function createChat(session: Session): Chat {
  const me = session.user;
  const client: Client = createChatClient({ url: new URL('/trpc', location.href).href, token: session.token });
  const store = createStore(emptyState);
  const marks = createMarks(client, store);

  const notice = (text: string | null): void => store.update((state) => ({ ...state, notice: text }));

  async function attempt(action: Promise<unknown>): Promise<boolean> {
    try {
      await action;
      return true;
    } catch (error) {
      notice(error instanceof Error ? error.message : 'That did not work.');
      return false;
    }
  }

  async function refresh(): Promise<void> {
    const { items } = await client.api.chat.room.list.query({ limit: 100 });
    store.update((state) => ({
      ...state,
      rooms: Object.fromEntries(items.map((room) => [room.id, room])),
      hasRooms: true,
    }));
    for (const { id, lastMessage } of items) if (lastMessage !== null) marks.delivered(id, lastMessage.seq);
    const userIds = items.flatMap(({ peer }) => (peer === null ? [] : [peer.id])).slice(0, 100);
    if (userIds.length === 0) return;
    const presence = await client.api.chat.presence.get.query({ userIds });
    const byId = Object.fromEntries(presence.items.map((item) => [item.userId, item]));
    store.update((state) => ({ ...state, presence: { ...state.presence, ...byId } }));
  }

  async function load(roomId: string): Promise<void> {
    // Begins empty: events that come while the page is on its way are put into it.
    const empty = { items: [], hasBefore: false, isLoading: true };
    store.update((state) => ({ ...state, histories: { ...state.histories, [roomId]: empty } }));
    const [page, members] = await Promise.all([
      client.api.chat.message.list.query({ roomId, limit: pageSize }),
      client.api.chat.room.members.query({ roomId, limit: 100 }),
    ]);
    store.update((state) => ({
      ...state,
      histories: {
        ...state.histories,
        [roomId]: {
          items: merge(page.items, state.histories[roomId]?.items ?? []),
          hasBefore: page.hasBefore,
          isLoading: false,
        },
      },
      members: { ...state.members, [roomId]: members.items },
    }));
  }

  async function loadBefore(roomId: string): Promise<void> {
    const history = store.get().histories[roomId];
    const oldest = history?.items[0];
    if (history === undefined || oldest === undefined || !history.hasBefore || history.isLoading) return;
    const set = (change: (now: History) => History): void =>
      store.update((state) => ({ ...state, histories: changed(state.histories, roomId, change) }));
    set((now) => ({ ...now, isLoading: true }));
    try {
      const page = await client.api.chat.message.list.query({ roomId, before: oldest.seq, limit: pageSize });
      set((now) => ({ items: merge(now.items, page.items), hasBefore: page.hasBefore, isLoading: false }));
    } catch {
      set((now) => ({ ...now, isLoading: false }));
    }
  }

  function onEvent(event: ChatEvent): void {
    store.update((state) => apply(state, event, me.id));
    if (needsRooms(store.get(), event)) {
      const { selected } = store.get();
      void attempt(refresh());
      const isStale = event.type === 'resync' || (event.type === 'room.limited' && event.roomId === selected);
      if (isStale && selected !== null) void attempt(load(selected));
    }
    if (
      event.type === 'message.created' &&
      event.roomId !== undefined &&
      event.seq !== undefined &&
      event.actorId !== me.id
    ) {
      marks.delivered(event.roomId, event.seq);
    }
  }

  client.on('*', onEvent);

  return {
    me,
    client,
    store,
    marks,
    drafts: new Map(),
    outbox: createOutbox(client, store),
    open(roomId) {
      const room = roomId === null ? undefined : store.get().rooms[roomId];
      const unreadAfter = room !== undefined && room.unread > 0 ? (room.me?.readSeq ?? null) : null;
      store.update((state) => ({ ...state, selected: roomId, unreadAfter, notice: null }));
      if (roomId !== null && store.get().histories[roomId] === undefined) void attempt(load(roomId));
    },
    loadBefore,
    refresh,
    attempt,
    notice,
    async close() {
      marks.stop();
      await client.close();
    },
  };
}
