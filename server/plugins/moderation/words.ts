import { fold } from './fold.js';
import type { FoldedText } from './fold.js';
import type { WordRule } from './options.js';
import { createWordIndex } from './word-index.js';
import type { WordPlace } from './word-index.js';

/** A word of a list that stands in a text. */
export interface FoundWord {
  /** As the list has it. */
  readonly word: string;
  /** The name of the list; `null` when there is only one without a name. */
  readonly list: string | null;
  /** Its place in the original. */
  readonly start: number;
  readonly end: number;
}

/** The words of one rule, ready to be looked for. */
export interface WordFinder {
  readonly rule: WordRule;
  find(text: FoldedText): readonly FoundWord[];
}

interface Entry {
  readonly word: string;
  readonly list: string | null;
}

/** Prepares the words of a rule. Throws a `RangeError` that names a word of which nothing can be seen. */
export function createWordFinder(rule: WordRule): WordFinder {
  const { match = 'word' } = rule;
  const entries = entriesOf(rule);
  const index = createWordIndex(entries.map(({ word }) => folded(word)));
  const exceptions = createWordIndex((rule.except ?? []).map(folded));
  const isWhole = ({ text }: FoldedText, { from, to }: WordPlace): boolean => isEdge(text, from) && isEdge(text, to);

  return {
    rule,
    find(text) {
      const places = index.find(text, (place) => match === 'anywhere' || isWhole(text, place));
      if (places.length === 0) return [];
      const spared = exceptions.find(text, (place) => isWhole(text, place));
      return places
        .filter(({ from, to }) => !spared.some((place) => place.from <= from && to <= place.to))
        .flatMap(({ word, from, to }) => {
          const entry = entries[word];
          const [start, end] = [text.starts[from], text.ends[to - 1]];
          return entry === undefined || start === undefined || end === undefined ? [] : [{ ...entry, start, end }];
        });
    },
  };
}

/** The original with stars in the place of what was found, one for each character that is seen. */
export function mask(original: string, found: readonly Pick<FoundWord, 'start' | 'end'>[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of [...found].sort((one, other) => one.start - other.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    masked += original.slice(at, from) + '*'.repeat(Array.from(fold(original.slice(from, end)).text).length);
    at = end;
  }
  return masked + original.slice(at);
}

function entriesOf({ words }: WordRule): readonly Entry[] {
  if (Array.isArray(words)) return words.map((word: string) => ({ word, list: null }));
  return Object.entries(words).flatMap(([list, own]) => (own as readonly string[]).map((word) => ({ word, list })));
}

function folded(word: string): string {
  const { text } = fold(word.trim());
  if (text === '') throw new RangeError(`Nothing can be seen of the word ${JSON.stringify(word)}.`);
  return text;
}

/** Scripts that put no spaces between words: there, a word may begin and end anywhere. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Whether a word may begin or end at this place: what meets there are not two letters, nor two digits. */
function isEdge(text: string, at: number): boolean {
  const [before, after] = [kindOf(lastOf(text, at)), kindOf(text.codePointAt(at))];
  return before !== after || before === 'other';
}

function lastOf(text: string, at: number): number | undefined {
  if (at === 0) return undefined;
  const isPair = at > 1 && (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00;
  return text.codePointAt(isPair ? at - 2 : at - 1);
}

function kindOf(point: number | undefined): 'letter' | 'digit' | 'other' {
  if (point === undefined) return 'other';
  const character = String.fromCodePoint(point);
  if (/\p{N}/u.test(character)) return 'digit';
  return /[\p{L}\p{M}]/u.test(character) && !unspaced.test(character) ? 'letter' : 'other';
}
