import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { checkDevice, checkDrafts, checkList, checkPending, checkRooms, checkThreads, checkUnread } from './checks.js';
import { Device } from './device.js';
import type { Reduce } from './device.js';
import { Dice } from './dice.js';
import { Model, plainSettings } from './model.js';
import { moves, streamMoves } from './moves/index.js';
import type { StreamMove } from './moves/streams.js';
import { outcomeOf } from './stage.js';
import type { Stage } from './stage.js';
import type { Move } from './step.js';

/** The real thing under one program. */
export interface Real {
  readonly stage: Stage;
  readonly devices: ReadonlyMap<string, Device>;
  /** Steps so far; whose list is looked at goes round. */
  steps: number;
}

/** What happened over all programs, so that a test can say that enough did. */
export interface Tally {
  readonly done: Map<string, number>;
  readonly refused: Map<string, number>;
}

const settleMs = 20_000;

/** Waits until every device that is online knows everything there is. */
export async function settle(model: Model, { devices }: Real): Promise<void> {
  const deadline = Date.now() + settleMs;
  const isSettled = (): boolean => [...devices.values()].every((device) => device.isSettled);
  while (!isSettled()) {
    if (Date.now() > deadline) {
      const late = [...devices.values()].filter((device) => !device.isSettled);
      for (const device of late) checkDevice(model, device);
      throw new Error(`${late.map(({ userId }) => userId).join()} did not settle.`);
    }
    await turn();
  }
  // What is not kept has no place by which one could tell that it came.
  for (const device of devices.values()) await device.flush();
}

/** Everybody's counts and devices; the lists of whoever acted and, in turn, of one more. */
async function check(model: Model, real: Real, by: string): Promise<void> {
  await checkDevices(model, real);
  const { stage } = real;
  for (const userId of model.users) await checkUnread(model, userId, stage.as(userId));
  const other = inTurn(model, real);
  for (const userId of new Set([by, other])) await checkList(model, userId, stage.as(userId));
  await checkPending(model, other, stage.as(other));
  await checkThreads(model, other, stage.as(other));
}

async function checkDevices(model: Model, real: Real): Promise<void> {
  await settle(model, real);
  for (const device of real.devices.values()) if (device.isOnline) checkDevice(model, device);
}

function inTurn({ users }: Model, { steps }: Real): string {
  return users[steps % users.length] ?? users[0];
}

/** One step of a program. */
class Command implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #move: Move;
  readonly #dice: readonly number[];
  readonly #tally: Tally;
  #says: string | undefined;

  constructor(name: string, move: Move, dice: readonly number[], tally: Tally) {
    this.#name = name;
    this.#move = move;
    this.#dice = dice;
    this.#tally = tally;
  }

  check(model: Readonly<Model>): boolean {
    return this.#move(model as Model, new Dice(this.#dice)) !== undefined;
  }

  async run(model: Model, real: Real): Promise<void> {
    real.stage.advance(1);
    const step = this.#move(model, new Dice(this.#dice));
    if (step === undefined) return;
    const { by, refusal } = step;
    this.#says = `${by.replace(/^.*-/u, '')} ${step.says}${refusal === undefined ? '' : `: ${refusal}`}`;
    const outcome = await outcomeOf(() => step.call(real.stage.as(by)));
    if (outcome.refusal !== refusal) {
      throw new Error(`${this.#says}: the answer was ${outcome.refusal ?? 'no refusal'}, not ${refusal ?? 'one'}`);
    }
    const { done, refused } = this.#tally;
    const counts = refusal === undefined ? done : refused;
    counts.set(this.#name, (counts.get(this.#name) ?? 0) + 1);
    if (refusal === undefined) {
      step.apply(outcome.answer);
      const { marks } = (outcome.answer ?? {}) as { readonly marks?: readonly { roomId: string; readSeq: number }[] };
      if (marks !== undefined) {
        if (step.isToldToDevice === true) real.devices.get(by)?.learn({ kind: 'moved', marks });
        // Receipts go out once a second.
        real.stage.advance(1_000);
      }
    }
    real.steps += 1;
    if (refusal === undefined) return check(model, real, by);
    // Nothing was done, so nobody hears of anything.
    await checkDevices(model, real);
    const one = inTurn(model, real);
    await checkUnread(model, one, real.stage.as(one));
  }

  toString(): string {
    return this.#says ?? '';
  }
}

