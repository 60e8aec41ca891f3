import { createContext, use } from 'react';

/** What the page itself remembers; everything about the chat comes from the hooks. */
export interface Page {
  /** The room that is looked at. */
  readonly selected: string | null;
  select(roomId: string | null): void;
  /** What was begun and not sent, by room. */
  readonly drafts: Map<string, string>;
  /** Why the last action was refused, until it is read. */
  readonly notice: string | null;
  dismiss(): void;
  /** Runs an action and shows why if it is refused. Resolves to whether it worked. */
  attempt(action: Promise<unknown>): Promise<boolean>;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = use(PageContext);
  if (page === null) throw new Error('usePage is for components below PageContext.');
  return page;
}
