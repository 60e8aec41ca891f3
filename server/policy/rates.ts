import { ChatError } from '@confab/shared';
import type { Rate } from '@confab/shared';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../ports.js';

interface Bucket {
  tokens: number;
  at: number;
}

/** Counts calls per user. */
export interface Rates {
  /** Takes one token. Throws `RATE_LIMITED` with `retryAfterMs` when there is none; nothing is taken then. */
  take(userId: string, rate: string): void;
}

/**
 * Token buckets in memory: a bucket refills evenly and holds at most `burst`. A full bucket is the same as none, so
 * forgetting the least recently used one of more than 50,000 users forgives at most one burst.
 */
export function createRates(limits: Readonly<Record<string, Rate | false>>, clock: Clock): Rates {
  const buckets = new LRUCache<string, Bucket>({ max: 50_000 });
  const refill = (key: string, { perSecond, burst }: Rate): Bucket => {
    const now = clock.now().getTime();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    // A clock that was set back must not drain anybody.
    const elapsed = Math.max(0, now - bucket.at) / 1_000;
    bucket.tokens = Math.min(burst, bucket.tokens + elapsed * perSecond);
    bucket.at = now;
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    take(userId, name) {
      const rate = limits[name] ?? false;
      if (rate === false) return;
      const bucket = refill(`${name}/${userId}`, rate);
      if (bucket.tokens < 1) {
        const retryAfterMs = Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1_000);
        throw new ChatError('RATE_LIMITED', undefined, { details: { retryAfterMs } });
      }
      bucket.tokens -= 1;
    },
  };
}
