import { readFile } from 'node:fs/promises';
import { procedurePermissions } from '@confab/shared';
import { describe, expect, test } from 'vitest';

const page = await readFile(new URL('../../docs/features.md', import.meta.url), 'utf8');

/** What the last column of the page's tables names. */
const named = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | ').at(-1) ?? '')
  .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/gu)].map(([, name = '']) => name))
  .filter((name) => name !== 'chat.system');

describe('the page of what it offers', () => {
  test('has every procedure in it', () => {
    expect(Object.keys(procedurePermissions).filter((name) => !named.includes(name))).toEqual([]);
  });

  test('names none that is not there', () => {
    expect(named.filter((name) => !(name in procedurePermissions))).toEqual([]);
  });
});
