import type { JsonObject } from '@confab/shared';
import type { ChatScheduledMessage } from '../generated/sqlite/client.js';
import { jsonObject } from '../records.js';

/** How a scheduled message stands. `sending`: a node has claimed it. */
export type ScheduledState = 'waiting' | 'sending' | 'sent' | 'cancelled' | 'failed';

/** A scheduled message's row. */
export interface ScheduledRow {
  readonly id: string;
  readonly roomId: string;
  readonly userId: string;
  /** What `message.send` will be given; empty once it is of no use any more. */
  readonly input: JsonObject;
  readonly clientId: string | null;
  readonly bodyHash: string | null;
  readonly sendAt: Date;
  readonly state: ScheduledState;
  /** How often a node has claimed it. */
  readonly attempts: number;
  /** While `sending`: until when it is one node's; while `waiting`: not to be tried before. */
  readonly claimedUntil: Date | null;
  readonly messageId: string | null;
  readonly error: string | null;
  readonly createdAt: Date;
}

/** A scheduled message's record as a row. */
export function scheduledRow(record: ChatScheduledMessage): ScheduledRow {
  return { ...record, state: record.state as ScheduledState, input: jsonObject(record.input) };
}
