import { randomUUID } from 'node:crypto';
import type { CloseReason } from '@confab/shared';
import type { Backlog, Delivery, Outlet } from '../events/outlet.js';
import type { DeliveryFrames } from './frames.js';
import type { RequestId } from './frame-check.js';
import type { SocketWriter } from './socket-writer.js';

/** What an outlet needs of its socket. */
export interface OutletLink {
  readonly writer: SocketWriter;
  readonly frames: DeliveryFrames;
  readonly closeBytes: number;
  readonly closeEvents: number;
  close(reason: CloseReason): void;
  /** An event could not be serialised. */
  failed(error: unknown): void;
  released(outlet: SocketOutlet): void;
}

interface Held {
  readonly delivery: Delivery;
  readonly bytes: number;
}

/**
 * Writes one stream's deliveries to its socket as tRPC messages. Until the request id is known, and while the socket has
 * enough to send, deliveries are held; too many of them close the socket with 4009.
 */
export class SocketOutlet implements Outlet {
  /** What the stream's generator yields once as the id of a message, to be recognised by the encoder. */
  readonly marker = `confab:${randomUUID()}`;
  #idJson: string | undefined;
  #held: Held[] = [];
  #heldBytes = 0;
  #isOver = false;
  #waiters: (() => void)[] = [];

  constructor(private readonly link: OutletLink) {}

  get backlog(): Backlog {
    return { bytes: this.#heldBytes + this.link.writer.waitingBytes, events: this.#held.length };
  }

  send(delivery: Delivery): void {
    const { writer, frames } = this.link;
    if (this.#isOver || !writer.isOpen) return;
    try {
      if (this.#idJson === undefined || this.#held.length > 0 || writer.isCongested) this.#hold(delivery);
      else writer.write(frames.of(delivery, this.#idJson));
    } catch (error) {
      this.#fail(error);
    }
  }

  drained(): Promise<void> {
    if (this.#isOver || this.#isDrained) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  close(reason: CloseReason): void {
    if (this.#isOver) return;
    this.release();
    this.link.close(reason);
  }

  /** From now on deliveries go out under this request id. */
  bind(id: RequestId): void {
    this.#idJson = JSON.stringify(id);
    this.flush();
  }

  /** Sends what is held, as far as the socket takes it. */
  flush(): void {
    const { writer, frames } = this.link;
    if (this.#isOver || this.#idJson === undefined) return;
    try {
      let sent = 0;
      for (const { delivery, bytes } of this.#held) {
        if (writer.isCongested) break;
        writer.write(frames.of(delivery, this.#idJson));
        this.#heldBytes -= bytes;
        sent += 1;
      }
      if (sent > 0) this.#held = this.#held.slice(sent);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#isDrained) this.#wake();
  }

  /** Nothing is sent any more. */
  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = [];
    this.#heldBytes = 0;
    this.#wake();
    this.link.released(this);
  }

  get #isDrained(): boolean {
    return this.#idJson !== undefined && this.#held.length === 0 && !this.link.writer.isCongested;
  }

  #hold(delivery: Delivery): void {
    const bytes = this.link.frames.size(delivery);
    this.#held.push({ delivery, bytes });
    this.#heldBytes += bytes;
    const { bytes: waiting, events } = this.backlog;
    if (events > this.link.closeEvents || waiting > this.link.closeBytes) this.close('SLOW_READER');
  }

  #fail(error: unknown): void {
    this.link.failed(error);
    this.close('TRY_LATER');
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
