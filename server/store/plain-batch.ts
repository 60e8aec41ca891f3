import type { LoggedEvent } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import type { PlainSend, PlainSendResult } from './port.js';
import { presentMessage } from './present/message.js';

/** Where one message of a batch went, or why it did not. */
export type Placement =
  | { readonly outcome: 'sent'; readonly seq: number; readonly pos: number }
  | { readonly outcome: 'fenced' }
  | { readonly outcome: 'duplicate' };

/**
 * Stores a batch of messages of one shard in one transaction: all that are not fenced or duplicates, or none. Same
 * order and length. No two of them have the same key.
 */
export type PlainWriter = (shard: number, sends: readonly PlainSend[]) => Promise<readonly Placement[]>;

/** What a sender is told, and for a stored message what the log's listeners are told. */
export interface Sent {
  readonly result: PlainSendResult;
  readonly logged?: { readonly row: LogRow; readonly event: LoggedEvent };
}

/** What identifies a message of a retried send; `null` without a client id. */
export function sendKey({ message }: PlainSend): string | null {
  return message.clientId === null ? null : JSON.stringify([message.roomId, message.senderId, message.clientId]);
}

/** What a placement means. The message is built from what was sent: nothing else can be in a row that is new. */
export function toSent(shard: number, send: PlainSend, placement: Placement): Sent {
  if (placement.outcome !== 'sent') return { result: placement };
  const { seq, pos } = placement;
  const { id, roomId, senderId, createdAt } = send.message;
  const row = {
    ...send.message,
    seq,
    kind: 'user',
    mentions: [],
    mentionsRoom: false,
    editedAt: null,
    deletedAt: null,
  };
  const message = presentMessage({ ...row, kind: 'user' }, send.sender, []);
  return {
    result: { outcome: 'sent', message },
    logged: {
      row: {
        shard,
        pos,
        roomId,
        seq,
        type: 'message.created',
        actorId: senderId,
        at: createdAt,
        data: { messageId: id },
      },
      event: { type: 'message.created', at: createdAt, actorId: senderId, roomId, seq, data: { message } },
    },
  };
}
