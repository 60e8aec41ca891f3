import { userCaller } from './calls.js';
import { startPlugins } from './extend/plugins/install.js';
import type { Installed } from './extend/plugins/install.js';
import type { FrontLog } from './front/options.js';
import type { Kernel } from './operations/kernel.js';
import { createExpiry } from './operations/messages/expiry.js';
import { createScheduledSender } from './operations/scheduled/sender.js';
import { openPatiently } from './opening.js';
import type { Outgoing } from './outgoing.js';
import type { Random } from './ports.js';
import { createRetention } from './store/retention.js';

/** How often the log is pruned. */
const pruneMs = 3_600_000;

interface BackgroundOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly log: FrontLog;
  readonly plugins: readonly Installed[];
  readonly outgoing: Outgoing;
  /** Whether the chat is being closed. */
  readonly isOver: () => boolean;
}

/** What a chat does on this node beside answering calls. */
export interface Background {
  /** Needs an open store. Rejects when a plugin can't start. */
  start(): Promise<void>;
  /** Ends once what was under way is over. */
  stop(): Promise<void>;
}

export function createBackground({ kernel, random, log, plugins, outgoing, isOver }: BackgroundOptions): Background {
  const { store, clock, settings } = kernel;
  const running: { stop(): void | Promise<void> }[] = [];

  function startPruning(): { stop(): Promise<void> } {
    const retention = createRetention(store, settings.retention, clock);
    const expiry = createExpiry(kernel);
    const stopped = new AbortController();
    let pruning: Promise<unknown> | undefined;
    const timer = clock.every(pruneMs, () => {
      // One that takes longer goes on instead.
      pruning ??= Promise.all([
        retention.run(stopped.signal).catch((error: unknown) => log.error({ error }, 'pruning the log failed')),
        expiry.run(stopped.signal).catch((error: unknown) => log.error({ error }, 'removing old messages failed')),
      ]).then(() => (pruning = undefined));
    });
    return {
      async stop() {
        timer.clear();
        stopped.abort();
        await pruning;
      },
    };
  }

  /** A host who migrates with Prisma's own tools may have no search index yet, which ends nothing else. */
  async function warnOfSearch(): Promise<void> {
    const fault = await store.read((tx) => store.methods.findSearchFault(tx)).catch(() => null);
    if (fault !== null) log.warn({}, fault);
  }

  return {
    async start() {
      const scheduled = createScheduledSender({
        kernel,
        random,
        log,
        callerOf: (userId) => userCaller(kernel, userId),
      });
      running.push(await startPlugins(plugins, log));
      running.push(startPruning(), scheduled, outgoing);
      scheduled.start();
      await openPatiently(() => outgoing.start(), { clock, log, isOver });
      await warnOfSearch();
    },
    async stop() {
      for (const part of running.splice(0)) await part.stop();
    },
  };
}
