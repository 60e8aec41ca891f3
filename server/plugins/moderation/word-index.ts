import type { FoldedText } from './fold.js';

/** Where a word was found: its number in the index, and its place in the folded text. */
export interface WordPlace {
  readonly word: number;
  readonly from: number;
  readonly to: number;
}

/** Finds many words in one walk over a text. */
export interface WordIndex {
  /** At each place where words end, the longest that fits; in the order they end. */
  find(text: FoldedText, fits: (place: WordPlace) => boolean): readonly WordPlace[];
}

interface State {
  readonly next: Map<number, State>;
  /** The state of the longest end of what was read that begins a word, too. The first state has none. */
  fallback: State | undefined;
  /** The nearest on the way of fallbacks at which a word ends. */
  shorter: State | undefined;
  /** The word that ends here. */
  word: number | undefined;
}

/**
 * An Aho–Corasick automaton: the time it takes depends on the text, hardly on the number of words, and not at all on what
 * the words are, as it would with regular expressions.
 */
export function createWordIndex(words: readonly string[]): WordIndex {
  const root = createState();
  words.forEach((word, number) => {
    let state = root;
    for (let at = 0; at < word.length; at += 1) {
      const unit = word.charCodeAt(at);
      const next = state.next.get(unit) ?? createState();
      state.next.set(unit, next);
      state = next;
    }
    state.word ??= number;
  });
  link(root);

  return {
    find({ text }, fits) {
      const found: WordPlace[] = [];
      let state = root;
      for (let at = 0; at < text.length; at += 1) {
        state = follow(root, state, text.charCodeAt(at));
        for (let end: State | undefined = state; end !== undefined; end = end.shorter) {
          if (end.word === undefined) continue;
          const place = { word: end.word, from: at + 1 - (words[end.word] ?? '').length, to: at + 1 };
          if (!fits(place)) continue;
          found.push(place);
          break;
        }
      }
      return found;
    },
  };
}

function createState(): State {
  return { next: new Map(), fallback: undefined, shorter: undefined, word: undefined };
}

function follow(root: State, from: State | undefined, unit: number): State {
  for (let state = from; state !== undefined; state = state.fallback) {
    const next = state.next.get(unit);
    if (next !== undefined) return next;
  }
  return root;
}

/** Sets the fallbacks, those of shorter beginnings first. */
function link(root: State): void {
  const queue = [root];
  for (const state of queue) {
    for (const [unit, child] of state.next) {
      const fallback = follow(root, state.fallback, unit);
      child.fallback = fallback;
      child.shorter = fallback.word === undefined ? fallback.shorter : fallback;
      queue.push(child);
    }
  }
}
