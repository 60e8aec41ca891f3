import type { Member, MessageState, RoomState } from '@confab/shared';
import type { Presenters } from './presenters.js';
import type { OwnColumns, Presentation } from '../../store/present/presentation.js';

type Columns = Readonly<Record<string, unknown>>;

/** Rows as the host's `present` makes them, with the columns it named. */
export function createPresentation(present: Presenters, columns: OwnColumns): Presentation {
  const { room = [], member = [], message = [] } = columns;
  // Of a row that is gone nothing is known: its columns are null.
  const pick = (row: object, names: readonly string[]): Columns =>
    Object.fromEntries(names.map((name) => [name, (row as Columns)[name] ?? null]));
  // Each was declared as a method over the host's own row; what `columns` names is what it gets.
  const given = (picked: Columns): never => picked as never;
  return {
    // What a host leaves out is left out; the types of its router say so.
    message: (plain, row) => (present.message?.(plain, given(pick(row, message))) ?? plain) as MessageState,
    room: (plain, row) => (present.room?.(plain, given(pick(row, room))) ?? plain) as RoomState,
    member: (plain, row) => (present.member?.(plain, given(pick(row, member))) ?? plain) as Member,
    columns: { room, member, message },
    isPlain: present.message === undefined && present.room === undefined && present.member === undefined,
  };
}
