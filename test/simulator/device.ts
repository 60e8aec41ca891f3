import { reduce } from '../../client/store/reduce.js';
import type { Answer, LoadedRoom, Need, StoreState } from '../../client/store/state.js';
import { emptyState } from '../../client/store/state.js';
import type { CursorCodec } from '../../server/events/cursor.js';
import { personalRoom } from '../../server/events/log.js';
import type { Delivery, Outlet } from '../../server/events/outlet.js';
import { createDelivery } from '../../server/events/subscriber.js';
import type { Stream } from '../../server/events/streams.js';
import type { Database } from './database.js';
import type { Defect } from './defects.js';
import type { Io, Owner } from './io.js';
import type { SimulatedNode } from './node.js';
import type { Prng } from './prng.js';
import { memberShape, roomShape } from './shapes.js';
import type { Tally } from './tally.js';
import { Violation } from './violation.js';
import { Witness } from './witness.js';

/** A send whose answer has not come yet. */
export interface Unacknowledged {
  readonly roomId: string;
  readonly clientId: string;
  attempts: number;
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
  readonly #alive: Owner = { isAlive: true };
  readonly #world: DeviceWorld;

  constructor(name: string, userId: string, world: DeviceWorld) {
    this.name = name;
    this.userId = userId;
    this.#world = world;
    this.witness = new Witness(userId, world.database, world.codec, world.tally);
  }

  connect(node: SimulatedNode, cursor: string | undefined, step: number): void {
    const { io, defect } = this.#world;
    const queue: Delivery[] = [];
    this.#isClosing = false;
    this.witness.opened(cursor, step);
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

  /** Asks for what the reducer needs. */
  load(): void {
    for (const need of this.state.needs.values()) {
      if (this.#asked.has(need.id)) continue;
      this.#asked.add(need.id);
      this.#world.tally.effects.loads += 1;
      this.#world.io
        .call(this.#alive, () => this.#answer(need))
        .then(
          (answer) => this.#reduce([answer]),
          () => {
            this.#world.tally.faults.loadFault += 1;
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
      const fresh = this.#load(id);
      if (view === undefined || fresh === undefined) throw new Violation(`${this.name} lacks ${id}`);
      const tell = (loaded: LoadedRoom): string =>
        JSON.stringify([
          loaded.room.seq,
          loaded.members.map(({ userId }) => userId).sort(),
          loaded.messages.map((message) => [message.id, message.content, message.reactions]),
        ]);
      const members = [...view.members.values()];
      const held: LoadedRoom = { room: { ...fresh.room, seq: view.seq }, members, messages: view.messages };
      // One who was added knows whom the event named, until the member list is asked for.
      const known = new Set(members.map(({ userId }) => userId));
      const expected = { ...fresh, members: fresh.members.filter(({ userId }) => known.has(userId)) };
      if (tell(held) !== tell(expected))
        throw new Violation(`${this.name} differs in ${id}: ${tell(held)} ${tell(expected)}`);
    }
  }

  #take(delivery: Delivery): void {
    this.witness.saw(delivery);
    this.cursor = delivery.cursor;
    this.#reduce([{ kind: 'event', id: delivery.cursor, event: delivery.event }]);
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

  #reduce(inputs: Parameters<typeof reduce>[1]): void {
    this.state = reduce(this.state, inputs);
    for (const need of this.state.needs.values()) {
      if (need.kind === 'events') throw new Violation(`${this.name} met a hole in ${need.roomId}`);
    }
  }

  #answer(need: Need): Answer {
    const { database } = this.#world;
    if (need.kind === 'events') return { kind: 'events', id: need.id, events: [], more: false };
    if (need.kind === 'room') return { kind: 'room', id: need.id, loaded: this.#load(need.roomId) ?? null };
    const mine = [...database.rooms.keys()].filter((roomId) => roomId !== personalRoom(this.userId));
    return { kind: 'rooms', id: need.id, rooms: mine.flatMap((roomId) => this.#load(roomId) ?? []) };
  }

  #load(roomId: string): LoadedRoom | undefined {
    const { database } = this.#world;
    const room = database.rooms.get(roomId);
    const joinSeq = room?.members.get(this.userId)?.joinSeq;
    if (room === undefined || joinSeq === undefined || !database.isMember(this.userId, roomId)) return undefined;
    const userIds = database.membersOf(roomId);
    return {
      room: roomShape(roomId, room.lastSeq, userIds.length),
      members: userIds.map((userId) => memberShape(roomId, userId, 0)),
      messages: room.messages.filter((message) => message.seq >= joinSeq).slice(-200),
    };
  }
}
