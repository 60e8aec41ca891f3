import { list } from './list.js';
import { follow, read, unfollow } from './standing.js';

/** What a user does with threads, beside saying something in one. */
export const threadOperations = { list, read, follow, unfollow } as const;

export type { ThreadMark } from './standing.js';
