/** A timer that is owned: clear it, or it keeps its promise. It never keeps the process alive. */
export interface Timer {
  clear(): void;
}

/** Time, as everything in the server that waits or stamps sees it. */
export interface Clock {
  now(): Date;
  /** Runs `task` once, after `ms`. */
  after(ms: number, task: () => void): Timer;
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
