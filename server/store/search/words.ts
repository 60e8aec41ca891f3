import type { MessageFormat } from '@confab/shared';

/** What somebody looks for: words that must all be there, and what the last one begins with. */
export interface Wanted {
  readonly words: readonly string[];
  /** A word that begins like this must be there, too; `null`: the query ends with no word that could go on. */
  readonly prefix: string | null;
}

/** Code points of a word that count; what is longer is found by its beginning. PostgreSQL takes none of two kilobytes. */
const wordLength = 64;

/** UTF-16 units of a message's words; PostgreSQL takes one megabyte. What comes after is not found. */
const textLength = 200_000;

/**
 * Accents, vowel points, variants and skin tones of emoji, and what has no width. Marks that make another letter (as in
 * Devanagari or Japanese) stay.
 */
const unheard = new RegExp(
  // eslint-disable-next-line no-misleading-character-class -- each of them by itself
  '[\\u00AD\\u0300-\\u036F\\u0483-\\u0487\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7\\u0610-\\u061A\\u0640' +
    '\\u064B-\\u065F\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E8\\u06EA-\\u06ED\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u200B-\\u200F' +
    '\\u202A-\\u202E\\u2060\\u2066-\\u2069\\u20D0-\\u20FF\\uFE00-\\uFE0F\\uFE20-\\uFE2F\\uFEFF\\u{1F3FB}-\\u{1F3FF}]',
  'gu',
);

/** Letters that are one with others for whoever has no key for them; Unicode takes none of them apart. */
const alike: Readonly<Record<string, string>> = {
  ...{ ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ł: 'l', þ: 'th', æ: 'ae', œ: 'oe', ŧ: 't', ς: 'σ', ı: 'i' },
};
const alikeLetters = new RegExp(`[${Object.keys(alike).join('')}]`, 'gu');

/** Scripts that put no space between words, and Korean, which hangs particles on them. */
const unspaced =
  ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar']
    .map((script) => `\\p{Script=${script}}`)
    .join('') + '\\u30FC';

/** A run of such a script, a word of another, or a single sign; the rest separates. Of ASCII only letters and digits. */
const piece = new RegExp(
  `(?<run>(?:[${unspaced}]\\p{M}*)+)|(?<word>(?:(?![${unspaced}])[\\p{L}\\p{N}\\p{M}])+)|` +
    '(?<sign>\\p{RI}\\p{RI}|\\p{Extended_Pictographic}|\\p{So}|[^\\P{Sc}$])',
  'gu',
);

// eslint-disable-next-line no-control-regex
const isAscii = /^[\u0000-\u007F]*$/;

const cluster = /\P{M}\p{M}*|^\p{M}+/gu;

interface Piece {
  readonly kind: 'run' | 'word' | 'sign';
  readonly text: string;
}

/**
 * The words of a message as one text: folded, each once, with a space between; of scripts without spaces every character
 * and every pair of neighbours. The databases cut it at the spaces and do nothing else, so that both find the same.
 * `null` for what says nothing.
 */
export function searchTextOf({
  content,
  format,
}: {
  readonly content: string | null;
  readonly format: MessageFormat;
}): string | null {
  if (content === null) return null;
  const words = new Set<string>();
  for (const { kind, text } of piecesOf(format === 'html' ? textOfHtml(content) : content)) {
    if (kind === 'run') for (const gram of [...clustersOf(text), ...pairsOf(text)]) words.add(gram);
    else words.add(text);
  }
  const text = [...words].join(' ');
  return text.length <= textLength ? text : text.slice(0, text.lastIndexOf(' ', textLength));
}

/** Reads a query as literal text; `null` when there is no word in it. */
export function wantedIn(query: string): Wanted | null {
  const pieces = piecesOf(query);
  const last = pieces.at(-1);
  if (last === undefined) return null;
  const words = new Set<string>();
  const whole = last.kind === 'word' ? pieces.slice(0, -1) : pieces;
  for (const { kind, text } of whole) {
    const pairs = kind === 'run' ? pairsOf(text) : [];
    for (const word of pairs.length > 0 ? pairs : [text]) words.add(cut(word));
  }
  return { words: [...words], prefix: last.kind === 'word' ? last.text : null };
}

function piecesOf(text: string): readonly Piece[] {
  if (isAscii.test(text)) {
    return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).map((word) => ({ kind: 'word', text: cut(word) }));
  }
  return [...folded(text).matchAll(piece)].map(({ groups = {} }): Piece => {
    if (groups['run'] !== undefined) return { kind: 'run', text: groups['run'] };
    if (groups['word'] !== undefined) return { kind: 'word', text: cut(groups['word']) };
    return { kind: 'sign', text: groups['sign'] ?? '' };
  });
}

/** One text for all that differ by case, accents or the form of their characters only. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(unheard, '')
    .replace(alikeLetters, (letter) => alike[letter] ?? letter)
    .normalize('NFC');
}

function cut(word: string): string {
  return word.length <= wordLength ? word : Array.from(word).slice(0, wordLength).join('');
}

/** Any number of marks may stand on one character. */
function clustersOf(run: string): readonly string[] {
  return (run.match(cluster) ?? []).map(cut);
}

function pairsOf(run: string): readonly string[] {
  const clusters = clustersOf(run);
  return clusters.slice(1).map((next, index) => cut(`${clusters[index] ?? ''}${next}`));
}

const inlineTags = /<\/?(?:a|abbr|b|code|del|em|i|ins|mark|s|small|span|strong|sub|sup|u)(?:\s[^>]*)?>/gi;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** What a reader of sanitised HTML sees, as far as words go. */
function textOfHtml(html: string): string {
  return html
    .replace(inlineTags, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name): string => {
      if (typeof name === 'string') return entities[name.toLowerCase()] ?? whole;
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code > 0x1f && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
    });
}
