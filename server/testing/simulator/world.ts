import { createCursorCodec } from '../../events/cursor.js';
import type { LogRow } from '../../events/log.js';
import { changeMembership, changeMessage, notify, type } from './changes.js';
import type { CreateClient } from './client.js';
import { createPlainClient } from './client.js';
import { Database } from './database.js';
import type { Defect } from './defect.js';
import type { DeviceWorld } from './device.js';
import { Device } from './device.js';
import { breakSocket, connect, crash, land, misinform, offer, offerLate, prune, syncPage } from './faults.js';
import { Io, settle } from './io.js';
import { Network } from './network.js';
import type { NodeWorld, RunLimits, SimulatedNode } from './node.js';
import { createNode } from './node.js';
import type { Prng } from './prng.js';
import { createPrng } from './prng.js';
import { Sends } from './sends.js';
import type { Stage } from './stage.js';
import { unique } from './stage.js';
import type { Tally } from './tally.js';
import { Violation } from './violation.js';

/** Something that happens now and then beside what always does. */
export interface Happening {
  /** How often, where all that always happens together weighs 100. */
  readonly weight: number;
  happen(stage: Stage): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly tally: Tally;
  readonly defect?: Defect | undefined;
  /** @default one that keeps nothing */
  readonly createClient?: CreateClient | undefined;
  readonly happenings?: readonly Happening[];
  readonly watch?: DeviceWorld['watch'];
}

/** One run: nodes, devices and a database, driven by a seed. */
export class World implements Stage {
  readonly prng: Prng;
  readonly tally: Tally;
  readonly io: Io;
  readonly database: Database;
  readonly nodeWorld: NodeWorld;
  readonly nodes: SimulatedNode[];
  readonly devices: readonly Device[];
  readonly users: readonly string[];
  readonly defect: Defect | undefined;
  isHealing = false;
  step = 0;
  readonly #network: Network;
  readonly #sends: Sends;
  readonly #happenings: readonly Happening[];
  readonly #ownWeight: number;

  constructor({ seed, tally, defect, createClient = createPlainClient, ...own }: WorldOptions) {
    const prng = createPrng(seed);
    const shardCount = prng.between(1, 4);
    this.prng = prng;
    this.tally = tally;
    this.defect = defect;
    this.#happenings = own.happenings ?? [];
    this.#ownWeight = this.#happenings.reduce((sum, { weight }) => sum + weight, 0);
    this.io = new Io(prng, tally);
    this.io.faultChance = prng.chance(0.5) ? 0.01 : 0;
    const hides = (): boolean => prng.chance(0.3);
    this.database = new Database(shardCount, defect?.takesPositionsEarly === true ? { hides } : undefined);
    this.#network = new Network(prng, tally);
    const { io, database } = this;
    const epoch = `epoch-${seed}`;
    const limits = drawLimits(prng);
    this.nodeWorld = { io, prng, tally, database, network: this.#network, epoch, shardCount, defect, limits };
    const userCount = prng.between(3, 5);
    this.users = Array.from({ length: userCount }, (_, index) => `user-${index}`);
    for (let room = prng.between(3, 7); room > 0; room -= 1) {
      this.database.createRoom([this.anyUser(), ...this.users.filter(() => prng.chance(0.5))].filter(unique), this.now);
    }
    this.nodes = Array.from({ length: prng.between(2, 3) }, () => createNode(this.nodeWorld));
    const codec = createCursorCodec({ epoch, shardCount });
    const watch = own.watch ?? (() => undefined);
    const deviceWorld: DeviceWorld = { io, prng, tally, database, codec, defect, createClient, watch };
    // More devices than users: some have two.
    this.devices = Array.from({ length: userCount + 2 }, (_, index) => {
      return new Device(`device-${index}`, this.users[index % userCount] ?? '', deviceWorld);
    });
    this.#sends = new Sends(this);
  }

  get now(): Date {
    return new Date(this.step * 1_000);
  }

  anyUser = (): string => this.prng.pick(this.users) ?? '';

  anyStarted = (): SimulatedNode | undefined => this.prng.pick(this.nodes.filter(({ isStarted }) => isStarted));

  write = (rows: readonly LogRow[]): void => {
    if (rows.length === 0) return;
    this.tally.effects.commits += 1;
    const node = this.anyStarted();
    const visible = rows.filter((row) => !this.database.hidden.includes(row));
    if (node === undefined || visible.length === 0) return;
    const events = this.prng.chance(0.7) ? visible.map((row) => this.database.render(row)) : undefined;
    if (!this.isHealing && this.prng.chance(0.02)) {
      this.tally.faults.crashBeforeHint += 1;
      this.kill(node);
    } else if (!this.isHealing && this.prng.chance(0.15)) node.unoffered.push({ rows: visible, events });
    else offer(node, visible, events);
  };

  kill = (node: SimulatedNode): void => {
    node.crash();
    for (const device of this.devices) if (device.connection?.node === node) device.disconnect();
  };

  /** @throws {Violation} when a promise is broken. */
  async run(steps: number): Promise<void> {
    while (!this.nodes.every((node) => node.isStarted)) {
      this.#complete(4);
      await this.#settle();
      this.#replaceDead();
    }
    for (this.step = 1; this.step <= steps; this.step += 1) await this.#act();
    await this.#heal();
    this.#checkEnd();
  }

  async #act(): Promise<void> {
    const { chance, pick } = this.prng;
    const isOwn = this.#ownWeight > 0 && chance(this.#ownWeight / (100 + this.#ownWeight));
    const choice = this.prng.next();
    const device = pick(this.devices);
    const node = pick(this.nodes);
    if (device === undefined || node === undefined) return;
    if (isOwn) this.#happen(choice * this.#ownWeight);
    else this.#actUsually(choice, device, node);
    device.client.load?.();
    this.#complete(this.prng.between(0, 4));
    if (chance(0.5)) this.#receive(pick(this.devices) ?? device, 3);
    await this.#settle();
    this.#replaceDead();
  }

