import type { TestProject } from 'vitest/node';
import { isPostgresThere, startServer } from './server.js';
import type { Provider, TestServer } from './server.js';

/** A server that a whole run uses, as its workers are told of it. */
export interface SharedServer {
  readonly provider: Provider;
  readonly port: number;
  readonly pid: number;
  readonly secret: string;
  readonly databaseUrl: string;
  /** What it prints goes there. */
  readonly logFile: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly sharedServers: readonly SharedServer[];
  }
}

/**
 * Starts one server per database for all suites that ask for nothing of their own: to start one takes longer than most
 * suites do. Their users and rooms are their own, so they do not see each other.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const providers: readonly Provider[] = (await isPostgresThere()) ? ['sqlite', 'postgresql'] : ['sqlite'];
  const servers = await Promise.all(providers.map((provider) => startServer({ provider })));
  project.provide('sharedServers', servers.map(handle));
  return async () => void (await Promise.all(servers.map((server) => server.stop())));
}

function handle({ provider, port, pid, secret, database, logFile }: TestServer): SharedServer {
  if (pid === undefined || secret === null) throw new Error('the server has ended');
  return { provider, port, pid, secret, databaseUrl: database.url, logFile };
}
