import type { Clock, Timer } from '../ports.js';

/** Finds out whether a quiet peer still lives, with tRPC's text PING and PONG. */
export interface KeepAlive {
  /** The peer was heard. */
  seen(): void;
  /** We do not read at the moment, so silence means nothing until `release`. */
  hold(): void;
  release(): void;
  stop(): void;
}

export interface KeepAliveOptions {
  readonly clock: Clock;
  /** Quiet for this long: ask. */
  readonly pingMs: number;
  /** No word for this long after asking: dead. */
  readonly pongMs: number;
  readonly ping: () => void;
  readonly dead: () => void;
}

export function createKeepAlive({ clock, pingMs, pongMs, ping, dead }: KeepAliveOptions): KeepAlive {
  let heardAt = clock.now().getTime();
  let isHeld = false;
  let timer: Timer | undefined;

  // The timer is not moved at every frame: it looks when it fires, and goes on for what is left.
  function watch(ms: number): void {
    timer = clock.after(ms, () => {
      const quietMs = clock.now().getTime() - heardAt;
      if (isHeld) watch(pingMs);
      else if (quietMs < pingMs) watch(pingMs - quietMs);
      else ask();
    });
  }
  function ask(): void {
    const askedAt = heardAt;
    ping();
    timer = clock.after(pongMs, () => {
      if (isHeld || heardAt !== askedAt) watch(pingMs);
      else dead();
    });
  }
  function seen(): void {
    // Strictly later than before, or a PONG within the same millisecond would go unnoticed.
    heardAt = Math.max(heardAt + 0.001, clock.now().getTime());
  }

  watch(pingMs);
  return {
    seen,
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      seen();
    },
    stop() {
      timer?.clear();
    },
  };
}
