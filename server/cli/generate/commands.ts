import type { Command } from 'commander';

interface PrismaFlags {
  readonly out?: string;
  readonly into?: string;
  readonly userModel?: string | false;
  readonly config?: string;
  readonly check?: boolean;
  readonly force?: boolean;
}

interface ClientFlags {
  readonly router: string;
  readonly out: string;
  readonly name?: string;
  readonly tsconfig?: string;
  readonly check?: boolean;
  readonly force?: boolean;
}

/** Adds `confab generate`. What it runs is loaded when it runs. */
export function addGenerate(program: Command): void {
  const generate = program.command('generate').description('write what a project takes from Confab');

  generate
    .command('prisma')
    .description('the models of a chat and its plugins, for the Prisma schema')
    .option('--out <file>', 'a file of its own in a schema folder')
    .option('--into <file>', 'a schema in one file, of which only the text between two marker comments is replaced')
    .option('--user-model <name>', 'relations to your model of users; kept at later runs')
    .option('--no-user-model', 'no such relations any more')
    .option('--config <file>', 'the file that exports `plugins`, instead of confab.config.ts')
    .option('--check', 'write nothing and end with 1 when it is not up to date')
    .option('--force', 'overwrite changes by hand, and drop what has to be dropped')
    .action(async ({ config, ...flags }: PrismaFlags) => {
      const [{ generatePrisma }, { loadPlugins }] = await Promise.all([
        import('./prisma/generate-prisma.js'),
        import('./load-config.js'),
      ]);
      const cwd = process.cwd();
      const plugins = await loadPlugins(cwd, config);
      const { file, isWritten, notes } = await generatePrisma({ ...flags, plugins }, cwd);
      console.log(isWritten ? `wrote ${file}` : `${file} is up to date.`);
      if (flags.check !== true) for (const note of notes) console.log(note);
    });

  generate
    .command('client')
    .description('a package with the types of your router, to be used where the server is not')
    .requiredOption('--router <file#export>', 'where the router is, as in src/router.ts#appRouter')
    .requiredOption('--out <folder>', 'the folder of the package')
    .option('--name <name>', 'the name of the package')
    .option('--tsconfig <file>', 'the settings of the router, instead of the nearest tsconfig.json')
    .option('--check', 'write nothing and end with 1 when it is not up to date')
    .option('--force', 'also overwrite files that were not made by this command')
    .action(async (flags: ClientFlags) => {
      const { generateClient } = await import('./client/generate-client.js');
      const { written, warnings } = await generateClient(flags, process.cwd());
      for (const warning of warnings) console.error(warning);
      for (const file of written) console.log(`wrote ${file}`);
      if (written.length === 0) console.log(`${flags.out} is up to date.`);
    });
}
