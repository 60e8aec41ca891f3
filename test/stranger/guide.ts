import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../examples/commands.js';

/** A file that a page of the guide shows. */
export interface ShownFile {
  readonly name: string;
  readonly text: string;
  /** The numbers of the lines that are marked as new, from 1. */
  readonly marked: readonly number[];
}

/** What a page of the guide tells its reader to write and to type. */
export interface Guide {
  readonly files: readonly ShownFile[];
  /** The lines of the first block of commands that has a word in it. */
  commands(word: string): readonly string[];
}

export async function readGuide(page: string): Promise<Guide> {
  const text = await readFile(path.join(root, 'docs/guide', page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```/gm)].map(
    ([, language, info = '', code = '']) => ({
      language,
      name: /\[([^\]]+)\]/.exec(info)?.[1],
      marked: numbersIn(/\{([\d,-]+)\}/.exec(info)?.[1] ?? ''),
      code,
    }),
  );
  return {
    files: blocks.flatMap(({ name, code, marked }) => (name === undefined ? [] : [{ name, text: code, marked }])),
    commands(word) {
      const found = blocks.find(({ language, code }) => language === 'sh' && code.includes(word));
      if (found === undefined) throw new Error(`${page} has no commands with ${word}`);
      return found.code.trim().split('\n');
    },
  };
}

/** `1-2,5`: 1, 2 and 5. */
function numbersIn(ranges: string): readonly number[] {
  if (ranges === '') return [];
  return ranges.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** The numbers of the lines of `after` that are not in `before`, whatever their indentation. */
export function newLines(before: string, after: string): readonly number[] {
  const left = before.split('\n').map((line) => line.trim());
  return after.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const at = left.indexOf(line.trim());
    if (at === -1) return [index + 1];
    left.splice(at, 1);
    return [];
  });
}
