import { invitations } from '../rooms/invitations.js';
import { block, blocked, me, unblock } from './blocks.js';
import { get } from './presence-operations.js';
import { heartbeat, list, revoke } from './session-operations.js';

/** What a user can do with their own devices. */
export const sessionOperations = { list, revoke, heartbeat } as const;

/** Who one is, and with whom one wants nothing to do. */
export const userOperations = { me, block, unblock, blocked, invites: invitations } as const;

export const presenceOperations = { get } as const;
