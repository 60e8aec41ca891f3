import type { MessageState } from '@confab/shared';
import { describe, expect, it } from 'vitest';
import { unreadOf } from '../../../client/store/counts.js';
import { reduce } from '../../../client/store/reduce.js';
import { applyToThread, unknownThread, withLoaded } from '../../../client/store/thread-view.js';
import {
  asked,
  loaded,
  logged,
  message,
  paged,
  roomId,
  seqs,
  started,
  told,
  view,
} from '../../client/reducer-set-up.js';

const root = message(3);

function reply(seq: number, more: Partial<MessageState> = {}): MessageState {
  return message(seq, { threadId: root.id, ...more });
}

const replied = (seq: number, count: number, more: Partial<MessageState> = {}) =>
  logged(seq, 'message.created', { message: reply(seq, more), thread: { threadId: root.id, count } });

const deleted = (seq: number, messageIds: string[], count: number) =>
  logged(seq, 'message.deleted', { messageIds, threads: [{ threadId: root.id, count, messageIds }] });

const rootIn = (state: Parameters<typeof view>[0]) => view(state).messages.find(({ id }) => id === root.id);

/** The room with one message, which is read. */
const begun = () =>
  started(loaded(3, { messages: [root] }), told('receipt.read', { userId: 'ann', seq: 3, at: root.createdAt }));

describe('a room whose threads are talked in', () => {
  it('shows nothing of it but how much there is', () => {
    const state = reduce(begun(), [
      replied(4, 1),
      replied(5, 2),
      logged(6, 'message.created', { message: message(6) }),
    ]);
    expect(seqs(state)).toEqual([3, 6]);
    expect(view(state).seq).toBe(6);
    expect(rootIn(state)?.threadCount).toBe(2);
    expect(state.needs.size).toBe(0);
  });

  it('counts none of it as unread', () => {
    const state = reduce(begun(), [replied(4, 1, { mentions: ['ann'] }), replied(5, 2)]);
    expect(unreadOf(state, roomId)).toEqual({ unread: 0, mentions: 0, isExact: true });
  });

  it('takes what the thread holds as it is told, whatever was known before', () => {
    const newer = started(loaded(3, { messages: [message(3, { threadCount: 7 })] }));
    const state = reduce(newer, [replied(4, 6), replied(5, 7)]);
    expect(rootIn(state)?.threadCount).toBe(7);
    expect(rootIn(reduce(state, [replied(5, 7), replied(4, 6)]))?.threadCount).toBe(7);
  });

  it('holds less when something in it is deleted, and asks for nothing because of that', () => {
    const unread = { unread: 30, mentions: 0, messages: [root] };
    const state = reduce(started(loaded(3, unread)), [replied(4, 1), deleted(5, ['m4'], 0)]);
    expect(rootIn(state)?.threadCount).toBe(0);
    expect(state.needs.size).toBe(0);
    expect(unreadOf(state, roomId)).toMatchObject({ unread: 30, isExact: true });
  });

  it('still asks when beside them something was deleted that it does not hold', () => {
    const unread = { unread: 30, mentions: 0, messages: [root] };
    const both = { messageIds: ['m4', 'm1'], threads: [{ threadId: root.id, count: 0, messageIds: ['m4'] }] };
    const state = reduce(started(loaded(3, unread)), [replied(4, 1), logged(5, 'message.deleted', both)]);
    expect([...state.needs.values()]).toMatchObject([{ kind: 'room', roomId }]);
  });

  it('tells how much there is below a deleted message, too', () => {
    const gone = logged(4, 'message.deleted', { messageIds: [root.id] });
    const state = reduce(begun(), [gone, replied(5, 2)]);
    expect(rootIn(state)).toMatchObject({ content: null, threadCount: 2 });
  });

  it('counts what the user hid, because it is there for the others', () => {
    const hidden = { type: 'message.hidden', at: root.createdAt, roomId: 'u:ann', seq: 1 } as const;
    const data = { roomId, messageIds: ['m4'] };
    const state = reduce(begun(), [{ kind: 'event', id: 'cursor', event: { ...hidden, data } }, replied(4, 1)]);
    expect(rootIn(state)?.threadCount).toBe(1);
  });

  it('asks anew for a page that was read before the thread grew', () => {
    const state = reduce(started(loaded(9, { messages: [message(9)] })), [{ kind: 'wantOlder', roomId }]);
    const again = paged(state, [root], false, replied(10, 1));
    expect(asked(again)).toMatchObject({ kind: 'messages', before: 9 });
    expect(rootIn(paged(again, [message(3, { threadCount: 1 })], false))?.threadCount).toBe(1);
  });

  it('takes it for news of the user’s own where their standing in a thread changed', () => {
    const standing = { roomId, threadId: root.id, following: true, readSeq: 3 };
    const event = { type: 'thread.updated', at: root.createdAt, roomId: 'u:ann', seq: 1, data: standing } as const;
    const state = reduce(begun(), [{ kind: 'event', id: 'cursor', event }]);
    expect(state.personalSeq).toBe(1);
    expect(view(state)).toBe(view(begun()) && view(state));
    expect(state.rooms.size).toBe(1);
    expect(state.needs.size).toBe(0);
  });
});

