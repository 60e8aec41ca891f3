import type { Limits } from '@confab/shared';
import type { Streams } from '../../events/streams.js';
import type { Clock, Timer } from '../../ports.js';

/** Who is typing where, as far as this node was told. */
export interface TypingClock {
  /**
   * Passes it on to the room, the typist left out. A repeated `true` is swallowed for a while; after 6 s without one,
   * `false` goes out by itself. An explicit `false` always does.
   */
  set(roomId: string, userId: string, isTyping: boolean): void;
  /** Says nothing more and drops every timer. */
  close(): void;
}

export interface TypingClockOptions {
  readonly clock: Clock;
  readonly streams: Pick<Streams, 'announce'>;
  /** `limits.typingMs`: how long a repeated `true` is swallowed. */
  readonly settings: { readonly limits: Pick<Limits, 'typingMs'> };
  /** Typists kept at once; beyond it the longest-standing one stops typing. @default 10_000 */
  readonly max?: number;
}

interface Typist {
  readonly roomId: string;
  readonly userId: string;
  readonly passedOnAt: number;
  readonly timer: Timer;
}

/** When typing ends that nobody ended. */
const endsAfterMs = 6_000;

export function createTypingClock({ clock, streams, settings, max = 10_000 }: TypingClockOptions): TypingClock {
  const { typingMs } = settings.limits;
  const typists = new Map<string, Typist>();
  let isClosed = false;

  const announce = (roomId: string, userId: string, typing: boolean, isOwnDoing: boolean): void => {
    const event = { type: 'typing', at: clock.now(), roomId, data: { userId, typing } } as const;
    streams.announce({ roomId, except: userId }, isOwnDoing ? { ...event, actorId: userId } : event);
  };

  const end = (key: string, { roomId, userId, timer }: Typist): void => {
    timer.clear();
    typists.delete(key);
    announce(roomId, userId, false, false);
  };

  const begin = (key: string, roomId: string, userId: string, passedOnAt: number): void => {
    // Deleted first, so that the map stays in the order of the latest word.
    typists.delete(key);
    const [oldest] = typists.size >= max ? typists : [];
    if (oldest !== undefined) end(...oldest);
    const timer = clock.after(endsAfterMs, () => {
      const typist = typists.get(key);
      if (typist !== undefined) end(key, typist);
    });
    typists.set(key, { roomId, userId, passedOnAt, timer });
  };

  return {
    set(roomId, userId, isTyping) {
      if (isClosed) return;
      const key = JSON.stringify([roomId, userId]);
      const known = typists.get(key);
      known?.timer.clear();
      if (!isTyping) {
        typists.delete(key);
        announce(roomId, userId, false, true);
        return;
      }
      const now = clock.now().getTime();
      const isRepeat = known !== undefined && now - known.passedOnAt < typingMs;
      begin(key, roomId, userId, isRepeat ? known.passedOnAt : now);
      if (!isRepeat) announce(roomId, userId, true, true);
    },
    close() {
      isClosed = true;
      for (const { timer } of typists.values()) timer.clear();
      typists.clear();
    },
  };
}
