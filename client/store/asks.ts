import type { Member, MessageState, OwnMember, ReactionCount } from '@confab/shared';

/** Something that a person wants to see, and that the log does not bring; answer it with an `AskAnswer` of its `id`. */
export type Ask =
  /** The messages before this `seq`, or the newest. */
  | { readonly id: number; readonly kind: 'messages'; readonly roomId: string; readonly before: number | null }
  /** The next members of a room, or the first. */
  | { readonly id: number; readonly kind: 'members'; readonly roomId: string; readonly cursor: string | null };

/** An ask on its way. */
export interface Asked {
  readonly id: number;
  /** Messages and users that were told of since: an answer that names one may be older than that, and is asked anew. */
  readonly touched: ReadonlySet<string>;
}

/** How far the list of a room's members was read. */
export interface Roster {
  /** Where the rest begins. */
  readonly cursor: string | null;
  readonly isWhole: boolean;
  /** Marks of these may have moved unheard: whoever looks at them wants them read again. */
  readonly isStale: boolean;
  readonly asked: Asked | null;
}

export type OwnPreferences = Pick<OwnMember, 'notify' | 'archived' | 'pinned'>;

/** A message of an answer tells which reactions are the reader's own. */
export interface LoadedMessage extends MessageState {
  readonly reactions: readonly (ReactionCount & { readonly mine?: boolean })[];
}

/** What came back for an ask. Answers to asks that are no longer there are ignored. */
export type AskAnswer =
  /** In `seq` order and without a gap, up to where the ask said. */
  | {
      readonly kind: 'messages';
      readonly id: number;
      readonly messages: readonly LoadedMessage[];
      readonly hasOlder: boolean;
    }
  | {
      readonly kind: 'members';
      readonly id: number;
      readonly members: readonly Member[];
      readonly nextCursor: string | null;
    }
  /** Nothing came back. It can be wanted again. */
  | { readonly kind: 'refused'; readonly id: number };

/** What a person does. */
export type AskNotice =
  /** Looks at a room. One that is not known is asked for. */
  | { readonly kind: 'open'; readonly roomId: string }
  /** Looks away; what is held of it beyond the usual is let go. */
  | { readonly kind: 'close'; readonly roomId: string }
  | { readonly kind: 'wantOlder'; readonly roomId: string }
  | { readonly kind: 'wantMembers'; readonly roomId: string }
  /** Only the newest message of these is still kept. */
  | { readonly kind: 'trim'; readonly roomIds: readonly string[] };
