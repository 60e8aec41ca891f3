import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports.js';
import { fold } from './fold.js';
import type { FloodLimit, FloodRule } from './options.js';

/** Something that counts towards the limits. */
export interface FloodCall {
  readonly userId: string;
  readonly roomId: string;
  /** The same for every try of one call, so that trying again counts once; `null` when that can't be told. */
  readonly key: string | null;
  readonly content: string;
  /** Beside the content. */
  readonly urls: readonly string[];
  /** Edits are no messages of their own. */
  readonly isEdit: boolean;
}

/** Counts on this node. */
export interface FloodGate {
  /** `null` when it may pass, and is counted; else how long it is too much for, in milliseconds. */
  pass(call: FloodCall): number | null;
}

interface Counted {
  readonly at: number;
  readonly key: string | null;
  readonly digest: string;
}

/** Users and rooms that are kept in mind; what is forgotten is forgiven. */
const most = 50_000;

export function createFloodGate({ messages, repeats }: Required<FloodRule>, clock: Clock): FloodGate {
  const paces = new LRUCache<string, readonly Counted[]>({ max: most });
  const voices = new LRUCache<string, readonly Counted[]>({ max: most });

  /** What of the past still counts, without earlier tries of this call. */
  function counted(of: LRUCache<string, readonly Counted[]>, name: string, limit: FloodLimit, call: Counted) {
    return (of.get(name) ?? []).filter(
      ({ at, key, digest }) =>
        at > call.at - limit.perMs && !(key !== null && key === call.key && digest === call.digest),
    );
  }

  function waitMs(limit: FloodLimit, among: readonly Counted[], now: number): number | null {
    const first = among.at(-limit.count);
    return first === undefined ? null : Math.max(1, first.at + limit.perMs - now);
  }

  return {
    pass({ userId, roomId, key, content, urls, isEdit }) {
      const now = clock.now().getTime();
      const call: Counted = { at: now, key, digest: digestOf(content, urls) };
      const place = JSON.stringify([roomId, userId]);
      const paced =
        messages === false || isEdit ? null : { limit: messages, past: counted(paces, place, messages, call) };
      const voiced = repeats === false ? null : { limit: repeats, past: counted(voices, userId, repeats, call) };
      const same = voiced?.past.filter(({ digest }) => digest === call.digest) ?? [];
      const waits = [
        paced === null ? null : waitMs(paced.limit, paced.past, now),
        voiced === null ? null : waitMs(voiced.limit, same, now),
      ].filter((wait) => wait !== null);
      if (waits.length > 0) return Math.max(...waits);
      if (paced !== null) paces.set(place, [...paced.past, call].slice(-paced.limit.count));
      if (voiced !== null) voices.set(userId, [...voiced.past, call].slice(-Math.max(200, voiced.limit.count)));
      return null;
    },
  };
}

/** What reads the same is the same. */
function digestOf(content: string, urls: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([fold(content).text.trim(), ...urls]))
    .digest('base64');
}
