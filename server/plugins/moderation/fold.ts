import { lookalikeOf } from './lookalikes.js';

/** A text as it is compared, and where in the original each of its UTF-16 units comes from. */
export interface FoldedText {
  readonly original: string;
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** What separates words to the eye. Not U+FEFF, which `\s` has, and which is not seen at all. */
const space = String.raw`[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]`;
/** What is there without being seen: zero-width, soft hyphen, joiners, variation selectors, bidi and other controls. */
const unseen = String.raw`\p{Default_Ignorable_Code_Point}\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFF9-\uFFFB`;
/** What is written onto the character before it; Hangul may come in parts that are one syllable. */
const attached = String.raw`\p{M}\u1160-\u11FF\uFF9E\uFF9F${unseen}`;

/** Spaces in a row, or one character with whatever is attached to it. */
const piece = new RegExp(`${space}+|[^][${attached}]*`, 'gu');
const onlySpace = new RegExp(`^${space}`, 'u');
const dropped = new RegExp(String.raw`[${unseen}]|(?![\u3099\u309A])(?=\p{Script=Inherited})\p{M}`, 'gu');

/**
 * Makes texts that read the same equal: letters of any width, case or style, with or without diacritics and with invisible
 * characters between them, and letters of other alphabets that look like Latin ones. Marks that belong to a script, such
 * as Indic vowels, stay. Takes time in proportion to the text.
 */
export function fold(original: string): FoldedText {
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: part, index } of original.matchAll(piece)) {
    const folded = onlySpace.test(part) ? ' ' : foldPiece(part);
    text += folded;
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(index);
      ends.push(index + part.length);
    }
  }
  return { original, text, starts, ends };
}

function foldPiece(part: string): string {
  // Ahead of everything else, as most of what people write is this.
  if (/^[!-@[-`a-z{-~]$/.test(part)) return part;
  const bare = part.normalize('NFKD').replace(dropped, '');
  // Upper case first: it takes ß and SS, ſ and S, ı and I for the same.
  const even = bare.toUpperCase().toLowerCase().normalize('NFKD').replace(dropped, '').normalize('NFC');
  return Array.from(even, lookalikeOf).join('');
}
