import { expect, it } from 'vitest';
import { createCore } from '../../client/live/core.js';
import { tidy } from '../../client/live/tidy.js';
import { loaded, logged, message, ready, roomId } from './reducer-set-up.js';
import type { Input } from '../../client/store/state.js';

/** As many rooms of full windows as hold more than is kept. */
const rooms = 110;
const messagesEach = 200;

function said(room: string, seq: number): Input {
  const input = logged(seq, 'message.created', {
    message: message(seq, { roomId: room, createdAt: new Date(Number(room) * 1_000 + seq) }),
  });
  return input.kind === 'event' ? { ...input, event: { ...input.event, roomId: room } as never } : input;
}

it('a client lets go of old messages of quiet rooms before they fill the memory, but not of what is looked at', () => {
  const core = createCore();
  tidy(core);
  core.take(ready('ann'));
  const { loading } = core.state;
  const ids = Array.from({ length: rooms }, (_, index) => String(index));
  const template = loaded(1, { messages: [], unread: 0 });
  const told = ids.map((id) => ({ ...template, room: { ...template.room, id }, me: { ...template.me, roomId: id } }));
  core.take({ kind: 'rooms', id: loading ?? 0, rooms: told });
  core.take({ kind: 'open', roomId: '0' });
  for (const id of ids) for (let seq = 2; seq < messagesEach + 2; seq += 1) core.take(said(id, seq));
  const held = [...core.state.rooms.values()].map(({ messages }) => messages.length);
  expect(core.state.rooms.has(roomId)).toBe(false);
  expect(held.reduce((sum, count) => sum + count, 0)).toBeLessThan(22_000);
  expect([held[0], held[1], held.at(-1)]).toEqual([messagesEach, 1, messagesEach]);
});
