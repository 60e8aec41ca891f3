import { isTransportError } from '../errors.js';
import { codeOf } from './refusals.js';
import type { ChatFailure } from './snapshots.js';

/** What can't be loaded at the moment, and why. */
export interface Problems {
  /** A lost connection is none of them: the connection itself tells. */
  note(what: string, error: unknown): void;
  solve(what: string): void;
  get(what: string): ChatFailure | null;
}

export function failureOf(error: unknown): ChatFailure {
  const sentence = error instanceof Error ? error.message : 'That did not work.';
  return { code: codeOf(error), sentence, error };
}

/** @param changed - Called when there is something new to show. */
export function createProblems(changed: () => void): Problems {
  const known = new Map<string, ChatFailure>();
  return {
    note(what, error) {
      if (isTransportError(error)) return;
      known.set(what, failureOf(error));
      changed();
    },
    solve(what) {
      if (known.delete(what)) changed();
    },
    get: (what) => known.get(what) ?? null,
  };
}
