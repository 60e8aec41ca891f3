import { reduce } from '../../client/store/reduce.js';
import type { Answer, Input, LoadedRoom, StoreState } from '../../client/store/state.js';
import { emptyState } from '../../client/store/state.js';
import type { CursorCodec } from '../../server/events/cursor.js';
import type { Delivery, Outlet } from '../../server/events/outlet.js';
import { createDelivery } from '../../server/events/subscriber.js';
import type { Stream } from '../../server/events/streams.js';
import { CountWitness } from './count-witness.js';
import type { Database } from './database.js';
import type { Defect } from './defects.js';
import type { Io } from './io.js';
import type { Loader } from './loader.js';
import { createLoader } from './loader.js';
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

export interface DeviceWorld {
  readonly io: Io;
  readonly prng: Prng;
  readonly tally: Tally;
  readonly database: Database;
  readonly codec: CursorCodec;
  readonly defect: Defect | undefined;
}

/** Deliveries on their way at which an outlet asks to wait, and at which it closes itself. */
const pauseEvents = 6;
const closeEvents = 12;

/** A client: the real reducer behind a socket that can break anywhere, with the cursor handling of the stock client. */
export class Device {
  readonly userId: string;
  readonly name: string;
  readonly witness: Witness;
  readonly outbox: Unacknowledged[] = [];
  state: StoreState = emptyState;
  /** What the stock client would send as `lastEventId`. */
  cursor: string | undefined;
  connection: Connection | undefined;
  /** Resolves what waits for the outlet to drain. */
  #drained: (() => void)[] = [];
  #isClosing = false;
  readonly #asked = new Set<number>();
  readonly #loader: Loader;
  readonly #counts: CountWitness;
  readonly #reduceState: typeof reduce;
  readonly #world: DeviceWorld;

  constructor(name: string, userId: string, world: DeviceWorld) {
    this.name = name;
    this.userId = userId;
    this.#world = world;
    const { io, database, codec, tally, prng, defect } = world;
    this.witness = new Witness(userId, database, codec, tally);
    this.#counts = new CountWitness(userId, database, tally);
    this.#loader = createLoader({ io, prng, database, userId });
    this.#reduceState = defect?.store?.(reduce) ?? reduce;
  }

