import type { LoggedEvent, MessageState } from '@confab/shared';
import { createCursorCodec } from '../../server/events/cursor.js';
import type { LogRow } from '../../server/events/log.js';
import { Database } from './database.js';
import type { Defect } from './defects.js';
import type { Unacknowledged } from './device.js';
import { Device } from './device.js';
import { Io, settle } from './io.js';
import { Network } from './network.js';
import type { NodeWorld, SimulatedNode } from './node.js';
import { createNode } from './node.js';
import type { Prng } from './prng.js';
import { createPrng } from './prng.js';
import type { Tally } from './tally.js';
import { Violation } from './violation.js';

/** One run: nodes, devices and a database, driven by a seed. */
export class World {
  readonly #prng: Prng;
  readonly #tally: Tally;
  readonly #io: Io;
  readonly #database: Database;
  readonly #nodeWorld: NodeWorld;
  readonly #network: Network;
  readonly #nodes: SimulatedNode[];
  readonly #devices: Device[];
  readonly #users: readonly string[];
  readonly #defect: Defect | undefined;
  readonly #acknowledged: string[] = [];
  /** Faults are only injected until the run heals. */
  #isHealing = false;
  #step = 0;
  #nextClientId = 1;

  constructor(seed: number, tally: Tally, defect: Defect | undefined) {
    const prng = createPrng(seed);
    const shardCount = prng.between(1, 4);
    this.#prng = prng;
    this.#tally = tally;
    this.#defect = defect;
    this.#io = new Io(prng, tally);
    this.#io.faultChance = prng.chance(0.5) ? 0.01 : 0;
    const hides = (): boolean => prng.chance(0.3);
    this.#database = new Database(shardCount, defect?.takesPositionsEarly === true ? { hides } : undefined);
    this.#network = new Network(prng, tally);
    this.#nodeWorld = {
      io: this.#io,
      prng,
      tally,
      database: this.#database,
      network: this.#network,
      epoch: `epoch-${seed}`,
      shardCount,
      defect,
      limits: {
        eventsPerRoom: prng.between(3, 8),
        events: prng.between(6, 30),
        bytes: prng.chance(0.1) ? 4_000 : 1_000_000,
        rooms: prng.between(3, 9),
        ringEvents: prng.pick([2, 8, 64]) ?? 8,
        page: prng.between(2, 5),
        pendingRows: prng.between(2, 8),
        heldEvents: prng.between(20, 60),
      },
    };
    const userCount = prng.between(3, 5);
    this.#users = Array.from({ length: userCount }, (_, index) => `user-${index}`);
    for (let room = prng.between(3, 7); room > 0; room -= 1) {
      this.#database.createRoom([this.#user, ...this.#users.filter(() => prng.chance(0.5))].filter(unique), this.#now);
    }
    this.#nodes = Array.from({ length: prng.between(2, 3) }, () => createNode(this.#nodeWorld));
    const codec = createCursorCodec({ epoch: this.#nodeWorld.epoch, shardCount });
    const deviceWorld = { io: this.#io, prng, tally, database: this.#database, codec, defect };
    // More devices than users: some have two.
    this.#devices = Array.from({ length: userCount + 2 }, (_, index) => {
      return new Device(`device-${index}`, this.#users[index % userCount] ?? '', deviceWorld);
    });
  }

  /** @throws {Violation} when a promise is broken. */
  async run(steps: number): Promise<void> {
    while (!this.#nodes.every((node) => node.isStarted)) {
      this.#complete(4);
      await this.#settle();
      this.#replaceDead();
    }
    for (this.#step = 1; this.#step <= steps; this.#step += 1) await this.#act();
    await this.#heal();
    this.#checkEnd();
  }

  get #user(): string {
    return this.#prng.pick(this.#users) ?? '';
  }

  get #now(): Date {
    return new Date(this.#step * 1_000);
  }

  async #act(): Promise<void> {
    const { chance, next, pick } = this.#prng;
    const choice = next();
    const device = pick(this.#devices);
    const node = pick(this.#nodes);
    if (device === undefined || node === undefined) return;
    if (choice < 0.12) this.#send(device);
    else if (choice < 0.145) this.#retry(device);
    else if (choice < 0.185) this.#changeMembership();
    else if (choice < 0.235) this.#changeMessage();
    else if (choice < 0.275) device.read();
    else if (choice < 0.285) this.#notify();
    else if (choice < 0.295) this.#type(device);
    else if (choice < 0.3) device.doubt();
    else if (choice < 0.4) node.deliver();
    else if (choice < 0.45) node.clock.fire(false);
    else if (choice < 0.46) for (let tick = 0; tick < 30; tick += 1) node.clock.fire(true);
    else if (choice < 0.49) this.#offerLate(node);
    else if (choice < 0.52) this.#breakSocket(device);
    else if (choice < 0.6) this.#connect(device);
    else if (choice < 0.61) this.#falseHint(node);
    else if (choice < 0.62) this.#prune();
    else if (choice < 0.63) this.#crash(node);
    else if (choice < 0.64) this.#land();
    else if (choice < 0.65) this.#sync(device);
    else if (choice < 0.8) this.#receive(device, 4);
    device.load();
    this.#complete(this.#prng.between(0, 4));
    if (chance(0.5)) this.#receive(pick(this.#devices) ?? device, 3);
    await this.#settle();
    this.#replaceDead();
  }

  async #settle(): Promise<void> {
    await settle();
    if (this.#io.failure !== undefined) throw this.#io.failure;
  }

  #receive(device: Device, most: number): void {
    for (let count = this.#prng.between(1, most); count > 0 && device.receive(); count -= 1);
  }

  #complete(count: number): void {
    for (let done = 0; done < count && this.#io.step(); done += 1);
  }

  /** A commit on some node: its streams are offered the rows at once, late, or (if it dies first) never. */
  #write(rows: readonly LogRow[]): void {
    if (rows.length === 0) return;
    this.#tally.effects.commits += 1;
    const node = this.#prng.pick(this.#nodes.filter(({ isStarted }) => isStarted));
    const visible = rows.filter((row) => !this.#database.hidden.includes(row));
    if (node === undefined || visible.length === 0) return;
    const events = this.#prng.chance(0.7) ? visible.map((row) => this.#database.render(row)) : undefined;
    if (!this.#isHealing && this.#prng.chance(0.02)) {
      this.#tally.faults.crashBeforeHint += 1;
      this.#kill(node);
    } else if (!this.#isHealing && this.#prng.chance(0.15)) node.unoffered.push({ rows: visible, events });
    else offer(node, visible, events);
  }

  #offerLate(node: SimulatedNode): void {
    const [late] = node.unoffered.splice(this.#prng.below(node.unoffered.length), 1);
    if (late === undefined) return;
    if (node.lacks(late.rows)) this.#tally.faults.lateOffer += 1;
    offer(node, late.rows, late.events);
  }

  #send(device: Device): void {
    const roomId = this.#prng.pick([...device.state.rooms.keys()]);
    if (roomId === undefined || device.connection === undefined) return;
    const { chance } = this.#prng;
    const mentions = [...(chance(0.2) ? [this.#user] : []), ...(chance(0.1) ? ['@room'] : [])];
    const kind = chance(0.1) ? 'system' : 'user';
    const clientId = `${device.name}-${this.#nextClientId++}`;
    const send: Unacknowledged = { roomId, clientId, mentions, kind, attempts: 0, isAckLost: false };
    device.outbox.push(send);
    this.#attempt(device, send);
  }

  #retry(device: Device): void {
    const send = this.#prng.pick(device.outbox);
    if (send !== undefined) this.#attempt(device, send);
  }

  #attempt(device: Device, send: Unacknowledged): void {
    if (device.connection === undefined) return;
    const { roomId, clientId } = send;
    send.attempts += 1;
    const key = `${roomId} ${device.userId} ${clientId}`;
    const isRepeated = this.#database.sent.has(key);
    const done = (): void => void device.outbox.splice(device.outbox.indexOf(send), 1);
    const isMember = this.#database.isMember(device.userId, roomId);
    // Refused: it will never be sent.
    if (!isMember) return done();
    const isKnown = isRepeated && this.#defect?.ignoresClientIds !== true;
    if (isRepeated && send.isAckLost) this.#tally.faults.lostAck += 1;
    send.isAckLost = false;
    if (isKnown) this.#tally.effects.retriesSuppressed += 1;
    else this.#write(this.#database.send(roomId, device.userId, clientId, this.#now, send));
    if (!this.#isHealing && this.#prng.chance(0.2)) {
      // It was committed, and the device will never know from this answer.
      send.isAckLost = true;
      device.disconnect();
      return;
    }
    this.#tally.effects.acks += 1;
    this.#acknowledged.push(key);
    done();
  }

  #changeMembership(): void {
    const { chance, pick } = this.#prng;
    const user = this.#user;
    if (chance(0.1)) {
      const others = this.#users.filter(() => chance(0.4));
      return this.#write(this.#database.createRoom([user, ...others].filter(unique), this.#now));
    }
    const room = pick(
      [...this.#database.rooms.values()].filter(({ id, isDeleted }) => !isDeleted && !id.startsWith('u:')),
    );
    if (room === undefined) return;
    if (chance(0.03)) {
      this.#tally.faults.roomDeleted += 1;
      return this.#write(this.#database.deleteRoom(room.id, this.#now));
    }
    if (this.#database.isMember(user, room.id)) {
      if (chance(0.5)) return;
      this.#tally.faults.removal += 1;
      return this.#write(this.#database.removeMember(room.id, user, this.#now));
    }
    const others = this.#users.filter((other) => chance(0.15) && !this.#database.isMember(other, room.id));
    if (room.members.has(user)) this.#tally.faults.rejoin += 1;
    this.#write(this.#database.addMembers(room.id, [user, ...others].filter(unique), this.#now));
  }

  #changeMessage(): void {
    const { pick, next } = this.#prng;
    const room = pick([...this.#database.rooms.values()].filter(({ isDeleted }) => !isDeleted));
    const message = pick(room?.messages.filter(({ deletedAt }) => deletedAt === null) ?? []);
    if (message === undefined) return;
    const choice = next();
    if (choice < 0.35) this.#write(this.#database.deleteMessage(message.id, this.#step, this.#now));
    else if (choice < 0.6) this.#hide(message);
    else if (choice < 0.8) this.#write(this.#database.edit(message.id, this.#now));
    else this.#write(this.#database.react(message.id, this.#user, this.#now));
  }

  #hide({ id, roomId }: MessageState): void {
    const userId = this.#prng.pick(this.#database.membersOf(roomId));
    if (userId === undefined) return;
    this.#tally.effects.hides += 1;
    this.#write(this.#database.hide(id, userId, this.#now));
  }

  /** Now and then so much that a device which is away is told only that there was too much. */
  #notify(): void {
    const user = this.#user;
    for (let left = this.#prng.pick([1, 1, 2, 6]) ?? 1; left > 0; left -= 1) {
      this.#write(this.#database.notify(user, this.#now));
    }
  }

  #type(device: Device): void {
    const roomId = this.#prng.pick([...device.state.rooms.keys()]);
    const { connection, userId } = device;
    if (connection === undefined || roomId === undefined || !this.#database.isMember(userId, roomId)) return;
    const event = { type: 'typing', at: this.#now, roomId, actorId: userId, data: { userId, typing: true } } as const;
    connection.node.streams.announce({ roomId, except: userId }, event);
  }

  #connect(device: Device): void {
    if (device.connection !== undefined) return;
    const node = this.#prng.pick(this.#nodes.filter(({ isStarted }) => isStarted));
    if (node === undefined) return;
    const { cursor } = device;
    const isSpoiled = cursor !== undefined && !this.#isHealing && this.#prng.chance(0.02);
    device.connect(node, isSpoiled ? this.#spoil(cursor) : cursor, this.#step, isSpoiled);
  }

  /** A device without a socket asks for a page. */
  #sync(device: Device): void {
    const node = this.#prng.pick(this.#nodes.filter(({ isStarted }) => isStarted));
    if (device.connection === undefined && node !== undefined) device.sync(node, this.#prng.between(1, 6), this.#step);
  }

  /** A cursor that is cut, foreign, or of a future that never came. */
  #spoil(cursor: string): string {
    const { epoch, shardCount } = this.#nodeWorld;
    const future = Array.from({ length: shardCount }, () => 1_000_000);
    const choices = [
      cursor.slice(1),
      createCursorCodec({ epoch: 'another', shardCount }).encode(future),
      createCursorCodec({ epoch, shardCount }).encode(future),
    ];
    return this.#prng.pick(choices) ?? cursor;
  }

  #breakSocket(device: Device): void {
    if (device.connection === undefined) return;
    this.#tally.faults.disconnect += 1;
    device.disconnect();
  }

  #falseHint(node: SimulatedNode): void {
    if (!node.isStarted) return;
    const heads = this.#database.heads().map(({ pos }, shard) => ({ shard, pos: pos + this.#prng.between(1, 5) }));
    node.mislead(heads);
  }

