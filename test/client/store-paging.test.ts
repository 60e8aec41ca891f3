import { describe, expect, it } from 'vitest';
import { unreadOf } from '../../client/store/counts.js';
import { reduce } from '../../client/store/reduce.js';
import { messageWindow } from '../../client/store/state.js';
import type { StoreState } from '../../client/store/state.js';
import {
  asked,
  loaded,
  logged,
  member,
  message,
  paged,
  ready,
  room,
  roomId,
  seqs,
  started,
  told,
  view,
} from './reducer-set-up.js';

const open = { kind: 'open', roomId } as const;
const older = { kind: 'wantOlder', roomId } as const;
const everyone = { kind: 'wantMembers', roomId } as const;

/** The newest of nine messages is held, three of the others are unread. */
const backlog = (): StoreState =>
  started(loaded(10, { messages: [message(10)], unread: 4, me: member('ann', { readSeq: 6 }) }), open, older);

describe('older messages', () => {
  it('come before those that are held, until there are no more', () => {
    const asking = backlog();
    expect(asked(asking)).toMatchObject({ kind: 'messages', roomId, before: 10 });
    const more = paged(asking, [message(8), message(9)], true);
    expect(seqs(more)).toEqual([8, 9, 10]);
    const whole = paged(reduce(more, [older]), [message(7)], false);
    expect(seqs(whole)).toEqual([7, 8, 9, 10]);
    expect(view(whole).hasOlder).toBe(false);
    expect(reduce(whole, [older]).asks.size).toBe(0);
  });

  it('are asked for once, and again after a refusal', () => {
    const asking = backlog();
    expect(reduce(asking, [older]).asks.size).toBe(1);
    const refused = reduce(asking, [{ kind: 'refused', id: asked(asking).id }]);
    expect(refused.asks.size).toBe(0);
    expect(reduce(refused, [older]).asks.size).toBe(1);
  });

  it('were counted as unread already, and are so once', () => {
    const asking = backlog();
    expect(unreadOf(asking, roomId)?.unread).toBe(4);
    const more = paged(asking, [message(8), message(9)], true);
    expect(unreadOf(more, roomId)?.unread).toBe(4);
    const deleted = reduce(more, [logged(11, 'message.deleted', { messageIds: ['m8'] })]);
    expect(unreadOf(deleted, roomId)?.unread).toBe(3);
    expect(deleted.needs.size).toBe(0);
  });

  it('are asked for anew when something in them was told of meanwhile', () => {
    const edited = logged(11, 'message.updated', { message: message(9, { content: 'new' }) });
    const asking = backlog();
    const again = paged(asking, [message(8), message(9)], true, edited);
    expect(seqs(again)).toEqual([10]);
    expect(asked(again).id).not.toBe(asked(asking).id);
    const fresh = paged(again, [message(8), message(9, { content: 'new' })], true);
    expect(view(fresh).messages.map(({ content }) => content)).toEqual(['text 8', 'new', 'text 10']);
  });

  it('are asked for anew when one they quote was deleted meanwhile', () => {
    const { id, seq, senderId, sender, content, deletedAt } = message(3);
    const quoting = message(9, { replyTo: { id, seq, senderId, sender, content, deletedAt } });
    const gone = logged(11, 'message.deleted', { messageIds: [id] });
    expect(seqs(paged(backlog(), [quoting], true, gone))).toEqual([10]);
  });

  it('are not put before a gap that opened meanwhile', () => {
    const empty = started(loaded(3, { messages: [] }), older);
    expect(asked(empty)).toMatchObject({ before: null });
    const sent = [4, 5].map((seq) => logged(seq, 'message.created', { message: message(seq) }));
    const trimmed = reduce(empty, [...sent, { kind: 'trim', roomIds: [roomId] }]);
    expect(trimmed.asks.size).toBe(0);
    const late = { kind: 'messages', id: asked(empty).id, messages: [message(2)], hasOlder: false } as const;
    expect(seqs(reduce(trimmed, [late]))).toEqual([5]);
  });

  it('stay while somebody looks at the room, and are let go afterwards', () => {
    const total = messageWindow + 50;
    const all = Array.from({ length: total }, (_, index) => message(index + 2));
    const newest = all.at(-1) ?? message(0);
    const asking = started(loaded(newest.seq, { messages: [newest], unread: total }), open, older);
    const whole = paged(asking, all.slice(0, -1), false);
    expect(seqs(whole)).toHaveLength(total);
    const closed = reduce(whole, [{ kind: 'close', roomId }]);
    expect(seqs(closed)).toHaveLength(messageWindow);
    expect(view(closed).hasOlder).toBe(true);
    expect(unreadOf(closed, roomId)?.unread).toBe(total);
  });

  it('keep the own reactions they came with', () => {
    const reactions = [{ emoji: '👍', count: 2, mine: true }];
    const more = paged(backlog(), [message(9, { reactions })], true);
    expect([...view(more).reacted]).toEqual([['m9', ['👍']]]);
    const reaction = { messageId: 'm9', userId: 'ann', emoji: '🎉', action: 'add', replaced: '👍', reactions } as const;
    expect([...view(reduce(more, [logged(11, 'message.reaction', reaction)])).reacted]).toEqual([['m9', ['🎉']]]);
  });
});

