import { StrictMode, createElement as h, memo, useCallback, useState, useSyncExternalStore } from 'react';
import type { ReactElement } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createChatClient, defineClientPlugin } from '@confab/client';
import type { ChatClient, ChatContract, EventOf, ListedMessage, PluginTools } from '@confab/client';
import {
  ChatProvider,
  useAutoRead,
  useClient,
  useConnection,
  useEvent,
  useMe,
  useMembers,
  useMessages,
  usePresence,
  useRoom,
  useRooms,
  useSend,
  useThread,
  useTyping,
  useUnread,
} from '@confab/client/react';

/** What a test looks at and calls in the page. */
export interface HooksPage {
  /** How often each component was rendered, by its name. */
  readonly renders: Record<string, number>;
  /** What the hooks hold of the store at the moment. */
  readonly held: { subscriptions: number; openings: number; threads: number; presences: number };
  /** Types of the events that `useEvent` heard of. */
  readonly heard: string[];
  /** Shows the page of a user; the client before is closed. */
  show(token: string): void;
  hydrate(token: string): void;
  unmount(): void;
  close(): Promise<void>;
}

declare global {
  interface Window {
    hooks: HooksPage;
  }
}

type Client = ChatClient<ChatContract>;

const renders: Record<string, number> = {};
const held = { subscriptions: 0, openings: 0, threads: 0, presences: 0 };
const heard: string[] = [];

function count(name: string): void {
  renders[name] = (renders[name] ?? 0) + 1;
}

/** How often each word was said, over all rooms: state of a plugin's own, made of events. */
const words = defineClientPlugin({
  id: 'words',
  setup({ on }: PluginTools<unknown, EventOf<'message.created'>>): Words {
    const counts = new Map<string, number>();
    const listeners = new Set<() => void>();
    on('message.created', ({ data }) => {
      const word = data.message.content ?? '';
      counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const listener of listeners) listener();
    });
    return {
      of: (word) => counts.get(word) ?? 0,
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
  },
});

interface Words {
  of(word: string): number;
  subscribe(listener: () => void): () => void;
}

const Row = memo(function Row({ message }: { readonly message: ListedMessage }) {
  count(`row ${message.content}`);
  return h('li', null, message.content);
});

const Pane = memo(function Pane({ roomId, name }: { readonly roomId: string; readonly name: string }) {
  count(`pane ${name}`);
  const { room } = useRoom(roomId);
  const { messages, outgoing, hasOlder, loadOlder } = useMessages(roomId);
  const { users, setTyping } = useTyping(roomId);
  const { send, retry, discard, isSending, error } = useSend(roomId);
  const { members } = useMembers(roomId);
  const { unread } = useUnread(roomId);
  const root = messages.find(({ threadCount }) => threadCount > 0);
  return h(
    'section',
    { 'aria-label': name },
    h('h2', null, room?.name),
    h('p', { className: 'typing' }, users.map((user) => user.name).join()),
    h('p', { className: 'facts' }, `${members.length} members, ${unread} unread, ${isSending ? 'sending' : 'idle'}`),
    hasOlder && h('button', { onClick: loadOlder }, 'Older'),
    h(
      'ol',
      null,
      messages.map((message) => h(Row, { key: message.key, message })),
      outgoing.map(({ key, clientId, content, status }) =>
        h(
          'li',
          { key, 'aria-busy': status !== 'failed' },
          content,
          status === 'failed' && h('button', { onClick: () => retry(clientId) }, 'Retry'),
          status === 'failed' && h('button', { onClick: () => discard(clientId) }, 'Discard'),
        ),
      ),
    ),
    root !== undefined && h(Talk, { roomId, threadId: root.id }),
    error !== null && h('p', { role: 'alert' }, error.sentence),
    h('input', {
      'aria-label': `Say in ${name}`,
      onChange: () => setTyping(true),
      onKeyDown: ({ key, currentTarget }: { readonly key: string; readonly currentTarget: HTMLInputElement }) => {
        if (key === 'Enter') send(currentTarget.value);
      },
    }),
  );
});

/** The thread of a message. */
function Talk({ roomId, threadId }: { readonly roomId: string; readonly threadId: string }) {
  const { root, messages, outgoing, send, markRead } = useThread(roomId, threadId);
  return h(
    'aside',
    { 'aria-label': `Thread of ${root?.content}` },
    messages.map(({ key, content }) => h('p', { key }, content)),
    outgoing.map(({ key, content }) => h('p', { key, 'aria-busy': true }, content)),
    h('button', { onClick: () => send('an answer') }, 'Answer'),
    h('button', { onClick: markRead }, 'Read the thread'),
  );
}

