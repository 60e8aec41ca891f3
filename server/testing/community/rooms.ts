import type { RoomKind, UserProfile } from '@confab/shared';
import type { Prng } from '../simulator/prng.js';
import { shuffled } from './people.js';
import { topics } from './topics.js';
import type { Topic } from './topics.js';

/** A room as it is going to be. */
export interface PlannedRoom {
  readonly kind: RoomKind;
  /** `null` in direct rooms. */
  readonly name: string | null;
  readonly topic: Topic;
  readonly isPublic: boolean;
  /** The first of them makes it. */
  readonly userIds: readonly string[];
  /** How many of them have a right to speak where not everybody has. */
  readonly speakers: number;
  readonly messages: number;
}

const places = ['', ' north', ' harbour', ' evening', ' beginners', ' committee', ' 2', ' abroad'] as const;

/**
 * Rooms of all kinds: a fifth channels, two fifths groups, the rest pairs. Few are busy and most are not, as everywhere:
 * the n-th gets a share of 1/n.
 */
export function planRooms(
  prng: Prng,
  people: readonly UserProfile[],
  { rooms, messages }: { readonly rooms: number; readonly messages: number },
): readonly PlannedRoom[] {
  const kinds = Array.from({ length: rooms }, (_, index) => kindAt(index));
  const shares = kinds.map((_, index) => 1 / (index + 2));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const pairs = new Set<string>();
  let left = messages;
  return kinds.map((kind, index) => {
    const count = index === rooms - 1 ? left : Math.min(left, Math.round((messages * (shares[index] ?? 0)) / whole));
    left -= count;
    const topic = topics[index % topics.length] as Topic;
    const name = kind === 'direct' ? null : `${topic.name}${places[Math.floor(index / topics.length) % places.length]}`;
    const userIds = kind === 'direct' ? newPair(prng, people, pairs) : crowd(prng, people, kind);
    const speakers = kind === 'channel' ? Math.min(6, userIds.length) : userIds.length;
    return { kind, name, topic, isPublic: kind === 'channel' || prng.chance(0.2), userIds, speakers, messages: count };
  });
}

function kindAt(index: number): RoomKind {
  return (['group', 'direct', 'channel', 'group', 'direct'] as const)[index % 5] as RoomKind;
}

function crowd(prng: Prng, people: readonly UserProfile[], kind: RoomKind): readonly string[] {
  const most = kind === 'channel' ? people.length : Math.min(people.length, 40);
  const least = Math.min(most, kind === 'channel' ? 40 : 4);
  return shuffled(prng, people)
    .slice(0, prng.between(least, most))
    .map(({ id }) => id);
}

function newPair(prng: Prng, people: readonly UserProfile[], taken: Set<string>): readonly string[] {
  for (;;) {
    const pair = crowdOf(prng, people, 2);
    const key = pair.toSorted().join(' & ');
    if (taken.has(key)) continue;
    taken.add(key);
    return pair;
  }
}

function crowdOf(prng: Prng, people: readonly UserProfile[], size: number): readonly string[] {
  return shuffled(prng, people)
    .slice(0, size)
    .map(({ id }) => id);
}
