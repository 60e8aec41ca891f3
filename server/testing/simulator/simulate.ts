import type { EventDefinitions } from '../../extend/data/definitions.js';
import type { EventsOf } from '../../extend/plugins/plugin.js';
import type { CreateClient } from './client.js';
import { createOnlooker } from './invariants.js';
import type { SimulationInvariant } from './invariants.js';
import { createHappenings } from './own-actions.js';
import type { SimulationAction } from './own-actions.js';
import { violationOf } from './run.js';
import { effectKinds, faultKinds, tallyOf, unseen } from './tally.js';
import type { EffectKind, FaultKind } from './tally.js';
import { World } from './world.js';

/** What a simulation takes of a plugin: the events it declares. */
export interface SimulatedPlugin {
  readonly id: string;
  readonly events?: EventDefinitions;
}

type Both<One, Other> = {
  [Key in keyof One | keyof Other]: Key extends keyof One ? One[Key] : Other[Key & keyof Other];
};
type Intersected<Union> = (Union extends unknown ? (given: Union) => void : never) extends (given: infer All) => void
  ? All
  : never;

/** The events of some plugins and of the host together. */
export type SimulatedEvents<Plugins extends readonly SimulatedPlugin[], Events extends EventDefinitions> =
  Both<Events, Intersected<EventsOf<Plugins[number]>>> extends infer All extends EventDefinitions ? All : Events;

export interface SimulateOptions<Plugins extends readonly SimulatedPlugin[], Events extends EventDefinitions, Model> {
  /** How many runs, each with nodes, devices and faults of its own. @default 100 */
  readonly seeds?: number;
  /** The seed of the first run. @default 1 */
  readonly firstSeed?: number;
  /** How much happens in a run before its faults end and everything has to come right. @default 400 */
  readonly steps?: number;
  /** Plugins whose events the actions publish. */
  readonly plugins?: Plugins;
  /** Events of the host's own, as `createChat({ events })` takes them. */
  readonly events?: Events;
  /** Makes what actions and invariants keep of their own, anew for each run. */
  readonly model?: () => Model;
  readonly actions?: readonly SimulationAction<SimulatedEvents<Plugins, Events>, NoInfer<Model>>[];
  readonly invariants?: readonly SimulationInvariant<SimulatedEvents<Plugins, Events>, NoInfer<Model>>[];
  /** A client's own store, to be driven on every device. @default one that keeps nothing */
  readonly client?: CreateClient;
  /** Told of every run that broke a promise; the next one follows. @default the first one rejects */
  readonly onViolation?: (violation: SimulationViolation) => void;
}

/** A promise of Confab's or an invariant that did not hold. */
export interface SimulationViolation {
  /** Run it again with `simulate({ …, firstSeed: seed, seeds: 1 })` and the same steps: it fails the same way. */
  readonly seed: number;
  readonly sentence: string;
}

/** What happened in all runs together. */
export interface SimulationReport {
  readonly seeds: number;
  readonly steps: number;
  /** Faults that were injected and took effect. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** What came of them. */
  readonly effects: Readonly<Record<EffectKind, number>>;
  /** How often each action published something. */
  readonly actions: Readonly<Record<string, number>>;
  /** How often each invariant was asked. */
  readonly invariants: Readonly<Record<string, number>>;
  readonly violations: readonly SimulationViolation[];
  /** What never happened, so that nothing was shown about it. With few seeds that is the rarest faults. */
  readonly unseen: readonly string[];
}

/** A simulation found a promise broken; its message says which and how to see it again. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly seed: number;

  constructor({ seed, sentence }: SimulationViolation, steps: number) {
    super(`${sentence}. Run it again: simulate({ …, firstSeed: ${seed}, seeds: 1, steps: ${steps} })`);
    this.seed = seed;
  }
}

/**
 * Runs Confab's own event engine (tailer, hub, attach, replay, sync) in a simulated world of two or three nodes and some
 * devices, in which the bus drops, doubles and reorders, sockets break anywhere, nodes die between commit and hint,
 * cursors are spoilt and retention overtakes readers. What every device is told is held against what is promised: per
 * room no hole, no repetition, nothing after a removal, nothing before a joining, nothing that was deleted. Your own
 * events are part of it: an action publishes them, an invariant says what must hold of what devices were told.
 *
 * The same seed makes the same run, on every machine, as long as actions choose by `scope.random` only. Nothing is
 * opened and no time passes: 100 runs of 400 steps take two seconds or so.
 *
 * Rejects with `SimulationError` for the first run that broke a promise, unless `onViolation` is given; whatever else
 * an action throws rejects as it is.
 */
export async function simulate<
  const Plugins extends readonly SimulatedPlugin[] = readonly [],
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- no events
  Events extends EventDefinitions = {},
  Model = undefined,
>(options: SimulateOptions<Plugins, Events, Model>): Promise<SimulationReport> {
  type All = SimulatedEvents<Plugins, Events>;
  const { seeds = 100, firstSeed = 1, steps = 400, actions = [], invariants = [], onViolation } = options;
  const events = eventsOf(options.plugins ?? [], options.events ?? {}) as All;
  const tally = tallyOf(faultKinds, effectKinds);
  const acted = zeroes(actions);
  const asked = zeroes(invariants);
  const violations: SimulationViolation[] = [];

  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const model = options.model?.() as Model;
    const world: World = new World({
      seed,
      tally,
      createClient: options.client,
      happenings: createHappenings<All, Model>(actions, events, model, acted),
      watch: (device) => createOnlooker<All, Model>(device, invariants, model, () => world, asked),
    });
    const sentence = await violationOf(world, steps);
    if (sentence === undefined) continue;
    const violation = { seed, sentence };
    if (onViolation === undefined) throw new SimulationError(violation, steps);
    violations.push(violation);
    onViolation(violation);
  }
  const never = [...Object.entries(acted), ...Object.entries(asked)].filter(([, count]) => count === 0);
  return {
    ...{ seeds, steps: seeds * steps, ...tally, actions: acted, invariants: asked, violations },
    unseen: [...unseen(tally), ...never.map(([name]) => name)],
  };
}

function eventsOf(plugins: readonly SimulatedPlugin[], own: EventDefinitions): EventDefinitions {
  return Object.assign({}, ...plugins.map(({ events }) => events ?? {}), own) as EventDefinitions;
}

function zeroes(named: readonly { readonly name: string }[]): Record<string, number> {
  return Object.fromEntries(named.map(({ name }) => [name, 0]));
}