/** A step that no call makes: time goes by, a device goes or comes. */
class StreamCommand implements fc.AsyncCommand<Model, Real> {
  readonly #move: StreamMove;
  readonly #dice: readonly number[];
  readonly #tally: Tally;
  readonly #name: string;
  #says: string | undefined;

  constructor(name: string, move: StreamMove, dice: readonly number[], tally: Tally) {
    this.#name = name;
    this.#move = move;
    this.#dice = dice;
    this.#tally = tally;
  }

  check(model: Readonly<Model>): boolean {
    return this.#move(model as Model, new Dice(this.#dice)) !== undefined;
  }

  async run(model: Model, real: Real): Promise<void> {
    const step = this.#move(model, new Dice(this.#dice));
    if (step === undefined) return;
    this.#says = step.says;
    await step.run(real);
    const { done } = this.#tally;
    done.set(this.#name, (done.get(this.#name) ?? 0) + 1);
    await checkDevices(model, real);
  }

  toString(): string {
    return this.#says ?? '';
  }
}

export interface ProgramOptions {
  readonly stage: Stage;
  readonly tally: Tally;
  readonly length: number;
  /** The client's reducer, perhaps with a defect. */
  readonly reduce?: Reduce | undefined;
  /** What fast-check said of a failure. */
  readonly replayPath?: string;
}

let programs = 0;

/** Any program of so many steps: whoever does whatever, with devices that go and come. */
export function anyProgram({ tally, length, replayPath }: Omit<ProgramOptions, 'stage' | 'reduce'>) {
  const dice = fc.array(fc.nat(9_999), { minLength: 10, maxLength: 10 });
  const made = [
    ...moves.map(({ name, weight, move }) => ({
      weight,
      arbitrary: dice.map((values) => new Command(name, move, values, tally)),
    })),
    ...streamMoves.map(({ name, weight, move }) => ({
      weight,
      arbitrary: dice.map((values) => new StreamCommand(name, move, values, tally)),
    })),
  ];
  return fc.commands([fc.oneof(...made)] as unknown as fc.Arbitrary<fc.AsyncCommand<Model, Real>>[], {
    maxCommands: length,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  });
}

/** Begins with some rooms, so that a program has something to work with. */
async function furnish(model: Model, real: Real): Promise<void> {
  const [ada, bob = ada, ...others] = model.users;
  const settings = { ...plainSettings, name: 'Plaza' };
  const plaza = await real.stage.as(ada).room.create({ kind: 'group', name: 'Plaza', members: [bob, ...others] });
  model.create({ id: plaza.id, kind: 'group', founders: model.users, ownerId: ada, settings });
  const pair = await real.stage.as(ada).room.create({ kind: 'direct', members: [bob] });
  const founders = [ada, bob];
  model.create({ id: pair.id, kind: 'direct', founders, ownerId: null, settings: { ...plainSettings, maxMembers: 2 } });
  await check(model, real, ada);
}

/** Runs one program against the real router and the model side by side, and compares everything at its end. */
export async function runProgram(
  { stage, reduce }: Pick<ProgramOptions, 'stage' | 'reduce'>,
  program: Iterable<fc.AsyncCommand<Model, Real>>,
): Promise<void> {
  programs += 1;
  const name = (short: string): string => `p${programs}-${short}`;
  const users = [name('ada'), ...['bob', 'cyd', 'dan', 'eve'].map(name)] as const;
  const model = new Model(users, stage.now);
  const devices = new Map(users.map((userId) => [userId, new Device(userId, stage, model, reduce)]));
  const real: Real = { stage, devices, steps: 0 };
  try {
    for (const device of devices.values()) await device.come(true);
    await furnish(model, real);
    await fc.asyncModelRun(() => ({ model, real }), program);
    for (const device of devices.values()) {
      if (!device.isOnline) await device.come(false);
      model.offline.delete(device.userId);
    }
    await settle(model, real);
    for (const [userId, device] of devices) {
      checkDevice(model, device);
      await checkUnread(model, userId, stage.as(userId));
      await checkList(model, userId, stage.as(userId));
      await checkRooms(model, userId, stage.as(userId));
      await checkThreads(model, userId, stage.as(userId));
      await checkDrafts(model, userId, stage.as(userId));
    }
    // What was told bit by bit is what a new device finds.
    for (const device of devices.values()) {
      await device.go();
      await device.come(true);
    }
    await settle(model, real);
    for (const device of devices.values()) checkDevice(model, device);
  } finally {
    await Promise.all([...devices.values()].map((device) => device.go()));
  }
}
