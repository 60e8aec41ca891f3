import type { Server } from 'node:http';
import type { Logger } from 'pino';

/** Past this a server that will not end is ended. */
const patienceMs = 14_000;
const drainMs = 5_000;

export interface Shutdown {
  readonly isDraining: boolean;
}

export interface Ending {
  readonly server: Server;
  readonly chat: { close(options: { drainMs: number }): Promise<void> };
  readonly database: { close(): Promise<void> };
  readonly log: Logger;
}

/**
 * On the first SIGTERM or SIGINT moves the clients away and ends the process with 0; another signal changes nothing.
 */
export function endOnSignal({ server, chat, database, log }: Ending): Shutdown {
  let isDraining = false;

  async function end(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    await chat.close({ drainMs });
    server.closeAllConnections();
    await closed;
    await database.close();
  }

  const onSignal = (signal: NodeJS.Signals) => {
    if (isDraining) return;
    isDraining = true;
    log.info({ signal }, 'draining');
    // Also keeps the process alive until everything is closed: the chat's own timers do not.
    setTimeout(() => {
      log.warn('some work did not end in time');
      process.exit(0);
    }, patienceMs);
    end()
      .catch((error: unknown) => log.error({ error }, 'the end was not clean'))
      .finally(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    get isDraining() {
      return isDraining;
    },
  };
}
