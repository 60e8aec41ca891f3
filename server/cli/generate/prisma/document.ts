import { createHash } from 'node:crypto';
import { CommandError } from '../command-error.js';
import type { UserModel } from './user-model.js';
import { plainLines, readBlocks, withOwn, withoutOwn } from './schema-blocks.js';

/** Models that were written before, as they were found. */
export interface FoundModels {
  readonly text: string;
  /** Whether nothing was changed by hand but what is below `// own`. */
  readonly isUntouched: boolean;
  /** The host's model that relations lead to, and its id. */
  readonly user: UserModel | undefined;
  /** The project's own lines, by model. */
  readonly own: ReadonlyMap<string, string>;
}

const markers = { begin: '// confab:begin', end: '// confab:end' } as const;

const header =
  /^\/\/ Made by `confab generate prisma` \S+, sha256 ([0-9a-f]{64})(?:, users (\w+)\.(\w+))?\.\r?\n(?:\/\/.*\r?\n)*/m;

/**
 * What stands in front of the models. The hash tells what was changed by hand; the model of the users is kept there, so
 * that it need not be named at every run.
 */
export function printModels(
  fragment: string,
  version: string,
  user: FoundModels['user'],
  own: FoundModels['own'],
): string {
  const users = user === undefined ? '' : `, users ${user.name}.${user.id}`;
  return `// Made by \`confab generate prisma\` ${version}, sha256 ${hashOf(fragment)}${users}.
// Columns and indexes of your own go to the end of a model, below a line "// own", and stay there.
// Whatever else is changed by hand is found by --check, and kept from being overwritten.

${withOwn(fragment, own)}`;
}

/** Reads models that were written by `printModels`; `undefined` for any other text. */
export function readModels(text: string): FoundModels | undefined {
  const found = header.exec(text);
  if (found === null) return undefined;
  const models = text.slice(found.index + found[0].length);
  const [, hash, name, id] = found;
  const own = readBlocks(models).flatMap((block) => (block.own === '' ? [] : [[block.name, block.own] as const]));
  return {
    text: withoutOwn(models),
    isUntouched: hashOf(withoutOwn(models)) === hash,
    user: name === undefined || id === undefined ? undefined : { name, id },
    own: new Map(own),
  };
}

function hashOf(models: string): string {
  return createHash('sha256').update(plainLines(models).join('\n')).digest('hex');
}

/** The text between the markers of a schema; `null`: it has none. */
export function betweenMarkers(schema: string): string | null {
  const place = placeOf(schema);
  return place === undefined ? null : schema.slice(place.from, place.to);
}

/** The schema without what is between the markers. */
export function withoutMarked(schema: string): string {
  const place = placeOf(schema);
  return place === undefined ? schema : schema.slice(0, place.from) + schema.slice(place.to);
}

/** The schema with nothing changed but the text between the markers; without any, they are added at its end. */
export function replaceBetweenMarkers(schema: string, models: string): string {
  const place = placeOf(schema);
  const lineBreak = schema.includes('\r\n') ? '\r\n' : '\n';
  const inside = `\n${models.trimEnd()}\n`.replaceAll('\n', lineBreak);
  if (place !== undefined) return schema.slice(0, place.from) + inside + schema.slice(place.to);
  const before = schema.trimEnd();
  return `${before}${before === '' ? '' : lineBreak + lineBreak}${markers.begin}${inside}${markers.end}${lineBreak}`;
}

function placeOf(schema: string): { readonly from: number; readonly to: number } | undefined {
  const lines = (marker: string) => [...schema.matchAll(new RegExp(`^[ \\t]*${marker}\\b.*$`, 'gm'))];
  const [begins, ends] = [lines(markers.begin), lines(markers.end)];
  const [begin, end] = [begins[0], ends[0]];
  if (begin === undefined && end === undefined) return undefined;
  if (begin === undefined || end === undefined || begins.length > 1 || ends.length > 1 || begin.index > end.index) {
    throw new CommandError(`The schema must have one line ${markers.begin} and, after it, one line ${markers.end}.`);
  }
  return { from: begin.index + begin[0].replace(/\r$/, '').length, to: end.index };
}
