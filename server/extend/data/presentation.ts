import type { Member, MessageState, RoomState } from '@confab/shared';
import type { MemberRow, MessageRow, RoomRow } from '../../store/rows.js';
import type { OwnColumns } from './presenters.js';

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
