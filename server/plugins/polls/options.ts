import type { Rate } from '@confab/shared';
import { z } from 'zod';
import { ChatConfigError } from '../../settings.js';
import type { ChatScope } from '../../extend/scope.js';

/** How polls are made. */
export interface PollOptions {
  /** Options one poll may have, those that were suggested included. 2–100. @default 10 */
  readonly maxOptions?: number;
  /** Code points of a question. @default 300 */
  readonly questionLength?: number;
  /** Code points of an option. @default 100 */
  readonly optionLength?: number;
  /** Votes cast and taken back, per user. @default { perSecond: 5, burst: 20 } */
  readonly votes?: Rate;
  /**
   * Asked about each option that is suggested: throw to refuse it. A poll's question and first options are the text of a
   * message, so they come past the hooks of `message.send`. @default all are taken
   */
  readonly review?: (suggestion: PollSuggestion) => void | Promise<void>;
}

export interface PollSuggestion {
  readonly ctx: ChatScope;
  readonly roomId: string;
  readonly messageId: string;
  readonly text: string;
}

export type ResolvedOptions = Required<PollOptions>;

const count = (least: number, most: number, preset: number) => z.int().min(least).max(most).default(preset);

const schema = z.strictObject({
  maxOptions: count(2, 100, 10),
  questionLength: count(1, 1_000, 300),
  optionLength: count(1, 1_000, 100),
  votes: z
    .strictObject({ perSecond: z.number().positive(), burst: z.int().min(1) })
    .default({ perSecond: 5, burst: 20 }),
  review: z.function().optional(),
});

/** Fills in the defaults. Throws `ChatConfigError` that names the option that can't be used. */
export function resolveOptions(options: PollOptions): ResolvedOptions {
  const parsed = schema.safeParse(options);
  if (parsed.success) return { ...parsed.data, review: options.review ?? (() => undefined) };
  const [issue] = parsed.error.issues;
  const path = ['polls', ...(issue?.path ?? [])].join('.');
  throw new ChatConfigError(`${path}: ${issue?.message ?? 'not valid.'}`);
}
