/**
 * Why the server closes a socket, and whether to come back.
 *
 * `comeBack: true`: reconnect with jitter and the cursor; nothing is missed.
 * `comeBack: false`: stay away until the user or the credentials change.
 */
export const closeCodes = {
  DRAIN: { code: 1001, comeBack: true, reason: 'The server is going away.' },
  FRAME_TOO_BIG: { code: 1009, comeBack: true, reason: 'A frame was larger than the limit.' },
  TRY_LATER: { code: 1013, comeBack: true, reason: 'Try again later.' },
  UNAUTHENTICATED: { code: 4001, comeBack: false, reason: 'Not authenticated.' },
  FLOOD: { code: 4008, comeBack: true, reason: 'Too many refused calls.' },
  SLOW_READER: { code: 4009, comeBack: true, reason: 'Events were read too slowly.' },
  TOO_MANY_CONNECTIONS: { code: 4010, comeBack: true, reason: 'Too many connections.' },
  REVOKED: { code: 4011, comeBack: false, reason: 'The session was revoked.' },
  NO_CREDENTIALS: { code: 4012, comeBack: true, reason: 'No credentials came in time.' },
  TOKEN_EXPIRED: { code: 4013, comeBack: true, reason: 'The token has expired.' },
  PROTOCOL: { code: 4014, comeBack: false, reason: 'Protocol violation.' },
} as const;

export type CloseReason = keyof typeof closeCodes;

/** Whether a client should reconnect after this close code; unknown codes mean a lost connection, so yes. */
export function shouldComeBack(code: number): boolean {
  return !Object.values(closeCodes).some((entry) => entry.code === code && !entry.comeBack);
}
