import type { Audience } from '../../bus/bus.js';
import type { Streams } from '../../events/streams.js';
import type { Clock, Timer } from '../../ports.js';

/** A mark that moved, on its way to those who should know. */
export interface ReceiptNews {
  readonly type: 'receipt.delivered' | 'receipt.read';
  readonly roomId: string;
  readonly userId: string;
  readonly seq: number;
  readonly at: Date;
  readonly to: Audience;
}

/** Lets receipts out at most once a second per user and room: the first at once, of what follows the last. */
export interface ReceiptPace {
  /** Never throws. Only for marks that are committed. */
  tell(news: ReceiptNews): void;
  /** Says nothing more and drops every timer; receipts are not kept, so nothing is lost that a refetch lacks. */
  close(): void;
}

export interface ReceiptPaceOptions {
  readonly clock: Clock;
  readonly streams: Pick<Streams, 'announce'>;
  /** Users times rooms paced at once; beyond it receipts are dropped. @default 50_000 */
  readonly max?: number;
}

interface Held {
  readonly timer: Timer;
  read: ReceiptNews | undefined;
  delivered: ReceiptNews | undefined;
}

const everyMs = 1_000;

export function createReceiptPace({ clock, streams, max = 50_000 }: ReceiptPaceOptions): ReceiptPace {
  const held = new Map<string, Held>();
  let isClosed = false;

  const letOut = ({ type, roomId, userId, seq, at, to }: ReceiptNews): void =>
    streams.announce(to, { type, at, actorId: userId, roomId, data: { userId, seq, at } });

  const hold = (key: string, read?: ReceiptNews, delivered?: ReceiptNews): void => {
    held.set(key, { timer: clock.after(everyMs, () => release(key)), read, delivered });
  };

  const release = (key: string): void => {
    const waiting = held.get(key);
    held.delete(key);
    const { read, delivered } = waiting ?? {};
    const next = read ?? delivered;
    if (isClosed || next === undefined) return;
    // Reading says that it arrived, too.
    const isLeft = read !== undefined && delivered !== undefined && delivered.seq > read.seq;
    hold(key, undefined, isLeft ? delivered : undefined);
    letOut(next);
  };

  return {
    tell(news) {
      if (isClosed) return;
      const key = JSON.stringify([news.roomId, news.userId]);
      const waiting = held.get(key);
      if (waiting === undefined) {
        if (held.size >= max) return;
        hold(key);
        letOut(news);
      } else if (news.type === 'receipt.read') {
        waiting.read = later(waiting.read, news);
      } else {
        waiting.delivered = later(waiting.delivered, news);
      }
    },
    close() {
      isClosed = true;
      for (const { timer } of held.values()) timer.clear();
      held.clear();
    },
  };
}

/** The further of two receipts of a kind, for everyone either was for. */
function later(first: ReceiptNews | undefined, second: ReceiptNews): ReceiptNews {
  if (first === undefined) return second;
  const further = second.seq >= first.seq ? second : first;
  return { ...further, to: together(first.to, second.to) };
}

function together(a: Audience, b: Audience): Audience {
  if ('roomId' in a) return a;
  if ('roomId' in b) return b;
  return { userIds: [...new Set([...a.userIds, ...b.userIds])] };
}
