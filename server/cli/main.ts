#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander';
import { addDeliveries } from './deliveries/command.js';
import { addGenerate } from './generate/commands.js';
import { addInit } from './init/command.js';

// What a command runs is loaded when it runs: the others then start at once, and need no built Prisma client.
const program = new Command('confab').description(
  'Chat for applications that already have a tRPC server and a database.',
);

program
  .command('serve')
  .description('run the standalone server')
  .action(async () => {
    const [{ readConfig }, { createLog }] = await Promise.all([import('./config.js'), import('./log.js')]);
    const config = readConfig(process.env);
    const { serve } = await import('./serve.js');
    await serve(config, createLog());
  });

program
  .command('migrate')
  .description('bring the database at DATABASE_URL up to date, with the tables of the plugins in confab.config.ts')
  .option('--migrations <folder>', "apply a project's own Prisma migrations instead")
  .option('--search', "only make what message.search needs beside the tables, which Prisma's own tools do not make")
  .option('--config <file>', 'the file that exports `plugins`, instead of confab.config.ts')
  .action(async ({ migrations: folder, config, search: onlySearch }: MigrateFlags) => {
    const [{ readConfig }, { migrate }] = await Promise.all([import('./config.js'), import('./migrate.js')]);
    const { loadPlugins } = await import('./generate/load-config.js');
    const plugins = folder === undefined && onlySearch !== true ? await loadPlugins(process.cwd(), config) : [];
    const applied = await migrate(readConfig(process.env), { plugins, folder, onlySearch });
    for (const name of applied) console.log(`applied ${name}`);
    console.log('The database is up to date.');
  });

program
  .command('token')
  .argument('<user>', 'the id of the user')
  .description('print a token for a user, for development')
  .option('--name <name>', 'the name others see')
  .option('--seconds <n>', 'how long it is good for', positiveInteger, 86_400)
  .action(async (user: string, options: { name?: string; seconds: number }) => {
    const [{ readConfig }, { printToken }] = await Promise.all([import('./config.js'), import('./print-token.js')]);
    await printToken(readConfig(process.env), { id: user, ...options });
  });

addDeliveries(program);
addGenerate(program);
addInit(program);

try {
  await program.parseAsync();
} catch (error) {
  // The sentence says it; a stack would bury it.
  console.error(`confab: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

interface MigrateFlags {
  readonly migrations?: string;
  readonly search?: boolean;
  readonly config?: string;
}

function positiveInteger(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('Expected a whole number above 0.');
  return Number(value);
}
