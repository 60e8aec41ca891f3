import type { ChatScope } from '../scope.js';

/** A hook with its types left behind; what it is called with was checked where it was declared. */
export interface LooseHook {
  readonly inTransaction?: boolean;
  when?(call: { readonly input: unknown; readonly ctx: ChatScope }): boolean;
  before?(call: { readonly input: unknown; readonly ctx: ChatScope; readonly tx?: unknown }): unknown;
  around?(call: {
    readonly input: unknown;
    readonly ctx: ChatScope;
    readonly next: (input?: unknown) => Promise<unknown>;
    readonly said: unknown;
  }): unknown;
  claims?(call: { readonly input: unknown; readonly ctx: ChatScope }): boolean | Promise<boolean>;
  afterCommit?(call: {
    readonly input: unknown;
    readonly ctx: ChatScope;
    readonly result: unknown;
    readonly closeCode?: number;
  }): unknown;
}

export type LooseHooks = Readonly<Record<string, LooseHook | undefined>>;

const isOutside = ({ inTransaction = false }: LooseHook): boolean => !inTransaction;

/** The hooks of each name, in the order they nest in: the first is the outermost, and those in the transaction are within the others. */
export function byName(sources: readonly LooseHooks[]): ReadonlyMap<string, readonly LooseHook[]> {
  const found = new Map<string, LooseHook[]>();
  for (const source of sources) {
    for (const [name, hook] of Object.entries(source)) {
      if (hook === undefined) continue;
      const known = found.get(name) ?? [];
      known.push(hook);
      found.set(name, known);
    }
  }
  for (const hooks of found.values()) hooks.sort((one, other) => Number(isOutside(other)) - Number(isOutside(one)));
  return found;
}
