import type { LoggedEvent, MessageState } from '@confab/shared';
import type { LogRow } from '../events/log.js';
import { plainMessage } from './port.js';
import type { PlainSend, PlainSendResult } from './port.js';
import { alone, answering, presentMessage } from './present/message.js';
import type { StorePresentation } from './present/presentation.js';
import type { MessageRow } from './rows.js';

/** Where a message of a batch went. */
export interface Place {
  readonly seq: number;
  readonly pos: number;
}

/** Where one message of a batch went, or why it did not. */
export type Placement =
  (Place & { readonly outcome: 'sent' }) | { readonly outcome: 'fenced' } | { readonly outcome: 'duplicate' };

/**
 * Stores a batch of messages of one shard in one transaction: all that are not fenced or duplicates, or none. Same
 * order and length. No two of them have the same key.
 */
export type PlainWriter = (shard: number, sends: readonly PlainSend[]) => Promise<readonly Placement[]>;

/** What a sender is told, and for a stored message what the log's listeners are told. */
export interface Sent {
  readonly answer: { readonly result: PlainSendResult } | { readonly error: unknown };
  readonly logged?: { readonly row: LogRow; readonly event: LoggedEvent };
}

/** What identifies a message of a retried send; `null` without a client id. */
export function sendKey({ message }: PlainSend): string | null {
  return message.clientId === null ? null : JSON.stringify([message.roomId, message.senderId, message.clientId]);
}

/** The log's row of a message that was placed. */
export function placedRow(shard: number, { message }: PlainSend, { seq, pos }: Place): LogRow {
  const { id, roomId, senderId, createdAt } = message;
  const type = 'message.created';
  return { shard, pos, roomId, seq, type, actorId: senderId, at: createdAt, data: { messageId: id } };
}

/** What a placement means. The message is built from what was sent: nothing else can be in a row that is new. */
export function toSent(shard: number, send: PlainSend, placement: Placement, present: StorePresentation): Sent {
  if (placement.outcome !== 'sent') return { answer: { result: placement } };
  const row = placedRow(shard, send, placement);
  const { message, answer } = presentPlaced(send, placement.seq, present);
  const { at, roomId, seq } = row;
  const event = {
    type: 'message.created',
    at,
    actorId: send.message.senderId,
    roomId,
    seq,
    data: { message },
  } as const;
  return { answer, logged: { row, event } };
}

/** It is committed: a host's function that fails is the sender's affair, and everyone else is told all the same. */
function presentPlaced(
  { message: sent, sender }: PlainSend,
  seq: number,
  present: StorePresentation,
): Pick<Sent, 'answer'> & { readonly message: MessageState } {
  const row: MessageRow = { ...sent, ...plainMessage, kind: 'user', seq };
  try {
    const message = presentMessage(present, row, alone(sender), []);
    return { message, answer: { result: { outcome: 'sent', message: answering(message, []) } } };
  } catch (error) {
    return { message: presentMessage(present.safe, row, alone(sender), []), answer: { error } };
  }
}
