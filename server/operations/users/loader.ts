import { ChatError } from '@confab/shared';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports.js';

/** A user as the host has it. */
export interface LoadedUser {
  readonly id: string;
  readonly name?: string | null;
  readonly image?: string | null;
}

/** The host's answer to "who are these?". Ids it leaves out are not users. */
export type LoadUsers = (ids: readonly string[]) => Promise<readonly LoadedUser[]> | readonly LoadedUser[];

/** What the host said of some ids. */
export interface Loaded {
  readonly known: ReadonlySet<string>;
  readonly named: readonly LoadedUser[];
}

/** Asks the host, and remembers what it said. */
export interface Loader {
  /** Throws `UNAVAILABLE` when the host fails to answer within 5 s. */
  known(userIds: readonly string[]): Promise<Loaded>;
  /** Asks anew the next time. */
  forget(userId: string): void;
}

const answerMs = 5_000;
const rememberMs = 60_000;
/** Someone who has just signed up is not kept out for long. */
const rememberAbsentMs = 5_000;

interface Answer {
  readonly user: LoadedUser | null;
}

export function createLoader({
  load,
  clock,
  max,
}: {
  readonly load: LoadUsers;
  readonly clock: Clock;
  readonly max: number;
}): Loader {
  const answers = new LRUCache<string, Answer>({ max, ttl: rememberMs });

  async function ask(ids: readonly string[]): Promise<readonly LoadedUser[]> {
    let end = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      const timer = clock.after(answerMs, () => reject(new Error('users.load did not answer in time.')));
      end = () => timer.clear();
    });
    try {
      return await Promise.race([Promise.resolve(ids).then(load), late]);
    } catch (cause) {
      throw new ChatError('UNAVAILABLE', undefined, { cause });
    } finally {
      end();
    }
  }

  return {
    async known(userIds) {
      const found = new Map(userIds.map((id) => [id, answers.get(id)]));
      const missing = userIds.filter((id) => found.get(id) === undefined);
      if (missing.length > 0) {
        const users = new Map((await ask(missing)).map((user) => [user.id, user]));
        for (const id of missing) {
          const answer = { user: users.get(id) ?? null };
          found.set(id, answer);
          answers.set(id, answer, { ttl: answer.user === null ? rememberAbsentMs : rememberMs });
        }
      }
      const named = [...found.values()].flatMap((answer) => answer?.user ?? []);
      return { known: new Set(named.map((user) => user.id)), named };
    },
    forget: (userId) => void answers.delete(userId),
  };
}
