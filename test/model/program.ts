import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { checkDesk } from './check-desk.js';
import { checkDisturbance, checkInvitations, checkNotices, checkReports, checkScheduled } from './check-lists.js';
import { checkDevice, checkDrafts, checkList, checkPending, checkRooms, checkThreads, checkUnread } from './checks.js';
import { Device } from './device.js';
import type { Reduce } from './device.js';
import { Dice } from './dice.js';
import { Model, plainSettings } from './model.js';
import { moves, streamMoves } from './moves/index.js';
import type { StreamStep } from './moves/streams.js';
import { pass, passUntilSent } from './sending.js';
import { hearSystem } from './narration.js';
import { outcomeOf } from './stage.js';
import type { Stage } from './stage.js';
import { shortOf } from './step.js';
import type { Step } from './step.js';

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
      throw new Error(`${late.map((device) => device.name).join()} did not settle.`);
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
  for (const userId of new Set([by, other])) {
    await checkList(model, userId, stage.as(userId));
    await checkScheduled(model, userId, stage.as(userId));
  }
  await checkPending(model, other, stage.as(other));
  await checkThreads(model, other, stage.as(other));
  await checkReports(model, other, stage.as(other));
  await checkNotices(model, other, stage.as(other));
  await checkInvitations(model, other, stage.as(other));
}

async function checkDevices(model: Model, real: Real): Promise<void> {
  await settle(model, real);
  for (const device of real.devices.values()) {
    if (!device.isOnline) continue;
    checkDevice(model, device);
    await checkDesk(model, device, real.stage.as(device.userId));
  }
}

function inTurn({ users }: Model, { steps }: Real): string {
  return users[steps % users.length] ?? users[0];
}

/** How steps of one kind are told of and taken. */
interface Kind<Made> {
  sentence(step: Made): string;
  take(step: Made, model: Model, real: Real): Promise<keyof Tally>;
}

/** What a user calls. */
const calling: Kind<Step> = {
  sentence: ({ by, says, refusal }) => `${shortOf(by)} ${says}${refusal === undefined ? '' : `: ${refusal}`}`,
  async take(step, model, real) {
    const { by, refusal } = step;
    const outcome = await outcomeOf(() => step.call(real.stage.as(by)));
    if (outcome.refusal !== refusal) {
      const answer = outcome.refusal ?? 'no refusal';
      throw new Error(`${calling.sentence(step)}: the answer was ${answer}, not ${refusal ?? 'one'}`);
    }
    real.steps += 1;
    if (refusal === undefined) {
      await learn(step, outcome.answer, model, real);
      await check(model, real, by);
      return 'done';
    }
    // Nothing was done, so nobody hears of anything.
    await checkDevices(model, real);
    const one = inTurn(model, real);
    await checkUnread(model, one, real.stage.as(one));
    return 'refused';
  },
};

/** What no call makes: time goes by, a device goes or comes. */
const streaming: Kind<StreamStep> = {
  sentence: ({ says }) => says,
  async take(step, model, real) {
    await step.run(real);
    await checkDevices(model, real);
    return 'done';
  },
};

async function learn(step: Step, answer: unknown, model: Model, { stage, devices }: Real): Promise<void> {
  step.apply(answer);
  await hearSystem(model, stage);
  const { marks } = (answer ?? {}) as { readonly marks?: readonly { roomId: string; readSeq: number }[] };
  if (marks === undefined) return;
  if (step.isToldToDevice === true) devices.get(step.by)?.learn({ kind: 'moved', marks });
  // Receipts go out once a second.
  await pass(model, stage, 1_000);
}

/** A place in a program: a move, and the dice that make a step of it. */
class Command<Made> implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #stepOf: (model: Model) => Made | undefined;
  readonly #kind: Kind<Made>;
  readonly #tally: Tally;
  #sentence = '';

  constructor(name: string, stepOf: (model: Model) => Made | undefined, kind: Kind<Made>, tally: Tally) {
    this.#name = name;
    this.#stepOf = stepOf;
    this.#kind = kind;
    this.#tally = tally;
  }

  check(model: Readonly<Model>): boolean {
    return this.#stepOf(model as Model) !== undefined;
  }

  async run(model: Model, real: Real): Promise<void> {
    await pass(model, real.stage, 1);
    const step = this.#stepOf(model);
    if (step === undefined) return;
    this.#sentence = this.#kind.sentence(step);
    const counts = this.#tally[await this.#kind.take(step, model, real)];
    counts.set(this.#name, (counts.get(this.#name) ?? 0) + 1);
  }

  toString(): string {
    return this.#sentence;
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
      arbitrary: dice.map((values) => new Command(name, (model) => move(model, new Dice(values)), calling, tally)),
    })),
    ...streamMoves.map(({ name, weight, move }) => ({
      weight,
      arbitrary: dice.map((values) => new Command(name, (model) => move(model, new Dice(values)), streaming, tally)),
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
  const model = new Model(users, stage.now, stage.isNarrated);
  const devices = new Map(model.devices.map((each) => [each, new Device(each, stage, model, reduce)]));
  const real: Real = { stage, devices, steps: 0 };
  try {
    for (const device of devices.values()) await device.come(true);
    await furnish(model, real);
    await fc.asyncModelRun(() => ({ model, real }), program);
    await passUntilSent(model, stage);
    for (const device of devices.values()) {
      if (!device.isOnline) await device.come(false);
      model.offline.delete(device.name);
    }
    await checkDevices(model, real);
    for (const userId of users) {
      await checkUnread(model, userId, stage.as(userId));
      await checkList(model, userId, stage.as(userId));
      await checkRooms(model, userId, stage.as(userId));
      await checkThreads(model, userId, stage.as(userId));
      await checkDrafts(model, userId, stage.as(userId));
      await checkScheduled(model, userId, stage.as(userId));
      await checkReports(model, userId, stage.as(userId));
      await checkNotices(model, userId, stage.as(userId));
      await checkInvitations(model, userId, stage.as(userId));
      await checkDisturbance(model, userId, stage.as(userId));
    }
    // What was told bit by bit is what a new device finds.
    for (const device of devices.values()) {
      await device.go();
      await device.come(true);
    }
    await checkDevices(model, real);
  } finally {
    await Promise.all([...devices.values()].map((device) => device.go()));
  }
}
