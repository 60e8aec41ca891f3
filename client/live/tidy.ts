import type { RoomView } from '../store/state.js';
import type { Core } from './core.js';

/** Messages held of rooms that nobody looks at. */
const most = 20_000;
/** Messages that come between two counts. */
const pause = 1_000;

/** Keeps only the newest message of the rooms that have been quiet longest, once too many are held in all. */
export function tidy(core: Core): void {
  let since = 0;
  core.watch((_before, { rooms }, input) => {
    if (input.kind !== 'event' || input.event.type !== 'message.created') return;
    since += 1;
    if (since < pause) return;
    since = 0;
    const closed = [...rooms.values()].filter(({ isOpen, messages }) => !isOpen && messages.length > 1);
    let held = closed.reduce((sum, { messages }) => sum + messages.length, 0);
    if (held <= most) return;
    const roomIds: string[] = [];
    for (const view of closed.sort((one, other) => newestOf(one) - newestOf(other))) {
      if (held <= most / 2) break;
      held -= view.messages.length - 1;
      roomIds.push(view.roomId);
    }
    core.take({ kind: 'trim', roomIds });
  });
}

function newestOf({ messages }: RoomView): number {
  return messages.at(-1)?.createdAt.getTime() ?? 0;
}
