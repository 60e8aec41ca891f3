import type { CursorCodec } from '../../events/cursor.js';
import type { Delivery, Outlet } from '../../events/outlet.js';
import type { Stream } from '../../events/streams.js';
import { createDelivery } from '../../events/subscriber.js';
import type { CreateClient, Seat, SimulatedClient } from './client.js';
import type { Database } from './database.js';
import type { Defect } from './defect.js';
import type { Io } from './io.js';
import type { SimulatedNode } from './node.js';
import type { Prng } from './prng.js';
import type { Tally } from './tally.js';
import { Violation } from './violation.js';
import { Witness } from './witness.js';

/** A send whose answer has not come yet. */
export interface Unacknowledged {
  readonly roomId: string;
  readonly clientId: string;
  readonly mentions: readonly string[];
  readonly kind: 'user' | 'system';
  attempts: number;
  /** It was committed, and the answer that said so was lost. */
  isAckLost: boolean;
}

interface Connection {
  readonly node: SimulatedNode;
  readonly stream: Stream;
  readonly queue: Delivery[];
}

/** Looks over a device's shoulder. */
export interface Onlooker {
  saw(delivery: Delivery): void;
  checkEnd(): void;
}

export interface DeviceWorld {
  readonly io: Io;
  readonly prng: Prng;
  readonly tally: Tally;
  readonly database: Database;
  readonly codec: CursorCodec;
  readonly defect: Defect | undefined;
  readonly createClient: CreateClient;
  readonly watch: (device: Device) => Onlooker | undefined;
}

/** Deliveries on their way at which an outlet asks to wait, and at which it closes itself. */
const pauseEvents = 6;
const closeEvents = 12;

/** A client behind a socket that can break anywhere, with the cursor handling of the stock client. */
export class Device implements Seat {
  readonly userId: string;
  readonly name: string;
  readonly io: Io;
  readonly prng: Prng;
  readonly tally: Tally;
  readonly database: Database;
  readonly witness: Witness;
  readonly client: SimulatedClient;
  readonly outbox: Unacknowledged[] = [];
  /** What the stock client would send as `lastEventId`. */
  cursor: string | undefined;
  connection: Connection | undefined;
  /** Resolves what waits for the outlet to drain. */
  #drained: (() => void)[] = [];
  #isClosing = false;
  readonly #onlooker: Onlooker | undefined;
  readonly #defect: Defect | undefined;

  constructor(name: string, userId: string, world: DeviceWorld) {
    this.name = name;
    this.userId = userId;
    this.io = world.io;
    this.prng = world.prng;
    this.tally = world.tally;
    this.database = world.database;
    this.#defect = world.defect;
    this.witness = new Witness(userId, world.database, world.codec, world.tally);
    this.client = world.createClient(this);
    this.#onlooker = world.watch(this);
  }

  /** @param isSpoiled - Whether the cursor is one that can't be used. */
  connect(node: SimulatedNode, cursor: string | undefined, step: number, isSpoiled: boolean): void {
    const queue: Delivery[] = [];
    this.#isClosing = false;
    this.witness.opened(cursor, step, isSpoiled);
    const outlet = this.#outlet(queue);
    const stream = node.streams.open({
      userId: this.userId,
      sessionId: this.name,
      cursor,
      outlet: this.#defect?.outlet?.(outlet) ?? outlet,
      ready: () =>
        this.io.call(node, () => ({
          sessionId: this.name,
          userId: this.userId,
          unread: { total: 0, mentions: 0 },
          pending: [],
        })),
    });
    this.connection = { node, stream, queue };
  }

  /** Asks for a page of what it missed, without a socket. */
  sync(node: SimulatedNode, limit: number, step: number): void {
    const { cursor } = this;
    if (cursor === undefined) return;
    void node.streams
      .sync(this.userId, cursor, limit)
      .then((page) => {
        // What comes too late is as good as lost.
        if (this.connection !== undefined || this.cursor !== cursor) return;
        this.tally.effects.syncPages += 1;
        this.witness.polled(cursor, step);
        for (const { id, event } of page.events) this.#take(createDelivery(id, event));
        this.witness.closed();
        this.cursor = page.cursor;
      })
      .catch((error: unknown) => {
        if (error instanceof Violation) this.io.fail(error);
      });
  }

  /** The socket is gone, with whatever was on its way. */
  disconnect(): void {
    this.connection?.stream.detach();
    this.connection = undefined;
    this.witness.closed();
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Takes one value off the socket; `false` when there is none. */
  receive(): boolean {
    const { connection } = this;
    if (connection === undefined) return false;
    const delivery = connection.queue.shift();
    if (this.#isClosing && (delivery === undefined || this.prng.chance(0.5))) {
      this.disconnect();
      return true;
    }
    if (delivery === undefined) return false;
    if (connection.queue.length < pauseEvents) for (const resolve of this.#drained.splice(0)) resolve();
    this.#take(delivery);
    return true;
  }

  /** After healing: it was told everything, and its client holds what it should. */
  checkEnd(): void {
    this.witness.checkEnd();
    this.client.checkEnd?.();
    this.#onlooker?.checkEnd();
  }

  #take(delivery: Delivery): void {
    this.witness.saw(delivery);
    this.cursor = delivery.cursor;
    this.client.take(delivery.cursor, delivery.event);
    this.#onlooker?.saw(delivery);
  }

  #outlet(queue: Delivery[]): Outlet {
    const isCurrent = (): boolean => this.connection === undefined || this.connection.queue === queue;
    const close = (): void => {
      if (isCurrent()) this.#isClosing = true;
    };
    return {
      send: (delivery) => {
        if (queue.length < closeEvents) queue.push(delivery);
        else {
          this.tally.faults.slowReader += 1;
          // The front detaches what it closes.
          if (this.connection?.queue === queue) this.connection.stream.detach();
          close();
        }
      },
      get backlog() {
        return { bytes: queue.length * 100, events: queue.length };
      },
      drained: () =>
        queue.length < pauseEvents
          ? Promise.resolve()
          : new Promise((resolve) => {
              this.#drained.push(resolve);
            }),
      close,
    };
  }
}