describe('the members of a room', () => {
  it('come page by page', () => {
    const asking = started(loaded(3), everyone);
    const first = reduce(asking, [
      { kind: 'members', id: asked(asking).id, members: [member('bob')], nextCursor: 'c' },
    ]);
    expect([...view(first).members.keys()]).toEqual(['ann', 'bob']);
    const next = reduce(first, [everyone]);
    expect(asked(next)).toMatchObject({ kind: 'members', cursor: 'c' });
    const last = reduce(next, [{ kind: 'members', id: asked(next).id, members: [member('cat')], nextCursor: null }]);
    expect(view(last).roster).toEqual({ cursor: null, isWhole: true, isStale: false, asked: null });
    expect(reduce(last, [everyone]).asks.size).toBe(0);
  });

  it('do not come back when they left while they were asked for', () => {
    const asking = started(loaded(3), everyone);
    const left = logged(4, 'member.removed', { userIds: ['bob'], reason: 'left' });
    const answer = { kind: 'members', id: asked(asking).id, members: [member('bob')], nextCursor: null } as const;
    const again = reduce(asking, [left, answer]);
    expect([...view(again).members.keys()]).toEqual(['ann']);
    expect(asked(again).id).not.toBe(answer.id);
    expect(view(again).room?.memberCount).toBe(2);
  });
});

describe('the client store', () => {
  it('does not bring a deleted message back when an older event of it comes later', () => {
    const deletedAt = new Date(1);
    const tombstone = message(3, { content: null, deletedAt });
    const state = started(
      loaded(3, { messages: [tombstone], unread: 1 }),
      logged(4, 'message.updated', { message: message(3, { content: 'edited' }) }),
    );
    expect(view(state).messages).toEqual([tombstone]);
  });

  it('asks for all rooms when a stored cursor is resumed before anything is known', () => {
    const state = reduce(started(loaded(3)), [ready('ann', true)]);
    expect(state.loading).toBeNull();
    const fresh = reduce({ ...state, userId: null, rooms: new Map() }, [ready('ann', true)]);
    expect(fresh.loading).not.toBeNull();
  });

  it('forgets everything when the stream is another user’s', () => {
    const state = reduce(started(loaded(3)), [ready('eve', true)]);
    expect(state.rooms.size).toBe(0);
    expect(state.loading).not.toBeNull();
  });

  it('asks for a room that somebody looks at and that is not known', () => {
    const other = { kind: 'open', roomId: 'other' } as const;
    const state = reduce(started(loaded(3)), [other]);
    expect([...state.needs.values()]).toMatchObject([{ kind: 'room', roomId: 'other' }]);
    const [need] = state.needs.values();
    expect(reduce(state, [{ kind: 'room', id: need?.id ?? 0, loaded: null }]).rooms.has('other')).toBe(false);
  });

  it('calls users by their new name, wherever they stand', () => {
    const direct = loaded(3, { room: room(3, { kind: 'direct' }), peer: member('bob').user, messages: [message(3)] });
    const user = { id: 'bob', name: 'Bob', image: null };
    const { peer, messages } = view(started(direct, told('user.updated', { user })));
    expect([peer, messages[0]?.sender]).toEqual([user, user]);
  });
});
