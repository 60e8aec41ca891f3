import { ChatError } from '@confab/shared';

interface PollWords {
  readonly question: string;
  readonly options: readonly string[];
}

const mark = '• ';

/** A poll in words: its question and, each on a line, its options. */
export function textOf({ question, options }: PollWords): string {
  return [question, ...options.map((option) => mark + option)].join('\n');
}

/**
 * The words of the message as it was committed: a hook may have masked some of them. `VALIDATION` when it made something
 * else of it that is no poll any more.
 */
export function linesOf(content: string | null, words: PollWords): PollWords {
  if (content === null || content === textOf(words)) return words;
  const [question = '', ...lines] = content.split('\n');
  const options = lines.map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line));
  const isWhole = [question, ...options].every((line) => line.trim() !== '');
  if (options.length === words.options.length && isWhole) return { question, options };
  throw new ChatError('VALIDATION', 'The rules of this chat leave no poll of it.');
}
