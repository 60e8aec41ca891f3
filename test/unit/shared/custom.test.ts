import { describe, expect, it } from 'vitest';
import { ChatError, checkCustom, defaultLimits } from '@confab/shared';

function codeOf(value: unknown): string {
  try {
    checkCustom(value, defaultLimits);
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
  return 'passed';
}

function nested(depth: number): unknown {
  return depth === 1 ? {} : { a: nested(depth - 1) };
}

describe('a custom object', () => {
  it('is plain JSON', () => {
    expect(codeOf({ a: [1, 'x', null, true, { b: -0.5 }] })).toBe('passed');
    for (const value of [null, [], 'x', 1, new Date(), new Map()]) expect(codeOf(value)).toBe('VALIDATION');
    for (const value of [undefined, new Date(), 1n, new Set(), Number.NaN, '\u0000', '\ud800']) {
      expect(codeOf({ a: value })).toBe('VALIDATION');
    }
  });

  it('is itself the first of five levels', () => {
    expect(codeOf(nested(5))).toBe('passed');
    expect(codeOf(nested(6))).toBe('VALIDATION');
    expect(codeOf({ a: [[[[1]]]] })).toBe('passed');
    expect(codeOf({ a: [[[[[1]]]]] })).toBe('VALIDATION');
  });

  it('is refused for its depth before anything walks a circle', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(codeOf(circle)).toBe('VALIDATION');
  });

  it('has at most 4,096 bytes of JSON in UTF-8', () => {
    const overhead = JSON.stringify({ a: '' }).length;
    expect(codeOf({ a: 'x'.repeat(4_096 - overhead) })).toBe('passed');
    expect(codeOf({ a: 'x'.repeat(4_097 - overhead) })).toBe('TOO_LARGE');
    expect(codeOf({ a: 'é'.repeat(2_048) })).toBe('TOO_LARGE');
    expect(codeOf({ a: Array.from({ length: 100_000 }, () => 0) })).toBe('TOO_LARGE');
  });

  it('has at most 64 keys over all levels', () => {
    const keys = (count: number, prefix: string): Record<string, number> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 0]));
    expect(codeOf(keys(64, 'k'))).toBe('passed');
    expect(codeOf(keys(65, 'k'))).toBe('TOO_LARGE');
    expect(codeOf({ ...keys(32, 'a'), b: keys(32, 'b') })).toBe('TOO_LARGE');
  });

  it.each(['__proto__', 'prototype', 'constructor', 'toString', '__lookupSetter__'])(
    'has no key %s at any depth',
    (key) => {
      expect(codeOf(JSON.parse(`{"${key}":1}`))).toBe('VALIDATION');
      expect(codeOf(JSON.parse(`{"a":[{"${key}":1}]}`))).toBe('VALIDATION');
    },
  );
});
