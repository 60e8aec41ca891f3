import { answer, moveMarks } from './answers.js';
import { arrive } from './arrivals.js';
import { Draft } from './draft.js';
import { answerAsk, want } from './paging.js';
import type { Input, StoreState } from './state.js';

/**
 * What is known after these inputs, given what was known before: a pure function. Every event of a room is applied
 * exactly once and in `seq` order, whatever is repeated; where that can't be, `needs` says what to ask for. So it does
 * where what is unread can't be told from what is held.
 */
export function reduce(state: StoreState, inputs: readonly Input[]): StoreState {
  const draft = new Draft(state);
  for (const input of inputs) take(draft, input);
  return draft.finish();
}

function take(draft: Draft, input: Input): void {
  switch (input.kind) {
    case 'event':
      return arrive(draft, input);
    case 'moved':
      return moveMarks(draft, input.marks);
    case 'doubt':
      return draft.doubt(false);
    case 'messages':
    case 'members':
    case 'refused':
      return answerAsk(draft, input);
    case 'open':
    case 'close':
    case 'wantOlder':
    case 'wantMembers':
    case 'trim':
      return want(draft, input);
    default:
      return answer(draft, input);
  }
}