function Reader({ roomId }: { readonly roomId: string }) {
  useAutoRead(roomId);
  return null;
}

interface LineProps {
  readonly roomId: string;
  readonly onToggle: (roomId: string) => void;
}

const Line = memo(function Line({ roomId, onToggle }: LineProps) {
  const { room } = useRoom(roomId);
  const { unread } = useUnread(roomId);
  const status = usePresence(room?.peer?.id ?? null)?.status;
  count(`line ${room?.name}`);
  const title = `${room?.name ?? room?.peer?.name} (${unread})${status ?? ''}`;
  return h('button', { onClick: () => onToggle(roomId) }, title);
});

function Spoken(): ReactElement {
  const own = useClient().use(words);
  const times = useSyncExternalStore(
    own.subscribe,
    () => own.of('hello'),
    () => 0,
  );
  return h('p', { className: 'spoken' }, `hello ×${times}`);
}

function Listener({ type }: { readonly type: 'message.created'; readonly children?: ReactElement }) {
  useEvent(type, ({ data }) => heard.push(data.message.content ?? ''));
  return null;
}

/** Everything, with a pane for each room that was chosen. */
export function Chat({ children }: { readonly children?: ReactElement }): ReactElement {
  count('chat');
  const me = useMe();
  const { rooms, isLoading } = useRooms();
  const { unread } = useUnread();
  const { state } = useConnection();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [readId, setRead] = useState<string | null>(null);
  const toggle = useCallback((roomId: string) => {
    setChosen((ids) => (ids.includes(roomId) ? ids.filter((id) => id !== roomId) : [...ids, roomId]));
  }, []);
  return h(
    'main',
    { 'data-state': state },
    h('h1', null, isLoading ? 'Loading' : `${me?.name}: ${unread} unread`),
    rooms.map(({ id }) => h(Line, { key: id, roomId: id, onToggle: toggle })),
    chosen.map((id) => h(Pane, { key: id, roomId: id, name: rooms.find((room) => room.id === id)?.name ?? '' })),
    h('button', { onClick: () => setRead(chosen[0] ?? null) }, 'Read the first'),
    readId !== null && h(Reader, { roomId: readId }),
    children,
  );
}

/** The client, counting what is held of its store. */
function counted(client: Client): Client {
  const { store } = client;
  const hold = <Args extends readonly unknown[]>(kind: keyof typeof held, take: (...args: Args) => () => void) => {
    return (...args: Args) => {
      const release = take(...args);
      held[kind] += 1;
      return () => {
        held[kind] -= 1;
        release();
      };
    };
  };
  const subscribe = hold('subscriptions', store.subscribe);
  const own = { ...store, subscribe, open: hold('openings', store.open) };
  const looks = {
    openThread: hold('threads', store.openThread),
    watchPresence: hold('presences', store.watchPresence),
  };
  return { ...client, store: { ...own, ...looks } };
}

/** The page of a client, as a server renders it and a browser takes it over. */
export function pageOf(client: Client): ReactElement {
  return h(StrictMode, null, h(ChatProvider<ChatContract>, { client }, h(Chat)));
}

function start(): void {
  const place = document.getElementById('root');
  if (place === null) throw new Error('The page has no #root.');
  let client: Client | undefined;
  let root: ReturnType<typeof createRoot> | undefined;

  function open(token: string): Client {
    client = createChatClient({ url: new URL('/trpc', location.href).href, token, retry: { baseMs: 50, maxMs: 200 } });
    return counted(client);
  }

  window.hooks = {
    renders,
    held,
    heard,
    show(token) {
      const before = client;
      root ??= createRoot(place);
      const page = h(Chat, null, h('aside', null, h(Spoken), h(Listener, { type: 'message.created' })));
      root.render(h(StrictMode, null, h(ChatProvider<ChatContract>, { client: open(token) }, page)));
      void before?.close();
    },
    hydrate(token) {
      root = hydrateRoot(place, pageOf(open(token)));
    },
    unmount: () => root?.unmount(),
    close: async () => client?.close(),
  };
}

if (typeof document !== 'undefined') start();
