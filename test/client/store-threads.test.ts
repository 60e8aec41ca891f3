import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { TRPCClientError } from '@trpc/client';
import type { ChatEvent, MessageState } from '@confab/shared';
import type { ChatCalls } from '../../client/live/calls.js';
import { createStore } from '../../client/live/store.js';
import { createStatusBoard } from '../../client/status.js';
import { loaded, logged, member, message, ready, roomId, told } from './reducer-set-up.js';

/** A call that waits for an answer of the test's. */
interface Asked {
  readonly path: string;
  readonly input: Record<string, unknown>;
  answer(value: unknown): Promise<void>;
  refuse(): Promise<void>;
}

const rest = () => new Promise((resolve) => setTimeout(resolve));
const threadId = 'm1';
const root = (threadCount: number) => message(1, { threadCount });
const reply = (seq: number, more: Partial<MessageState> = {}) => message(seq, { threadId, ...more });
const mine = (seq: number, clientId: string) =>
  reply(seq, { senderId: 'ann', sender: { id: 'ann', name: null, image: null }, clientId });
const page = (items: readonly MessageState[], hasBefore = false) => ({ items, hasBefore, hasAfter: false });

/** Ann's store, whose every call and event is up to the test; she knows one room, of which the log stands at 3. */
async function desk(lastMessage: unknown = null) {
  const asked: Asked[] = [];
  const call = (path: string) => (input: Record<string, unknown>) =>
    new Promise((resolve, reject) => {
      asked.push({
        path,
        input,
        answer: (value) => (resolve(value), rest()) as Promise<void>,
        refuse: () => (reject(refusal()), rest()) as Promise<void>,
      });
    });
  const calls = new Proxy(
    {},
    {
      get: (_calls, namespace: string) =>
        new Proxy(call(namespace), {
          get: (_procedures, name: string) => {
            if (name === 'query' || name === 'mutate') return call(namespace);
            return { query: call(`${namespace}.${name}`), mutate: call(`${namespace}.${name}`) };
          },
        }),
    },
  ) as unknown as ChatCalls;
  const board = createStatusBoard();
  board.show('live');
  const store = createStore({
    ...{ calls, connection: board.connection, retry: { baseMs: 1, maxMs: 1 } },
    start: () => undefined,
  });
  store.subscribe(() => undefined);

  /** Takes the oldest call of this name that was not answered; of a page, one of the thread. */
  async function next(path: string, of: string | undefined = path === 'message.list' ? threadId : undefined) {
    for (let left = 50; left > 0; left -= 1) {
      const at = asked.findIndex(
        (each) => each.path === path && (of === undefined || (each.input['threadId'] ?? '') === of),
      );
      if (at >= 0) return asked.splice(at, 1)[0] as Asked;
      await rest();
    }
    throw new Error(`Nobody asked for ${path}, only for ${asked.map((each) => each.path).join(', ')}.`);
  }

  async function emit(...inputs: readonly ReturnType<typeof told>[]): Promise<void> {
    for (const input of inputs) if (input.kind === 'event') store.receive(input.event, input.id);
    await rest();
  }

  /** Answers what a thread is read with. */
  async function answerThread(replies: readonly MessageState[], { hasBefore = false, count = replies.length } = {}) {
    await (await next('message.list')).answer(page(replies, hasBefore));
    await (await next('message.get')).answer(root(count));
  }

  await emit(ready('ann'));
  const { room, me } = loaded(3);
  const line = { ...room, me: { ...me, notify: 'all', archived: false, pinned: false }, peer: null, lastMessage };
  await (await next('room.list')).answer({ items: [{ ...line, unread: 0, mentions: 0 }], nextCursor: null });
  const close = store.openThread(roomId, threadId);
  const thread = () => store.thread(roomId, threadId);
  const said = () => thread().messages.map(({ id }) => id);
  return { store, board, asked, next, emit, answerThread, thread, said, close };
}

function refusal(): Error {
  const shape = { message: 'It broke.', code: -32_603, data: { code: 'INTERNAL_SERVER_ERROR' } };
  return TRPCClientError.from({ error: shape } as never);
}

