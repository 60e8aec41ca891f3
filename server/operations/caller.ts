import type { Caller } from './kernel.js';

/** The sender of what the host itself says. */
const systemUserId = 'system';

/** The host itself as a caller. */
export const systemCaller: Caller = {
  userId: systemUserId,
  profile: { id: systemUserId, name: null, image: null },
  sessionId: null,
  connectionId: null,
  isSystem: true,
};