describe('a thread that somebody looks at', () => {
  const thread = (...messages: MessageState[]) =>
    withLoaded(unknownThread(roomId, root.id, 'ann'), [...messages, root], false);
  const eventOf = (input: ReturnType<typeof logged>) => {
    if (input.kind !== 'event') throw new Error('This is no event.');
    return input.event;
  };
  const after = (start: ReturnType<typeof thread>, ...inputs: ReturnType<typeof logged>[]) =>
    inputs.map(eventOf).reduce(applyToThread, start);

  it('takes what is said in it, once and in its place, and nothing else', () => {
    const elsewhere = logged(7, 'message.created', { message: message(7, { threadId: 'other' }) });
    const beside = logged(8, 'message.created', { message: message(8) });
    const state = after(thread(reply(5)), replied(6, 2), replied(6, 2), replied(4, 3), elsewhere, beside);
    expect(state.messages.map(({ seq }) => seq)).toEqual([3, 4, 5, 6]);
    expect(state.messages[0]?.threadCount).toBe(3);
  });

  it('leaves out what belongs to a page that is not there yet', () => {
    const short = { ...thread(reply(5)), hasOlder: true };
    expect(after(short, replied(4, 2)).messages.map(({ seq }) => seq)).toEqual([3, 5]);
    const whole = withLoaded(short, [reply(4)], false);
    expect(whole.messages.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(whole.hasOlder).toBe(false);
  });

  it('follows edits, deletions, reactions and pins of the message it hangs on as of the others', () => {
    const edited = logged(6, 'message.updated', { message: message(3, { content: 'better' }) });
    const data = {
      messageId: 'm5',
      userId: 'ann',
      emoji: '+',
      action: 'add',
      reactions: [{ emoji: '+', count: 1 }],
    } as const;
    const pinned = logged(8, 'message.pinned', { messageId: root.id, pinned: true });
    const state = after(
      thread(reply(4), reply(5)),
      edited,
      logged(7, 'message.reaction', data),
      pinned,
      deleted(9, ['m4'], 1),
    );
    expect(state.messages).toMatchObject([
      { content: 'better', pinnedAt: root.createdAt },
      { content: null, deletedAt: root.createdAt },
      { reactions: [{ emoji: '+', count: 1 }] },
    ]);
    expect(state.reacted.get('m5')).toEqual(['+']);
  });

  it('leaves out what the user hid', () => {
    const hidden = {
      type: 'message.hidden',
      at: root.createdAt,
      roomId: 'u:ann',
      seq: 1,
      data: { roomId, messageIds: ['m4'] },
    } as const;
    const state = applyToThread(thread(reply(4), reply(5)), hidden);
    expect(state.messages.map(({ seq }) => seq)).toEqual([3, 5]);
  });
});
