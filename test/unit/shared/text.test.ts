import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatError, checkRoomName, checkText, cleanName, isBlank, utf8Bytes } from '@confab/shared';

function codeOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
  return 'passed';
}

const roomy = { maxCodePoints: 100, maxBytes: 400 };

describe('text', () => {
  it('passes tabs, line breaks, emoji and right-to-left text', () => {
    for (const text of ['a\tb\r\nc', '👨‍👩‍👧', 'שלום', '\u007f', ''])
      expect(codeOf(() => checkText(text, roomy))).toBe('passed');
  });

  it.each(['\u0000', '\u0007', '\u000b', '\u001f', '\ud800', '\udc00x', 'x\ud83d'])('refuses %j', (text) => {
    expect(codeOf(() => checkText(text, roomy))).toBe('VALIDATION');
  });

  it('counts code points, not UTF-16 units', () => {
    expect(codeOf(() => checkText('👋'.repeat(100), roomy))).toBe('passed');
    expect(codeOf(() => checkText('a'.repeat(101), roomy))).toBe('TOO_LARGE');
  });

  it('counts bytes of UTF-8', () => {
    expect(codeOf(() => checkText('é'.repeat(50), { maxCodePoints: 100, maxBytes: 100 }))).toBe('passed');
    expect(codeOf(() => checkText('é'.repeat(51), { maxCodePoints: 100, maxBytes: 100 }))).toBe('TOO_LARGE');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Bytes(text) === Buffer.byteLength(text)));
  });

  it('names the path it was given', () => {
    expect(() => checkText('\u0000', roomy, 'description')).toThrow(
      expect.objectContaining({ details: { issues: [expect.objectContaining({ path: 'description' })] } }),
    );
  });

  it('calls a text of nothing visible blank', () => {
    const invisible = ' \t\n\u00ad\u115f\u1160\u180e\u200b\u200f\u202a\u202e\u2060\u2800\u3164\ufeff\uffa0\u00a0\u3000';
    expect(isBlank(invisible)).toBe(true);
    expect(isBlank('')).toBe(true);
    expect(isBlank(`${invisible}.`)).toBe(false);
  });
});

describe('a room name', () => {
  it('is 1 to 200 visible characters on one line', () => {
    for (const name of ['a', 'Café Ø', '🎉'.repeat(200), 'a b'])
      expect(codeOf(() => checkRoomName(name))).toBe('passed');
    for (const name of ['', '   ', '\u3164', 'a'.repeat(201), 'a\nb', 'a\tb', 'a\u2028b', 'a\u0085b', 'x\ud800']) {
      expect(codeOf(() => checkRoomName(name))).toBe('VALIDATION');
    }
  });

  it.each(['\u202e', '\u2066', '\u200e', '\u061c', '\u200b', '\u200d', '\u2060', '\ufeff'])(
    'has no %j',
    (character) => {
      expect(codeOf(() => checkRoomName(`a${character}b`))).toBe('VALIDATION');
    },
  );
});

describe("a user's name", () => {
  it('is cleaned instead of refused', () => {
    expect(cleanName('  Ada\n\u202eLove\u200blace\u0000\ud800 ')).toBe('Ada Lovelace');
    expect(cleanName('a'.repeat(500))).toBe('a'.repeat(200));
  });

  it('is null when nothing visible is left', () => {
    for (const name of ['', ' \u200b', '\u0000', '\u3164', null, undefined]) expect(cleanName(name)).toBeNull();
  });

  it('always comes out as a name a room could have', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
        const cleaned = cleanName(name);
        if (cleaned !== null) checkRoomName(cleaned);
      }),
    );
  });
});
