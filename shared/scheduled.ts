import type { Draft } from './drafts.js';

/** A message that is to be sent later, as its author sees it. */
export interface ScheduledMessage extends Omit<Draft, 'updatedAt'> {
  /** Also the `clientId` of the message it becomes. */
  readonly id: string;
  readonly sendAt: Date;
  /** `failed`: it was refused for good when its time had come, and is kept until its author takes it back. */
  readonly state: 'waiting' | 'failed';
  /** The code of what it was refused with; `null` while it waits. */
  readonly error: string | null;
  readonly createdAt: Date;
}

/** What `message.schedule` answers. */
export interface Scheduled {
  readonly id: string;
  readonly sendAt: Date;
}