  #prune(): void {
    const shard = this.#prng.below(this.#nodeWorld.shardCount);
    const { pos = 0, floorPos = 0 } = this.#database.heads()[shard] ?? {};
    const upto = pos - this.#prng.between(0, 20);
    if (upto <= floorPos || !this.#prng.chance(0.3)) return;
    this.#tally.faults.pruned += 1;
    this.#database.prune(shard, upto);
  }

  #crash(node: SimulatedNode): void {
    if (!node.isStarted || !this.#prng.chance(0.5)) return;
    if (this.#devices.some(({ connection }) => connection?.node === node)) this.#tally.faults.crash += 1;
    this.#kill(node);
  }

  #kill(node: SimulatedNode): void {
    node.crash();
    for (const device of this.#devices) if (device.connection?.node === node) device.disconnect();
  }

  /** A node that died comes back as another process. */
  #replaceDead(): void {
    this.#nodes.forEach((node, index) => {
      if (!node.isAlive && (this.#isHealing || this.#prng.chance(0.1)))
        this.#nodes[index] = createNode(this.#nodeWorld);
    });
  }

  #land(): void {
    const row = this.#prng.pick(this.#database.hidden);
    if (row === undefined) return;
    this.#database.land(row);
    const node = this.#prng.pick(this.#nodes.filter(({ isStarted }) => isStarted));
    if (node !== undefined) offer(node, [row], undefined);
  }

  /** All faults end; everything must come right, and stay right for what happens next. */
  async #heal(): Promise<void> {
    this.#isHealing = true;
    this.#network.isFaulty = false;
    this.#io.faultChance = 0;
    while (this.#database.hidden.length > 0) this.#land();
    await this.#converge();
    // A receipt that a live stream missed is made up for when somebody looks at the app again.
    for (const device of this.#devices) device.doubt();
    await this.#converge();
    for (const device of this.#devices) {
      this.#send(device);
      device.read();
    }
    await this.#converge();
  }

  async #converge(): Promise<void> {
    let quiet = 0;
    for (let round = 0; quiet < 3; round += 1) {
      if (round > 400) throw new Violation('does not come to rest');
      this.#replaceDead();
      let moved = false;
      for (const node of this.#nodes) {
        while (node.unoffered.length > 0) this.#offerLate(node);
        while (node.deliver()) moved = true;
        if (round % 4 === 0) node.clock.fire(false);
      }
      for (const device of this.#devices) {
        this.#connect(device);
        for (const send of [...device.outbox]) this.#attempt(device, send);
        device.load();
        while (device.receive()) moved = true;
      }
      for (let hop = 0; hop < 4; hop += 1) {
        if (this.#io.size > 0) moved = true;
        this.#complete(this.#io.size * 2);
        await this.#settle();
      }
      // A poll keeps something going all the time, so rest is when nothing is delivered for a whole round of polls.
      quiet = moved || this.#devices.some(({ outbox }) => outbox.length > 0) ? 0 : quiet + 1;
    }
  }

  #checkEnd(): void {
    for (const room of this.#database.rooms.values()) {
      room.history.forEach((row, index) => {
        if (row.seq !== index + 1) throw new Violation(`${room.id} has a hole in its log`);
      });
    }
    const counts = new Map<string, number>();
    for (const { id: roomId, messages } of this.#database.rooms.values()) {
      for (const { senderId, clientId } of messages) {
        const key = `${roomId} ${senderId} ${clientId}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    for (const key of this.#acknowledged) {
      if (counts.get(key) !== 1)
        throw new Violation(`${key} was acknowledged and is there ${counts.get(key) ?? 0} times`);
    }
    for (const device of this.#devices) {
      device.witness.checkEnd();
      device.checkEnd();
    }
  }
}

function offer(node: SimulatedNode, rows: readonly LogRow[], events: readonly LoggedEvent[] | undefined): void {
  if (node.isAlive) node.streams.offer(rows, events);
}

function unique(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}