function created(seq: number, { ...given }: MessageState, count: number) {
  return logged(seq, 'message.created', { message: given, thread: { threadId, count } });
}

/** An event in Ann's own log. */
function own(seq: number, type: string, data: unknown, roomOf = 'u:ann') {
  const event = { type, at: new Date(0), roomId: roomOf, seq, data } as ChatEvent;
  return { kind: 'event', id: 'cursor', event } as const;
}

const hidden = (seq: number, ...messageIds: string[]) => own(seq, 'message.hidden', { roomId, messageIds });

describe('a thread in the store of a client', () => {
  it('shows a message once that comes before the answer to it', async () => {
    const { store, emit, next, answerThread, thread, said } = await desk();
    await answerThread([reply(2)]);
    const clientId = store.send(roomId, { threadId, content: 'mine' });
    const sending = await next('message.send');
    await emit(created(4, mine(4, clientId), 2));
    expect(said()).toEqual(['m2', 'm4']);
    expect(thread().outgoing).toEqual([]);
    await sending.answer(mine(4, clientId));
    expect(said()).toEqual(['m2', 'm4']);
    expect(thread().outgoing).toEqual([]);
  });

  it('keeps what is said while it is loaded in sight', async () => {
    const { store, emit, next, answerThread, thread, said } = await desk();
    const clientId = store.send(roomId, { threadId, content: 'mine' });
    await (await next('message.send')).answer(mine(4, clientId));
    await emit(created(4, mine(4, clientId), 1));
    expect(thread().outgoing).toMatchObject([{ clientId }]);
    await answerThread([reply(2)]);
    expect(said()).toEqual(['m2', 'm4']);
    expect(thread().outgoing).toEqual([]);
  });

  it('gets what is missing in the stream', async () => {
    const { emit, next, answerThread, said } = await desk();
    await answerThread([reply(2)]);
    await emit(created(5, reply(5), 3));
    await (await next('sync')).answer({ events: [], more: false, headSeq: 5 });
    await answerThread([reply(2), reply(4), reply(5)]);
    expect(said()).toEqual(['m2', 'm4', 'm5']);
  });

  it('is asked for until it is there when it has to be read again', async () => {
    const { emit, next, answerThread, thread, said } = await desk();
    await answerThread([reply(2)]);
    await emit(told('resync', { reason: 'too_much' }));
    await (await next('message.list')).refuse();
    expect(thread().error).toMatchObject({ sentence: 'It broke.' });
    expect(said()).toEqual(['m2']);
    await answerThread([reply(2), reply(3)]);
    expect(said()).toEqual(['m2', 'm3']);
    expect(thread().error).toBeNull();
  });

  it('shows no message that was hidden before it came', async () => {
    const { emit, answerThread, thread, said } = await desk();
    await answerThread([reply(2)]);
    await emit(hidden(1, 'm4'), created(4, reply(4), 2), created(5, reply(5), 3));
    expect(said()).toEqual(['m2', 'm5']);
    expect(thread().root?.threadCount).toBe(3);
  });

  it('is absent once the message it hangs on is hidden, as it is when it is read again', async () => {
    const { emit, answerThread, thread } = await desk();
    await answerThread([reply(2)]);
    await emit(hidden(1, threadId));
    expect(thread()).toMatchObject({ status: 'absent', root: null, messages: [] });
  });

  it('loads no page any more once one is out of the room', async () => {
    const { store, emit, next, answerThread, thread } = await desk();
    await answerThread([reply(2)], { hasBefore: true });
    store.loadOlderInThread(threadId);
    const older = await next('message.list');
    expect(thread().isLoadingOlder).toBe(true);
    await emit(logged(4, 'member.removed', { userIds: ['ann'], reason: 'removed' }));
    expect(thread()).toMatchObject({ status: 'absent', isLoadingOlder: false });
    await older.answer(page([]));
    expect(thread()).toMatchObject({ status: 'absent', isLoadingOlder: false });
  });

  it('is not shown to the user who signs in next', async () => {
    const { store, emit, next, answerThread, thread } = await desk();
    await answerThread([reply(2)]);
    store.markThreadRead(threadId);
    await (await next('thread.read')).answer({});
    await emit(ready('cy'));
    expect(thread()).toMatchObject({ status: 'loading', root: null, messages: [] });
    await answerThread([reply(2)]);
    store.markThreadRead(threadId);
    expect((await next('thread.read')).input).toEqual({ threadId, seq: 2 });
  });

  it('can be marked as read again when that failed', async () => {
    const { store, next, answerThread } = await desk();
    await answerThread([reply(2)]);
    store.markThreadRead(threadId);
    await (await next('thread.read')).refuse();
    store.markThreadRead(threadId);
    expect((await next('thread.read')).input).toEqual({ threadId, seq: 2 });
  });

  it('shows what is said to oneself alone, beside what was said before it', async () => {
    const { emit, answerThread, thread, said } = await desk();
    await answerThread([]);
    // Such a message has no place of its own in the log: it stands where the one before it stands.
    await emit(own(1, 'message.echo', { roomId, messageId: 'ghost' }));
    await answerThread([reply(1, { id: 'ghost' }), reply(2), reply(2, { id: 'next' })], { count: 1 });
    expect(thread().root?.id).toBe(threadId);
    expect(said()).toEqual(['ghost', 'm2', 'next']);
  });

  it('tells of no error of a reading that was given up', async () => {
    const { emit, next, answerThread, thread } = await desk();
    const first = await next('message.list');
    await emit(logged(4, 'member.added', { members: [member('ann')], room: loaded(4).room }));
    await answerThread([reply(2)]);
    await first.refuse();
    expect(thread()).toMatchObject({ status: 'ready', error: null });
  });

  it('is absent without an error, whatever went wrong before', async () => {
    const { emit, next, thread } = await desk();
    await (await next('message.list')).refuse();
    expect(thread().error).not.toBeNull();
    await emit(logged(4, 'member.removed', { userIds: ['ann'], reason: 'removed' }));
    expect(thread()).toMatchObject({ status: 'absent', error: null });
  });

  it('begins without the error it was closed with', async () => {
    const { store, board, next, thread, close } = await desk();
    await (await next('message.list')).refuse();
    expect(thread().error).not.toBeNull();
    close();
    await rest();
    board.show('waiting');
    store.openThread(roomId, threadId);
    expect(thread()).toMatchObject({ status: 'loading', isLoading: true, error: null });
  });

  it('ends with a page that nothing is on, whatever that says', async () => {
    const { store, next, answerThread, thread } = await desk();
    await answerThread([reply(2)], { hasBefore: true });
    store.loadOlderInThread(threadId);
    await (await next('message.list')).answer(page([], true));
    expect(thread()).toMatchObject({ hasOlder: false, isLoadingOlder: false });
  });

  it('is held by nobody once it is closed', async () => {
    const { answerThread, thread, said, close } = await desk();
    await answerThread([reply(2)]);
    expect(said()).toEqual(['m2']);
    const held = new WeakRef(thread());
    close();
    await rest();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    await rest();
    expect(held.deref()).toBeUndefined();
  });

  it('is read in the room it is opened in, also where it was let go of in another a moment before', async () => {
    const { store, next } = await desk();
    const other = store.openThread('other', 'm9');
    expect((await next('message.list', 'm9')).input['roomId']).toBe('other');
    // As a page does that is told of the room a moment after the thread.
    other();
    store.openThread(roomId, 'm9');
    expect((await next('message.list', 'm9')).input['roomId']).toBe(roomId);
  });

  it('leaves the objects of the room as they are', async () => {
    const reacted = { ...root(0), reactions: [{ emoji: '👍', count: 1, mine: true }] };
    const { store, emit, next, thread } = await desk(reacted);
    await (await next('message.list')).answer(page([]));
    await (await next('message.get')).answer(reacted);
    await emit(
      logged(4, 'message.updated', { message: { ...root(0), content: 'new', reactions: [{ emoji: '👍', count: 1 }] } }),
    );
    const [before] = store.messages(roomId).messages;
    expect(before).toMatchObject({ content: 'new', reactions: [{ mine: true }] });
    expect(thread().root).toEqual(before);
    await emit(logged(5, 'message.created', { message: message(5) }));
    expect(store.messages(roomId).messages[0]).toBe(before);
  });
});