  #actUsually(choice: number, device: Device, node: SimulatedNode): void {
    if (choice < 0.12) this.#sends.send(device);
    else if (choice < 0.145) this.#sends.retry(device);
    else if (choice < 0.185) changeMembership(this);
    else if (choice < 0.235) changeMessage(this);
    else if (choice < 0.275) device.client.read?.();
    else if (choice < 0.285) notify(this);
    else if (choice < 0.295) type(this, device);
    else if (choice < 0.3) device.client.doubt?.();
    else if (choice < 0.4) node.deliver();
    else if (choice < 0.45) node.clock.fire(false);
    else if (choice < 0.46) for (let tick = 0; tick < 30; tick += 1) node.clock.fire(true);
    else if (choice < 0.49) offerLate(this, node);
    else if (choice < 0.52) breakSocket(this, device);
    else if (choice < 0.6) connect(this, device);
    else if (choice < 0.61) misinform(this, node);
    else if (choice < 0.62) prune(this);
    else if (choice < 0.63) crash(this, node);
    else if (choice < 0.64) land(this);
    else if (choice < 0.65) syncPage(this, device);
    else if (choice < 0.8) this.#receive(device, 4);
  }

  /** @param choice - Less than all own weights together. */
  #happen(choice: number): void {
    let left = choice;
    const chosen = this.#happenings.find(({ weight }) => (left -= weight) < 0);
    chosen?.happen(this);
  }

  async #settle(): Promise<void> {
    await settle();
    if (this.io.failure !== undefined) throw this.io.failure;
  }

  #receive(device: Device, most: number): void {
    for (let count = this.prng.between(1, most); count > 0 && device.receive(); count -= 1);
  }

  #complete(count: number): void {
    for (let done = 0; done < count && this.io.step(); done += 1);
  }

  /** A node that died comes back as another process. */
  #replaceDead(): void {
    this.nodes.forEach((node, index) => {
      if (!node.isAlive && (this.isHealing || this.prng.chance(0.1))) this.nodes[index] = createNode(this.nodeWorld);
    });
  }

  /** All faults end; everything must come right, and stay right for what happens next. */
  async #heal(): Promise<void> {
    this.isHealing = true;
    this.#network.isFaulty = false;
    this.io.faultChance = 0;
    while (this.database.hidden.length > 0) land(this);
    await this.#converge();
    // A receipt that a live stream missed is made up for when somebody looks at the app again.
    for (const device of this.devices) device.client.doubt?.();
    await this.#converge();
    for (const device of this.devices) {
      this.#sends.send(device);
      device.client.read?.();
    }
    for (const happening of this.#happenings) happening.happen(this);
    await this.#converge();
  }

  async #converge(): Promise<void> {
    let quiet = 0;
    for (let round = 0; quiet < 3; round += 1) {
      if (round > 400) throw new Violation('does not come to rest');
      this.#replaceDead();
      let moved = false;
      for (const node of this.nodes) {
        while (node.unoffered.length > 0) offerLate(this, node);
        while (node.deliver()) moved = true;
        if (round % 4 === 0) node.clock.fire(false);
      }
      for (const device of this.devices) {
        connect(this, device);
        for (const send of [...device.outbox]) this.#sends.attempt(device, send);
        device.client.load?.();
        while (device.receive()) moved = true;
      }
      for (let hop = 0; hop < 4; hop += 1) {
        if (this.io.size > 0) moved = true;
        this.#complete(this.io.size * 2);
        await this.#settle();
      }
      // A poll keeps something going all the time, so rest is when nothing is delivered for a whole round of polls.
      quiet = moved || this.devices.some(({ outbox }) => outbox.length > 0) ? 0 : quiet + 1;
    }
  }

  #checkEnd(): void {
    for (const room of this.database.rooms.values()) {
      room.history.forEach((row, index) => {
        if (row.seq !== index + 1) throw new Violation(`${room.id} has a hole in its log`);
      });
    }
    this.#sends.checkEnd();
    for (const device of this.devices) device.checkEnd();
  }
}

/** Small limits, so that few events reach them. */
function drawLimits(prng: Prng): RunLimits {
  return {
    eventsPerRoom: prng.between(3, 8),
    events: prng.between(6, 30),
    bytes: prng.chance(0.1) ? 4_000 : 1_000_000,
    rooms: prng.between(3, 9),
    ringEvents: prng.pick([2, 8, 64]) ?? 8,
    page: prng.between(2, 5),
    pendingRows: prng.between(2, 8),
    heldEvents: prng.between(20, 60),
  };
}
