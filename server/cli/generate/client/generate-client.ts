import path from 'node:path';
import { CommandError } from '../command-error.js';
import { readIfThere, staleFiles, writeFiles } from '../output-files.js';
import { packageInfo } from '../package-info.js';
import { compileRouter } from './compile-router.js';
import { writeContract } from './write-contract.js';
import { madeBy, nameIn, packageFiles } from './package-files.js';

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

/** Makes a publishable package out of a router's types. Returns the paths of what was written, relative to `cwd`. */
export async function generateClient(options: GenerateClientOptions, cwd: string): Promise<readonly string[]> {
  const { file, exported } = parseRouter(options.router);
  const folder = path.resolve(cwd, options.out);
  const manifest = await readIfThere(path.join(folder, 'package.json'));
  const tsconfig = options.tsconfig === undefined ? undefined : path.resolve(cwd, options.tsconfig);
  const router = await compileRouter({ file: path.resolve(cwd, file), exported, tsconfig });
  const contract = writeContract(router, {
    head: `${madeBy} from ${options.router}; changes by hand are lost.`,
    names: { procedures: 'Procedures', router: 'Contract' },
    errorShapeFrom: '@confab/client',
  });
  const name = options.name ?? nameIn(manifest) ?? (await defaultName(cwd, folder));
  const files = packageFiles({ folder, name, contract, info: await packageInfo(), manifest });
  const named = (list: readonly { readonly path: string }[]) => list.map((one) => path.relative(cwd, one.path));
  if (options.check === true) {
    const stale = await staleFiles(files);
    if (stale.length === 0) return [];
    throw new CommandError(`Not up to date: ${named(stale).join(', ')}. Run the command without --check.`);
  }
  if (options.force !== true)
    await refuseForeign(
      files.map((one) => one.path),
      cwd,
    );
  return named(await writeFiles(files));
}

function parseRouter(text: string): { readonly file: string; readonly exported: string } {
  const found = /^(?<file>.+)#(?<exported>[A-Za-z_$][\w$]*)$/.exec(text)?.groups;
  if (found?.['file'] === undefined || found['exported'] === undefined) {
    throw new CommandError(`--router: write the file and what it exports, as in src/router.ts#appRouter.`);
  }
  return { file: found['file'], exported: found['exported'] };
}

async function refuseForeign(files: readonly string[], cwd: string): Promise<void> {
  for (const file of files) {
    if (path.basename(file) === 'package.json') continue;
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
