import { clear, get, list, set } from './drafts.js';

/** What a user does with what they have begun to write. */
export const draftOperations = { get, set, clear, list } as const;
