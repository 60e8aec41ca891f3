import { get } from './presence-operations.js';
import { heartbeat, list, revoke } from './session-operations.js';

/** What a user can do with their own devices. */
export const sessionOperations = { list, revoke, heartbeat } as const;

export const presenceOperations = { get } as const;
