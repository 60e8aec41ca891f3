import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

const here = new URL('../', import.meta.url);
const page = await readFile(new URL('../docs/parity.md', here), 'utf8');

/** A row of a table: what it is about, and the tests that are named in its last column. */
interface Row {
  readonly key: string;
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

function rowsOf(heading: string): readonly Row[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [body = ''] = section.split('\n## ');
  return body
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\|( -+:? \|)+$/.test(line))
    .map((line) => line.slice(2, -2).split(/ (?<!\\)\| /))
    .filter(([key]) => key !== '#' && key !== 'there')
    .map((cells) => ({ key: cells[0] ?? '', text: cells.join(' '), tests: namedIn(cells.at(-1) ?? '') }));
}

function namedIn(cell: string): Row['tests'] {
  return cell.split('<br>').flatMap((named) => {
    const [, file, title] = /^`([^`]+\.ts)`: (.+)$/.exec(named.trim()) ?? [];
    return file === undefined || title === undefined ? [] : [{ file, title: title.replaceAll('\\|', '|') }];
  });
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a source has a test of this title: spelled out, with something filled in, or as a row of a table of cases. */
function hasTest(source: string, title: string): boolean {
  const titles = source.matchAll(/\b(?:test|it)\b[^'"`\n]*\(\s*(['"`])((?:(?!\1)[^\\]|\\.)+)\1/g);
  const patterns = [...titles].map(([, , found = '']) => found.replaceAll(/\\(['"`])/g, '$1'));
  const fits = (pattern: string): boolean => {
    const parts = pattern.split(/\$\{[^}]*\}|%[sdijfo]/);
    return parts.join('').trim() !== '' && new RegExp(`^${parts.map(escaped).join('.+')}$`, 'u').test(title);
  };
  const quoted = [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``];
  const isCase = patterns.includes('%s') && quoted.some((text) => source.includes(text));
  // Cases that several files run.
  const isShared = quoted.some((text) => source.includes(`says: ${text}`));
  return isCase || isShared || patterns.some(fits);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the page on parity', () => {
  const behaviours = rowsOf('Behaviours');
  const weaknesses = rowsOf('Weaknesses');
  const handlers = rowsOf('Handler methods');
  const checks = rowsOf('Permission checks');
  const all = [...behaviours, ...weaknesses, ...handlers, ...checks];

  test('has each behaviour and each weakness once, in order', () => {
    expect(behaviours.map(({ key }) => key)).toEqual(range(176).map(String));
    expect(weaknesses.map(({ key }) => key)).toEqual(range(57).map((nth) => `W${nth}`));
    expect(handlers.length).toBeGreaterThanOrEqual(20);
    expect(checks.length).toBeGreaterThanOrEqual(6);
  });

  test('says of each behaviour whether it is the same or what is better', () => {
    const open = behaviours.filter(({ text }) => !/ (same|better: )/.test(text));
    expect(open.map(({ key }) => key)).toEqual([]);
  });

  test('names a test for each row, or says why it is so by design', () => {
    const bare = all.filter(({ tests, text }) => tests.length === 0 && !/ By design: /.test(text));
    expect(bare.map(({ key }) => key)).toEqual([]);
    expect(behaviours.every(({ tests }) => tests.length > 0)).toBe(true);
  });

  test('names tests that are there', async () => {
    const files = [...new Set(all.flatMap(({ tests }) => tests.map(({ file }) => file)))];
    const sources = new Map<string, string>();
    for (const file of files) {
      sources.set(file, await readFile(new URL(file, here), 'utf8').catch(() => ''));
    }
    const missing = all.flatMap(({ key, tests }) =>
      tests
        .filter(({ file, title }) => !hasTest(sources.get(file) ?? '', title))
        .map(({ file, title }) => `${key}: ${file}: ${title}`),
    );
    expect(missing).toEqual([]);
  });

  test('knows a title that is not there', async () => {
    const source = await readFile(new URL('conformance/rooms-create.test.ts', here), 'utf8');
    expect(hasTest(source, 'a group without others has just its owner')).toBe(true);
    expect(hasTest(source, 'a group without others has no owner')).toBe(false);
    expect(hasTest(source, '')).toBe(false);
    const cases = await readFile(new URL('unit/messages/html.test.ts', here), 'utf8');
    expect(hasTest(cases, '50 a handler goes')).toBe(true);
    expect(hasTest(cases, '50 a handler stays')).toBe(false);
  });
});
