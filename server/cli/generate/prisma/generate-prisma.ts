import path from 'node:path';
import { CommandError } from '../command-error.js';
import { readIfThere, writeFiles } from '../output-files.js';
import { packageInfo } from '../package-info.js';
import type { PluginSchema } from '../plugin-schema.js';
import { differences } from './differences.js';
import { betweenMarkers, printModels, readModels, replaceBetweenMarkers, withoutMarked } from './document.js';
import type { FoundModels } from './document.js';
import { externalTables, fragmentText } from './fragment.js';
import { findHostSchema, isInConfig, schemasBeside, schemaText } from './host-schema.js';
import type { HostSchema } from './host-schema.js';
import { findLosses } from './losses.js';
import { plainLines, readBlocks } from './schema-blocks.js';
import { findUserModel, userNotes } from './user-model.js';
import type { UserModel } from './user-model.js';

export interface GeneratePrismaOptions {
  readonly plugins: readonly PluginSchema[];
  /** A file of its own, to lie in a schema folder. */
  readonly out?: string | undefined;
  /** A schema in one file, of which the text between two marker comments is replaced. */
  readonly into?: string | undefined;
  /** The host's model that relations lead to; `false`: none. @default the one of the last time */
  readonly userModel?: string | false | undefined;
  /** Writes nothing; a text that is not up to date is a `CommandError`. */
  readonly check?: boolean | undefined;
  /** Overwrites what was changed by hand, and drops what has to be dropped. */
  readonly force?: boolean | undefined;
}

/** What came of it. */
export interface GeneratedPrisma {
  /** Relative to `cwd`. */
  readonly file: string;
  readonly isWritten: boolean;
  /** What is left to be done by hand. */
  readonly notes: readonly string[];
}

/** Where the models go, and what is there. */
interface Target {
  readonly file: string;
  readonly shown: string;
  /** Whether they are a part of the file. */
  readonly isInto: boolean;
  /** The whole file; `null`: there is none. */
  readonly text: string | null;
  /** The models that are there; `undefined`: none, or not made here. */
  readonly found: FoundModels | undefined;
  /** Whether there is something that was not made here. */
  readonly isForeign: boolean;
  /** What Prisma reads together with them. */
  readonly beside: string;
  /** The models of the host, as far as they can be found. */
  readonly host: string;
}

/**
 * Writes the models of a chat and its plugins into a host's Prisma schema. Nothing that was changed by hand is overwritten,
 * and nothing is written that would cost rows, unless forced: the `CommandError` says what it is.
 */
export async function generatePrisma(options: GeneratePrismaOptions, cwd: string): Promise<GeneratedPrisma> {
  const target = await look(options, cwd);
  const { file, shown, isInto, text, found, host } = target;
  const user = userModel(options.userModel, target);
  const fragment = await fragmentText(options.plugins, user);
  refuseTwice(target, fragment);
  const notes = [...(user === undefined ? [] : userNotes(user, host)), ...(await externalNotes(cwd))];

  const isCurrent = found?.isUntouched === true && isSame(found.text, fragment) && found.user?.id === user?.id;
  if (isCurrent) return { file: shown, isWritten: false, notes };
  if (options.check === true) {
    throw new CommandError([`${shown} is not up to date.`, ...differences(found?.text ?? '', fragment)].join('\n  '));
  }
  if (options.force !== true) refuse(target, fragment);
  const models = printModels(fragment, (await packageInfo()).version, user, found?.own ?? new Map());
  await writeFiles([{ path: file, text: isInto ? replaceBetweenMarkers(text ?? '', models) : models }]);
  return { file: shown, isWritten: true, notes };
}

async function look(options: GeneratePrismaOptions, cwd: string): Promise<Target> {
  const schema = await findHostSchema(cwd);
  const { file, isInto } = place(options, cwd, schema);
  const shown = path.relative(cwd, file);
  const text = await readIfThere(file);
  if (isInto && text === null) throw new CommandError(`--into: there is no file ${shown}. Use --out to make one.`);
  const models = isInto ? betweenMarkers(text ?? '') : text;
  const found = models === null ? undefined : readModels(models);
  const isForeign = found === undefined && models !== null && models.trim() !== '';
  const around = isInto ? [withoutMarked(text ?? '')] : [];
  const beside = [...around, ...(await schemasBeside(file, schema))].join('\n');
  const host = beside === '' && schema !== undefined ? await schemaText(schema) : beside;
  return { file, shown, isInto, text, found, isForeign, beside, host };
}

function place(
  { out, into }: GeneratePrismaOptions,
  cwd: string,
  host: HostSchema | undefined,
): Pick<Target, 'file' | 'isInto'> {
  if (out !== undefined && into !== undefined) throw new CommandError('Use --out or --into, not both.');
  if (out !== undefined) return { file: path.resolve(cwd, out), isInto: false };
  if (into !== undefined) return { file: path.resolve(cwd, into), isInto: true };
  if (host === undefined) {
    throw new CommandError(
      'There is no Prisma schema here. Say where: --out prisma/schema/chat.prisma, or --into a file.',
    );
  }
  return host.isFolder
    ? { file: path.join(host.path, 'chat.prisma'), isInto: false }
    : { file: host.path, isInto: true };
}

function userModel(asked: string | false | undefined, { found, host }: Target): UserModel | undefined {
  if (asked === false) return undefined;
  return asked === undefined ? found?.user : findUserModel(asked, host);
}

/** A model or a column that is there twice would break the schema. */
function refuseTwice({ found, beside }: Target, fragment: string): void {
  const blocks = new Map(readBlocks(fragment).map((block) => [block.name, block]));
  const twice = readBlocks(beside).find(({ name }) => blocks.has(name));
  if (twice !== undefined)
    throw new CommandError(`The schema has a ${twice.kind} ${twice.name} of its own: take it out first.`);
  for (const [model, lines] of found?.own ?? []) {
    const [added] = readBlocks(`model ${model} {\n${lines.replace(/^.*\n?/, '')}\n}\n`);
    const taken = added?.fields.find(({ name }) => blocks.get(model)?.fields.some((field) => field.name === name));
    if (taken !== undefined) throw new CommandError(`${model}.${taken.name} is Confab's own now: rename yours.`);
  }
}

function refuse({ shown, found, isForeign }: Target, fragment: string): void {
  const says = (sentence: string, lines: readonly string[]) => new CommandError([sentence, ...lines].join('\n  '));
  if (isForeign)
    throw says(`${shown} was not made by this command. Choose another file, or --force to overwrite it.`, []);
  if (found === undefined) return;
  if (!found.isUntouched) {
    throw says(
      `${shown} was changed by hand. Move columns of your own below a line "// own", or --force to overwrite it.`,
      differences(found.text, fragment),
    );
  }
  const losses = findLosses(found.text, fragment);
  if (losses.length === 0) return;
  throw says(`${shown} is left as it is: a migration to the new models would cost rows. --force to write it.`, losses);
}

/** Only SQLite has tables beside the models. */
async function externalNotes(cwd: string): Promise<readonly string[]> {
  const [first] = externalTables;
  const isOnPostgresql = (await findHostSchema(cwd))?.provider === 'postgresql';
  if (first === undefined || isOnPostgresql || (await isInConfig(cwd, `${first}_`))) return [];
  return [
    `Add to prisma.config.ts: experimental: { externalTables: true }, tables: { external: ${JSON.stringify(externalTables)} }`,
  ];
}

function isSame(left: string, right: string): boolean {
  return plainLines(left).join('\n') === plainLines(right).join('\n');
}
