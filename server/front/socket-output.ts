import type { Duplex } from 'node:stream';
import type { ChatError, CloseReason } from '@confab/shared';
import type { WebSocket } from 'ws';
import type { RequestId } from './frame-check.js';
import type { Front } from './front.js';
import { SocketOutlet } from './socket-outlet.js';
import { SocketWriter } from './socket-writer.js';
import { createStallWatch } from './stall.js';
import type { StallWatch } from './stall.js';

/** Answers were asked for, so they may pile up higher than events before the socket is given up. */
const answerAllowance = 16;

interface OutputOptions {
  readonly front: Front;
  readonly ws: WebSocket;
  /** The stream under it. */
  readonly stream: Duplex;
  /** Whether anything may still go out. */
  readonly isOpen: () => boolean;
  /** The peer does not keep up: nothing more of what it says is read until it does. */
  readonly hold: () => void;
  /** Ends the connection. */
  readonly shut: (reason: CloseReason) => void;
}

/** What goes out on one socket: answers, and the events of its streams, no faster than the peer reads. */
export class SocketOutput {
  readonly #writer: SocketWriter;
  readonly #stall: StallWatch;
  readonly #outlets = new Map<string, SocketOutlet>();

  constructor(private readonly options: OutputOptions) {
    const { front, ws, stream, shut } = options;
    const { limits } = front;
    this.#writer = new SocketWriter(ws, stream, front.turns, limits.pauseBytes);
    this.#stall = createStallWatch(
      front.options.clock,
      limits.pingMs + limits.pongMs,
      () => this.#writer.waitingBytes,
      () => shut('SLOW_READER'),
    );
  }

  get isOpen(): boolean {
    return this.options.isOpen() && this.#writer.isOpen;
  }

  /** Whether so much waits that no more should be asked for. */
  get isCongested(): boolean {
    return this.#writer.isCongested;
  }

  /** Where a stream writes to; one that is opened too late is released at once. */
  openOutlet(): SocketOutlet {
    const { front, isOpen, shut } = this.options;
    const outlet = new SocketOutlet({
      writer: this.#writer,
      frames: front.frames,
      closeBytes: front.limits.closeBytes,
      closeEvents: front.limits.closeEvents,
      close: shut,
      failed: (error) => front.options.log.error({ err: error }, 'an event could not be serialised'),
      released: ({ marker }) => this.#outlets.delete(marker),
    });
    if (isOpen()) this.#outlets.set(outlet.marker, outlet);
    else outlet.release();
    return outlet;
  }

  /** Has an outlet write under the id of the call that its stream answers; `false`: there is no such outlet. */
  bind(marker: string, id: RequestId): boolean {
    const outlet = this.#outlets.get(marker);
    outlet?.bind(id);
    return outlet !== undefined;
  }

  send(text: string): void {
    this.options.ws.send(text);
    this.#minded();
  }

  /** Refuses a call. */
  answer(id: RequestId | null, error: ChatError, path: string | undefined): void {
    this.send(this.options.front.answer(id, error, path));
  }

  /** Sends what a call came to, or an event of a host's own stream, unless so much waits that the connection is ended. */
  deliver(text: string, isEvent: boolean): boolean {
    const { front, shut } = this.options;
    // tRPC pulls the next value of a host's own stream without looking whether the last one has left.
    if (this.#writer.waitingBytes > front.limits.closeBytes * (isEvent ? 1 : answerAllowance)) {
      shut('SLOW_READER');
      return false;
    }
    this.send(text);
    return true;
  }

  /** Everything has left: what waits for that goes on. */
  drained(): void {
    this.#stall.stop();
    if (!this.options.isOpen()) return;
    for (const outlet of [...this.#outlets.values()]) outlet.flush();
  }

  end(): void {
    this.#stall.stop();
    for (const outlet of [...this.#outlets.values()]) outlet.release();
  }

  #minded(): void {
    if (!this.#writer.isCongested || this.#stall.isOn || !this.options.isOpen()) return;
    this.options.hold();
    this.#stall.start();
  }
}
