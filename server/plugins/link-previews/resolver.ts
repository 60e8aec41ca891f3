import { Resolver } from 'node:dns/promises';

/** Looks up all addresses of a name. None, or a throw: there is no such name. */
export type ResolveName = (name: string, options: { readonly signal: AbortSignal }) => Promise<readonly string[]>;

/**
 * Asks the name servers alone, so that what only this machine knows by name is not found. Not `dns.lookup`: that waits in
 * a thread, of which a process has four, and whoever posts slow names would have them all.
 */
export const resolveName: ResolveName = async (name, { signal }) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
