import { subscribe, unsubscribe } from './subscriptions.js';

/** Where a user can be reached while no device of theirs is connected. */
export const pushOperations = { subscribe, unsubscribe } as const;
