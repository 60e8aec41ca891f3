import type { Member, MessageState, RoomState } from '@confab/shared';

/** What the client's store needs of a message, whatever a host makes of it. */
export type MessageCore = Pick<
  MessageState,
  'id' | 'roomId' | 'seq' | 'kind' | 'senderId' | 'mentions' | 'threadId' | 'deletedAt' | 'createdAt' | 'clientId'
>;
export type RoomCore = Pick<RoomState, 'id' | 'kind' | 'seq' | 'lastActivityAt'>;
export type MemberCore = Pick<Member, 'roomId' | 'userId' | 'joinSeq' | 'readSeq' | 'deliveredSeq'>;

/** What each noun is presented as. */
export interface PresentedNouns {
  readonly room: RoomCore;
  readonly member: MemberCore;
  readonly message: MessageCore;
}

/**
 * What the rows become on their way out. Each is pure, quick and the same for every reader: an event is serialised once.
 * The result keeps the fields the client counts with and may change, add or drop any other. `row` holds a host's own
 * columns that were named in `columns`; annotate it.
 */
export interface Presenters<Room = RoomCore, Membership = MemberCore, Said = MessageCore> {
  message?(message: MessageState, row: never): Said;
  room?(room: RoomState, row: never): Room;
  member?(member: Member, row: never): Membership;
}
