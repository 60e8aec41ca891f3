import path from 'node:path';
import { CommandError } from '../command-error.js';
import { readIfThere, staleFiles, writeFiles } from '../output-files.js';
import { packageInfo } from '../package-info.js';
import { compileRouter, tellErrors } from './compile-router.js';
import { writeContract } from './write-contract.js';
import { madeBy, madeFiles, nameIn, packageFiles } from './package-files.js';

export interface GenerateClientOptions {
  /** `src/router.ts#appRouter`: a file and what it exports. */
  readonly router: string;
  /** The folder of the package. */
  readonly out: string;
  /** @default the name it has, else the folder's, in the scope of the project */
  readonly name?: string;
  readonly tsconfig?: string;
  /** Writes nothing; what is not up to date is a `CommandError`. */
  readonly check?: boolean;
  /** Also overwrites files that were not made by this command. */
  readonly force?: boolean;
}

/** What came of it. */
export interface GeneratedClient {
  /** The files that were written, relative to `cwd`. */
  readonly written: readonly string[];
  /** What to look at, a text each. */
  readonly warnings: readonly string[];
}

/** Makes a publishable package out of a router's types. */
export async function generateClient(options: GenerateClientOptions, cwd: string): Promise<GeneratedClient> {
  const { file, exported } = parseRouter(options.router);
  const folder = path.resolve(cwd, options.out);
  // Said at once: reading the router takes a while.
  if (options.check !== true && options.force !== true) await refuseForeign(folder, cwd);
  const manifest = await readIfThere(path.join(folder, 'package.json'));
  const tsconfig = options.tsconfig === undefined ? undefined : path.resolve(cwd, options.tsconfig);
  const { type, errors } = await compileRouter({ file: path.resolve(cwd, file), exported, tsconfig });
  const contract = writeContract(type, {
    head: `${madeBy} from ${options.router}; changes by hand are lost.`,
    names: { procedures: 'Procedures', router: 'Contract' },
    errorShapeFrom: '@confab/client',
  });
  const name = options.name ?? nameIn(manifest) ?? (await defaultName(cwd, folder));
  const files = packageFiles({ folder, name, contract, info: await packageInfo(), manifest });
  const warnings =
    errors.length === 0 ? [] : [['The contract may lack something.', ...tellErrors(errors)].join('\n  ')];
  const named = (list: readonly { readonly path: string }[]) => list.map((one) => path.relative(cwd, one.path));
  if (options.check === true) {
    const stale = await staleFiles(files);
    if (stale.length === 0) return { written: [], warnings };
    const sentence = `Not up to date: ${named(stale).join(', ')}. Run the command without --check.`;
    throw new CommandError([sentence, ...warnings].join('\n'));
  }
  return { written: named(await writeFiles(files)), warnings };
}

function parseRouter(text: string): { readonly file: string; readonly exported: string } {
  const found = /^(?<file>.+)#(?<exported>[A-Za-z_$][\w$]*)$/.exec(text)?.groups;
  if (found?.['file'] === undefined || found['exported'] === undefined) {
    throw new CommandError(`--router: write the file and what it exports, as in src/router.ts#appRouter.`);
  }
  return { file: found['file'], exported: found['exported'] };
}

async function refuseForeign(folder: string, cwd: string): Promise<void> {
  for (const name of madeFiles) {
    const file = path.join(folder, name);
    const text = await readIfThere(file);
    if (text === null || text.startsWith(madeBy)) continue;
    throw new CommandError(
      `${path.relative(cwd, file)} was not made by this command. Choose another folder, or --force.`,
    );
  }
}

async function defaultName(cwd: string, folder: string): Promise<string> {
  const scope = /^@[^/]+\//.exec(nameIn(await readIfThere(path.join(cwd, 'package.json'))) ?? '')?.[0] ?? '';
  return `${scope}${path.basename(folder).toLowerCase()}`;
}
