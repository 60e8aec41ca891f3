import type { Member, MessageState, RoomState } from '@confab/shared';
import type { MemberRow, MessageRow, RoomRow } from '../rows.js';
import { checkPlainData } from './plain-data.js';

/** How rows leave the store: a host's `present`, with nothing done where there is none. */
export interface Presentation {
  /** Reactions are added afterwards where a host kept the field: answers tell each reader their own. */
  message(message: MessageState, row: MessageRow): MessageState;
  room(room: RoomState, row: RoomRow): RoomState;
  member(member: Member, row: MemberRow): Member;
  /** The host's own columns, which rows must have when they are presented. */
  readonly columns: Required<OwnColumns>;
  /** Whether nothing is done. */
  readonly isPlain: boolean;
}

/** A host's own columns on Confab's models, to be handed to `present`. */
export interface OwnColumns {
  readonly room?: readonly string[];
  readonly member?: readonly string[];
  /** Messages are then always sent on the ordinary path, so that the row can be read back. */
  readonly message?: readonly string[];
}

/** What nouns become on their way out of a store. Throws when a host's function does, or returns what can't be sent. */
export interface StorePresentation extends Presentation {
  /** For what has to be delivered whatever happens: failures are reported, and the noun is told as Confab has it. */
  readonly safe: StorePresentation;
}

/** Told of what a host's function threw where nobody is there to be told. */
export type Report = (error: unknown, what: string) => void;

/** Nothing done. */
export const plainStorePresentation: StorePresentation = {
  message: (message) => message,
  room: (room) => room,
  member: (member) => member,
  columns: { room: [], member: [], message: [] },
  isPlain: true,
  get safe() {
    return plainStorePresentation;
  },
};

/** A host's presentation, with its results looked at. */
export function createStorePresentation(present: Presentation, report: Report): StorePresentation {
  const { columns } = present;
  if (present.isPlain) return { ...plainStorePresentation, columns };

  function checked<Noun>(name: string, noun: Noun): Noun {
    checkPlainData(noun, `What present.${name} returned`);
    return noun;
  }
  function orPlain<Noun>(name: string, noun: Noun, presented: () => Noun): Noun {
    try {
      return presented();
    } catch (error) {
      report(error, `present.${name} failed`);
      return noun;
    }
  }

  const strict: StorePresentation = {
    message: (message, row) => checked('message', present.message(message, row)),
    room: (room, row) => checked('room', present.room(room, row)),
    member: (member, row) => checked('member', present.member(member, row)),
    columns,
    isPlain: false,
    get safe() {
      return safe;
    },
  };
  const safe: StorePresentation = {
    message: (message, row) => orPlain('message', message, () => strict.message(message, row)),
    room: (room, row) => orPlain('room', room, () => strict.room(room, row)),
    member: (member, row) => orPlain('member', member, () => strict.member(member, row)),
    columns,
    isPlain: false,
    get safe() {
      return safe;
    },
  };
  return strict;
}
