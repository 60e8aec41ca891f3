import { answer, moveMarks } from './answers.js';
import { arrive } from './arrivals.js';
import { Draft } from './draft.js';
import type { Input, StoreState } from './state.js';

/**
 * What is known after these inputs, given what was known before: a pure function. Every event of a room is applied
 * exactly once and in `seq` order, whatever is repeated; where that can't be, `needs` says what to ask for. So it does
 * where what is unread can't be told from what is held.
 */
export function reduce(state: StoreState, inputs: readonly Input[]): StoreState {
  const draft = new Draft(state);
  for (const input of inputs) {
    if (input.kind === 'event') arrive(draft, input);
    else if (input.kind === 'moved') moveMarks(draft, input.marks);
    else if (input.kind === 'doubt') draft.doubt(false);
    else answer(draft, input);
  }
  return draft.finish();
}
