import { cancelScheduled, findScheduled, findScheduledBy, listScheduled, scheduleMessage } from './scheduled.js';
import { claimScheduled, nextScheduled, settleScheduled } from './work.js';

/** What is kept of messages that are to be sent later. */
export const scheduledMethods = {
  scheduleMessage,
  findScheduled,
  findScheduledBy,
  cancelScheduled,
  listScheduled,
  nextScheduled,
  claimScheduled,
  settleScheduled,
} as const;
