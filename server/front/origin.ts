import type { IncomingMessage } from 'node:http';

/** Throws when an entry is not exactly an origin, because a near miss would silently lock everybody out. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(
        `webSockets({ allowedOrigins }): "${origin}" is not an origin. Write scheme, host and port only, as in "https://app.example:8443".`,
      );
    }
  }
}

/** What a request says of where it comes from. */
export type OriginVerdict = 'allowed' | 'refused' | 'cookieless';

/**
 * A page's origin has to be listed exactly. Without an Origin it is no browser, so nobody rides on a user's cookies:
 * such a request may come in with a token, but its cookies count for nothing (`cookieless`), and with cookies alone it
 * is refused.
 */
export function judgeOrigin(req: IncomingMessage, allowed: readonly string[], bringsToken: boolean): OriginVerdict {
  const count = countHeader(req, 'origin');
  if (count > 1) return 'refused';
  const { origin, cookie } = req.headers;
  if (count === 1) return origin !== undefined && allowed.includes(origin) ? 'allowed' : 'refused';
  if (cookie === undefined) return 'allowed';
  return bringsToken ? 'cookieless' : 'refused';
}

/** How often a header was sent; Node joins repeated ones, so `headers` can't tell. */
export function countHeader(req: IncomingMessage, name: string): number {
  let count = 0;
  for (let index = 0; index < req.rawHeaders.length; index += 2) {
    if (req.rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count;
}
