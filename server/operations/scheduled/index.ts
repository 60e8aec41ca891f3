import { schedule, scheduled, unschedule } from './scheduled.js';

/** What a user does with messages that are to be sent later. */
export const scheduledOperations = { schedule, unschedule, scheduled } as const;
