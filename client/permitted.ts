import type { MessageState, Room } from '@confab/shared';

/** A room as an answer carries it, as far as permissions go. */
export type PermittedRoom = Pick<Room, 'kind' | 'visibility' | 'joinPolicy' | 'locked' | 'me'>;

/** A message, as far as permissions go. */
export type SaidMessage = Pick<MessageState, 'senderId'> & Partial<Pick<MessageState, 'kind'>>;
