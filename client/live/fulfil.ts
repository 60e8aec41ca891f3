import type { Ask } from '../store/asks.js';
import type { Need } from '../store/state.js';
import type { Core } from './core.js';
import type { Fetch } from './fetch.js';
import type { Patience } from './patience.js';
import type { Problems } from './problems.js';

export interface FulfilOptions {
  readonly core: Core;
  readonly fetch: Fetch;
  readonly patience: Patience;
  readonly problems: Problems;
}

/** Needs and asks served side by side. */
const atOnce = 6;

/**
 * Asks the server for whatever the store needs, as soon as it does. Without an answer to a need the store can't go on, so
 * it is asked for until there is one; a person can want something again.
 */
export function fulfil({ core, fetch, patience, problems }: FulfilOptions): void {
  const begun = new Set<number>();
  const waiting: (Need | Ask)[] = [];
  let running = 0;

  const isWanted = ({ id }: Need | Ask): boolean => core.state.needs.has(id) || core.state.asks.has(id);

  async function meet(need: Need): Promise<void> {
    const problem = problemOfNeed(need);
    const answer = await patience.persist(() => fetch.need(need), {
      isWanted: () => isWanted(need),
      isFinal: () => false,
      failed: (error) => problems.note(problem, error),
    });
    if (answer === undefined) return;
    problems.solve(problem);
    core.take(answer);
  }

  async function respond(ask: Ask): Promise<void> {
    const problem = `${ask.kind} ${ask.roomId}`;
    try {
      const answer = await patience.persist(() => fetch.ask(ask), { isWanted: () => isWanted(ask) });
      if (answer === undefined) return;
      problems.solve(problem);
      core.take(answer);
    } catch (error) {
      problems.note(problem, error);
      core.take({ kind: 'refused', id: ask.id });
    }
  }

  async function work(): Promise<void> {
    running += 1;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.kind === 'messages' || next.kind === 'members') await respond(next);
      else await meet(next);
      begun.delete(next.id);
    }
    running -= 1;
  }

  core.watch((before, { needs, asks }) => {
    if (before.needs === needs && before.asks === asks) return;
    for (const each of [...needs.values(), ...asks.values()]) {
      if (begun.has(each.id)) continue;
      begun.add(each.id);
      waiting.push(each);
    }
    while (running < atOnce && waiting.length > 0) void work();
  });
}

function problemOfNeed(need: Need): string {
  return need.kind === 'room' || need.kind === 'events' ? `room ${need.roomId}` : need.kind;
}
