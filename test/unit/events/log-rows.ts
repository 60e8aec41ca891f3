import type { LoggedEvent, MessageState } from '@confab/shared';
import type { LogRow } from '../../../server/events/log.js';
import { messageShape } from '../../../server/testing/simulator/shapes.js';

const at = new Date(0);

export function row(pos: number, change: Partial<LogRow> = {}): LogRow {
  const messageId = `message-${pos}`;
  return {
    shard: 0,
    pos,
    roomId: 'room',
    seq: pos,
    type: 'message.created',
    actorId: 'ann',
    at,
    data: { messageId },
    ...change,
  };
}

export function told(of: LogRow, change: Partial<MessageState> = {}): LoggedEvent {
  const id = of.data.messageId ?? '';
  const message = { ...messageShape(id, of.roomId, of.seq, 'ann', 'client-id-of-ann'), ...change };
  return { type: 'message.created', at, roomId: of.roomId, seq: of.seq, data: { message } };
}