  /** @param isSpoiled - Whether the cursor is one that can't be used. */
  connect(node: SimulatedNode, cursor: string | undefined, step: number, isSpoiled: boolean): void {
    const { io, defect } = this.#world;
    const queue: Delivery[] = [];
    this.#isClosing = false;
    this.witness.opened(cursor, step, isSpoiled);
    const outlet = this.#outlet(queue);
    const stream = node.streams.open({
      userId: this.userId,
      sessionId: this.name,
      cursor,
      outlet: defect?.outlet?.(outlet) ?? outlet,
      ready: () =>
        io.call(node, () => ({
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
        this.#world.tally.effects.syncPages += 1;
        this.witness.polled(cursor, step);
        for (const { id, event } of page.events) this.#take(createDelivery(id, event));
        this.witness.closed();
        this.cursor = page.cursor;
      })
      .catch((error: unknown) => {
        if (error instanceof Violation) this.#world.io.fail(error);
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
    if (this.#isClosing && (delivery === undefined || this.#world.prng.chance(0.5))) {
      this.disconnect();
      return true;
    }
    if (delivery === undefined) return false;
    if (connection.queue.length < pauseEvents) for (const resolve of this.#drained.splice(0)) resolve();
    this.#take(delivery);
    return true;
  }

  /** Reads a room up to some event. The mark is committed first, then told to others, then answered. */
  read(): void {
    const { prng, io, database, tally } = this.#world;
    const { connection, userId } = this;
    const view = prng.pick([...this.state.rooms.values()]);
    if (connection === undefined || view === undefined) return;
    const { roomId, readTo } = view;
    const seq = prng.between(Math.min(readTo + 1, view.seq), view.seq);
    const { node } = connection;
    const tellsRoom = prng.chance(0.5);
    const commit = (): number | undefined => {
      const mark = database.moveMark(userId, roomId, seq);
      if (mark?.isMoved !== true) return mark?.readSeq;
      tally.effects.reads += 1;
      const at = new Date(0);
      const event = { type: 'receipt.read', at, roomId, data: { userId, seq: mark.readSeq, at } } as const;
      const tellOthers = (): void => {
        if (node.isStarted) node.streams.announce(tellsRoom ? { roomId } : { userIds: [userId] }, event);
      };
      // Receipts are paced, so some go out later than a newer one from elsewhere.
      if (prng.chance(0.7)) tellOthers();
      else void io.call(node, tellOthers, false);
      return mark.readSeq;
    };
    io.call(node, commit).then(
      (readSeq) => {
        if (readSeq === undefined || this.connection !== connection) return;
        this.#guard(() => this.#reduce({ kind: 'moved', marks: [{ roomId, readSeq }] }));
      },
      () => undefined,
    );
  }

  /** The app is looked at again. */
  doubt(): void {
    this.#reduce({ kind: 'doubt' });
  }

  /** Asks for what the reducer needs. */
  load(): void {
    const { effects, faults } = this.#world.tally;
    for (const need of this.state.needs.values()) {
      if (this.#asked.has(need.id)) continue;
      this.#asked.add(need.id);
      effects.loads += 1;
      const view = need.kind === 'room' ? this.state.rooms.get(need.roomId) : undefined;
      if (view !== undefined && view.room !== null && view.older === null) effects.recounts += 1;
      this.#loader.answer(need).then(
        (answer) => this.#guard(() => this.#answered(answer)),
        () => {
          faults.loadFault += 1;
          this.#asked.delete(need.id);
        },
      );
    }
  }

  /** After healing: the reducer's state must be what a fresh load would give. */
  checkEnd(): void {
    const { database } = this.#world;
    if (this.state.needs.size > 0) throw new Violation(`${this.name} still needs something`);
    const rooms = [...database.rooms.values()].filter(({ id }) => database.isMember(this.userId, id));
    if (rooms.length !== this.state.rooms.size) throw new Violation(`${this.name} holds other rooms than it is in`);
    for (const { id } of rooms) {
      const view = this.state.rooms.get(id);
      // However many messages it holds, they are the newest.
      const fresh = this.#loader.load(id, view?.messages.length ?? 0);
      if (view === undefined || fresh === undefined) throw new Violation(`${this.name} lacks ${id}`);
      const tell = (loaded: Pick<LoadedRoom, 'room' | 'members' | 'messages'>): string =>
        JSON.stringify([
          loaded.room.seq,
          loaded.members.map(({ userId }) => userId).sort(),
          loaded.messages.map((message) => [message.id, message.content, message.reactions]),
        ]);
      const members = [...view.members.values()];
      const held = { room: { ...fresh.room, seq: view.seq }, members, messages: view.messages };
      // One who was added knows whom the event named, until the member list is asked for.
      const known = new Set(members.map(({ userId }) => userId));
      const expected = { ...fresh, members: fresh.members.filter(({ userId }) => known.has(userId)) };
      if (tell(held) !== tell(expected))
        throw new Violation(`${this.name} differs in ${id}: ${tell(held)} ${tell(expected)}`);
    }
    this.#counts.checkEnd(this.state);
  }

  #take(delivery: Delivery): void {
    this.witness.saw(delivery);
    this.cursor = delivery.cursor;
    this.#reduce({ kind: 'event', id: delivery.cursor, event: delivery.event });
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
          this.#world.tally.faults.slowReader += 1;
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

  #answered(answer: Answer): void {
    const { rooms, needs } = this.state;
    if (answer.kind === 'marks' && needs.has(answer.id)) {
      const unheard = answer.marks.filter(({ roomId, readSeq }) => (rooms.get(roomId)?.readTo ?? Infinity) < readSeq);
      this.#world.tally.faults.receiptMissed += unheard.length;
    }
    this.#reduce(answer);
  }

  #reduce(input: Input): void {
    const before = this.state;
    this.#counts.before(input);
    this.state = this.#reduceState(before, [input]);
    this.#counts.after(input, before, this.state);
    for (const need of this.state.needs.values()) {
      if (need.kind === 'events') throw new Violation(`${this.name} met a hole in ${need.roomId}`);
    }
  }

  /** Where nobody waits for the outcome. */
  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#world.io.fail(error);
    }
  }
}
