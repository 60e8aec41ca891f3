import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../viewer.js';

/** Who is logged in to a test's server. */
export interface Logins {
  /** A new token for this user. */
  token(viewer: Viewer): string;
  viewerOf(token: string): Viewer | null;
}

export function createLogins(): Logins {
  const viewers = new Map<string, Viewer>();
  return {
    token(viewer) {
      const token = randomUUID();
      viewers.set(token, viewer);
      return token;
    },
    viewerOf: (token) => viewers.get(token) ?? null,
  };
}
