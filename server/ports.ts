/** A timer that is owned: clear it, or it keeps its promise. It keeps no process alive unless it was asked to. */
export interface Timer {
  clear(): void;
}

/** Time, as everything in the server that waits or stamps sees it. */
export interface Clock {
  now(): Date;
  /** Runs `task` once, after `ms`. With `holdsProcess` someone waits for it, so the process must not end before. */
  after(ms: number, task: () => void, options?: { readonly holdsProcess?: boolean }): Timer;
  /** Runs `task` again and again, `ms` after it last began. */
  every(ms: number, task: () => void): Timer;
  /** Lets the event loop turn once: sockets are read and timers fire before it resolves. */
  turn(): Promise<void>;
}

export interface Random {
  /** At least 0, less than 1. */
  next(): number;
}

export interface Ids {
  /** A new UUIDv7. */
  next(): string;
}
