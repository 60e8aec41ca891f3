import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

/** Adds `confab deliveries`: what waits to go out, and what was given up. */
export function addDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('pushes and webhooks that did not arrive yet');

  deliveries
    .command('list', { isDefault: true })
    .description('print them, newest first, each as a line of JSON')
    .addOption(new Option('--state <state>', 'only those').choices(['waiting', 'dead']))
    .addOption(new Option('--kind <kind>', 'only those').choices(['push', 'webhook']))
    .option('--most <n>', 'how many at most', count, 100)
    .action(async ({ state, kind, most }: ListFlags) => {
      const { printDeliveries } = await import('./deliveries.js');
      await printDeliveries(await configured(), { state, kind, most });
    });

  deliveries
    .command('retry')
    .argument('<id...>', 'as listed')
    .description('have them tried at once, as if for the first time, by a server that runs')
    .action(async (ids: readonly string[]) => {
      const { retryDeliveries } = await import('./deliveries.js');
      await retryDeliveries(await configured(), ids);
    });

  deliveries
    .command('discard')
    .argument('<id...>', 'as listed')
    .description('drop them for good')
    .action(async (ids: readonly string[]) => {
      const { discardDeliveries } = await import('./deliveries.js');
      await discardDeliveries(await configured(), ids);
    });
}

interface ListFlags {
  readonly state?: 'waiting' | 'dead';
  readonly kind?: 'push' | 'webhook';
  readonly most: number;
}

async function configured() {
  const { readConfig } = await import('../config.js');
  return readConfig(process.env);
}

function count(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('Expected a whole number from 1 to 999999.');
  return Number(value);
}
