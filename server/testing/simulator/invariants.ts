import type { ChatEvent } from '@confab/shared';
import type { Delivery } from '../../events/outlet.js';
import type { EventDefinitions } from '../../extend/data/definitions.js';
import type { Device, Onlooker } from './device.js';
import { truthOf } from './own-actions.js';
import type { SimulatedEvent, SimulatedTruth } from './own-actions.js';
import { Violation } from './violation.js';

/** What a device was told of one room. */
export interface ToldRoom<Events extends EventDefinitions> {
  /** After this `seq` nothing is missing: it joined here, or was told to fetch what came before. */
  readonly fromSeq: number;
  /** Every event since, in order. */
  readonly events: readonly SimulatedEvent<Events>[];
}

/** What one device was told, over all its reconnects. */
export interface SimulatedDevice<Events extends EventDefinitions> {
  /** One user may have two devices. */
  readonly name: string;
  readonly userId: string;
  /** The rooms it is in as far as it was told, and its user's own log under `u:<userId>`. */
  readonly rooms: ReadonlyMap<string, ToldRoom<Events>>;
}

/**
 * Something that must always hold. It fails by throwing, as assertions do, or by returning a sentence that says what is
 * wrong.
 */
export interface SimulationInvariant<Events extends EventDefinitions, Model> {
  readonly name: string;
  /** Asked after each event of a log that a device is told. */
  told?(
    device: SimulatedDevice<Events>,
    event: SimulatedEvent<Events>,
    truth: SimulatedTruth<Events>,
    model: Model,
  ): string | undefined | void;
  /** Asked for each device once all faults have ended and everything has been told. */
  atEnd?(device: SimulatedDevice<Events>, truth: SimulatedTruth<Events>, model: Model): string | undefined | void;
}

interface Told<Events extends EventDefinitions> extends ToldRoom<Events> {
  readonly events: SimulatedEvent<Events>[];
}

/** Keeps what a device is told and asks the invariants about it. */
export function createOnlooker<Events extends EventDefinitions, Model>(
  device: Device,
  invariants: readonly SimulationInvariant<Events, Model>[],
  model: Model,
  stage: () => Parameters<typeof truthOf>[0],
  counts: Record<string, number>,
): Onlooker {
  const rooms = new Map<string, Told<Events>>();
  const { name, userId } = device;
  const seen: SimulatedDevice<Events> = { name, userId, rooms };

  function ask(
    question: (invariant: SimulationInvariant<Events, Model>) => (() => string | undefined | void) | undefined,
  ): void {
    for (const invariant of invariants) {
      const answer = question(invariant);
      if (answer === undefined) continue;
      counts[invariant.name] = (counts[invariant.name] ?? 0) + 1;
      const sentence = sentenceOf(answer);
      if (sentence !== undefined) throw new Violation(`${invariant.name} (${name} of ${userId}): ${sentence}`);
    }
  }

  function logged(event: SimulatedEvent<Events>): void {
    const { roomId, seq } = event;
    const known = rooms.get(roomId);
    if (known !== undefined && seq <= (known.events.at(-1)?.seq ?? known.fromSeq)) return;
    const isNew = known === undefined || joins(event as ChatEvent, userId);
    const told: Told<Events> = isNew ? { fromSeq: seq - 1, events: [] } : known;
    told.events.push(event);
    rooms.set(roomId, told);
    ask(({ told: question }) => question && (() => question(seen, event, truthOf(stage()), model)));
    if (ends(event as ChatEvent, userId)) rooms.delete(roomId);
  }

  return {
    saw({ event }: Delivery) {
      if (event.type === 'resync' || (event.type === 'ready' && !event.data.resumed)) rooms.clear();
      else if (event.type === 'room.gone') rooms.delete(event.roomId ?? '');
      else if (event.type === 'room.limited') {
        rooms.set(event.roomId ?? '', { fromSeq: event.data.headSeq, events: [] });
      } else if (event.seq !== undefined) logged(event as SimulatedEvent<Events>);
    },
    checkEnd: () => ask(({ atEnd }) => atEnd && (() => atEnd(seen, truthOf(stage()), model))),
  };
}

function sentenceOf(answer: () => string | undefined | void): string | undefined {
  try {
    return answer() ?? undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function joins(event: ChatEvent, userId: string): boolean {
  const isEntry = event.type === 'member.added' || event.type === 'room.created';
  return isEntry && event.data.members.some((member) => member.userId === userId);
}

function ends(event: ChatEvent, userId: string): boolean {
  if (event.type === 'room.deleted') return true;
  return event.type === 'member.removed' && event.data.userIds.includes(userId);
}
