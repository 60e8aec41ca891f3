import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** The turns of the event loop, as far as anything was written in them. */
export interface Turns {
  /** The number of the turn that is on. */
  current(): number;
  /** Runs `task` at the end of this turn. */
  atEnd(task: () => void): void;
}

export function createTurns(): Turns {
  let turn = 0;
  let tasks: (() => void)[] = [];
  let isScheduled = false;

  function end(): void {
    isScheduled = false;
    turn += 1;
    const due = tasks;
    tasks = [];
    for (const task of due) task();
  }
  function current(): number {
    if (!isScheduled) {
      isScheduled = true;
      setImmediate(end);
    }
    return turn;
  }
  return {
    current,
    atEnd(task) {
      current();
      tasks.push(task);
    },
  };
}

/**
 * Writes ready-made frames to the stream under a WebSocket. Without compression `ws` writes each of its messages to the
 * same stream at once and whole, so frames of both keep the order in which they were sent.
 *
 * The first frame of a turn leaves at once; those that follow in the same turn leave together at its end.
 */
export class SocketWriter {
  #turn = -1;
  #isCorked = false;

  constructor(
    private readonly ws: WebSocket,
    private readonly stream: Duplex,
    private readonly turns: Turns,
    private readonly pauseBytes: number,
  ) {}

  get isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  /** Bytes that were written and have not left. */
  get waitingBytes(): number {
    return this.stream.writableLength;
  }

  /** Whether so much waits that nothing more should be written; the stream's `drain` event follows. */
  get isCongested(): boolean {
    return this.stream.writableNeedDrain && this.stream.writableLength >= this.pauseBytes;
  }

  write(frame: Buffer): void {
    if (!this.isOpen) return;
    const turn = this.turns.current();
    if (turn === this.#turn) this.#cork();
    this.#turn = turn;
    this.stream.write(frame);
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.stream.cork();
    this.turns.atEnd(() => {
      this.#isCorked = false;
      this.stream.uncork();
    });
  }
}
