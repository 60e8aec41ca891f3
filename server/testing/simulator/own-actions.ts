import type { JsonObject, LoggedEvent } from '@confab/shared';
import type { LogRow } from '../../events/log.js';
import type { EventDataOf, EventDefinitions } from '../../extend/data/definitions.js';
import type { OwnEventsOf } from '../../extend/types/shape.js';
import type { z } from 'zod';
import type { Database } from './database.js';
import type { Prng } from './prng.js';
import type { Stage } from './stage.js';
import type { Happening } from './world.js';

/** An event of a log as it is told: one of Confab's, or one of those that were declared for the simulation. */
export type SimulatedEvent<Events extends EventDefinitions> = LoggedEvent | OwnEventsOf<Events>;

/** What an event carries, as it is given to `publish`: what readers get. */
export type SimulatedData<Definition> = Definition extends z.ZodType ? z.input<Definition> : EventDataOf<Definition>;

/** What is true in a run, whatever anybody was told of it. */
export interface SimulatedTruth<Events extends EventDefinitions> {
  readonly now: Date;
  readonly users: readonly string[];
  /** The rooms that are not deleted, with who is in them. */
  readonly rooms: readonly { readonly id: string; readonly members: readonly string[] }[];
  /** Everything ever logged in a room, as it is told today. */
  log(roomId: string): readonly SimulatedEvent<Events>[];
}

/** What an action does things with. */
export interface ActionScope<Events extends EventDefinitions> extends SimulatedTruth<Events> {
  /** Choose with nothing else, so that the same seed makes the same run. */
  readonly random: Prng;
  /**
   * Logs an event in a room or in a user's own log. All that one action publishes is one transaction. Throws for a type
   * that was not declared, and for data that does not fit its schema.
   */
  publish<Type extends keyof Events & string>(
    to: { readonly roomId: string } | { readonly userId: string },
    type: Type,
    data: SimulatedData<Events[Type]>,
    options?: { readonly actorId?: string },
  ): void;
}

/** Something that users of the simulated chat do now and then. */
export interface SimulationAction<Events extends EventDefinitions, Model> {
  readonly name: string;
  /** How often, where everything Confab itself does (sends, faults, reconnects …) weighs 100 together. @default 5 */
  readonly weight?: number;
  /** Does it, at once: a promise is not waited for. It may find nothing to do. */
  act(scope: ActionScope<Events>, model: Model): void;
}

const presetWeight = 5;

/** What is true on this stage. */
export function truthOf<Events extends EventDefinitions>(
  stage: Pick<Stage, 'database' | 'users' | 'now'>,
): SimulatedTruth<Events> {
  const { database } = stage;
  return {
    now: stage.now,
    users: stage.users,
    get rooms() {
      return [...database.rooms.values()]
        .filter(({ id, isDeleted }) => !isDeleted && !id.startsWith('u:'))
        .map(({ id }) => ({ id, members: database.membersOf(id) }));
    },
    log: (roomId) => logOf<Events>(database, roomId),
  };
}

function logOf<Events extends EventDefinitions>(database: Database, roomId: string): SimulatedEvent<Events>[] {
  const history = database.rooms.get(roomId)?.history ?? [];
  return history.map((row) => database.render(row) as SimulatedEvent<Events>);
}

/** The actions as a run takes them; `counts` tells how often each published something. */
export function createHappenings<Events extends EventDefinitions, Model>(
  actions: readonly SimulationAction<Events, Model>[],
  events: Events,
  model: Model,
  counts: Record<string, number>,
): Happening[] {
  return actions.map((action) => ({
    weight: action.weight ?? presetWeight,
    happen(stage) {
      const rows: LogRow[] = [];
      const publish: ActionScope<Events>['publish'] = (to, type, data, { actorId } = {}) => {
        const payload = checked(events, type, data) as JsonObject;
        const roomId = 'roomId' in to ? to.roomId : stage.database.personal(to.userId);
        rows.push(...stage.database.publish({ roomId, type, actorId: actorId ?? null, at: stage.now, payload }));
      };
      action.act({ ...truthOf<Events>(stage), random: stage.prng, publish }, model);
      if (rows.length > 0) counts[action.name] = (counts[action.name] ?? 0) + 1;
      stage.write(rows);
    },
  }));
}

/** The data as readers get it. */
function checked(events: EventDefinitions, type: string, data: unknown): unknown {
  const definition = Object.hasOwn(events, type) ? events[type] : undefined;
  if (definition === undefined) throw new Error(`There is no event ${type}: declare it in "events" or by a plugin.`);
  if ('render' in definition) return data;
  const parsed = definition.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Error(`The data of ${type} does not fit its schema: ${parsed.error.message}`);
}
