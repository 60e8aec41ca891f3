import { hasRefusedCharacters, isBlank } from '@confab/shared';
import { z } from 'zod';
import { clientId, custom, id, limit, until } from '../../operations/inputs.js';
import type { Settings } from '../../settings.js';
import type { ResolvedOptions } from './options.js';

/** One line somebody wrote, without the spaces around it. */
const line = (codePoints: number) =>
  z
    .string()
    .max(2 * codePoints)
    .trim()
    .refine((text) => !isBlank(text), 'must not be empty')
    .refine((text) => Array.from(text).length <= codePoints, `must be at most ${codePoints} characters`)
    .refine((text) => !hasRefusedCharacters(text) && !/[\p{Cc}\u2028\u2029]/u.test(text), 'must be one line');

/** What the procedures take. */
export function pollInputs(settings: Settings, { maxOptions, questionLength, optionLength }: ResolvedOptions) {
  const option = line(optionLength);
  const messageId = id;
  const cursor = z.string().max(64);
  return {
    create: z.strictObject({
      roomId: id,
      question: line(questionLength),
      options: z
        .array(option)
        .min(2)
        .max(maxOptions)
        .refine((texts) => new Set(texts).size === texts.length, 'must be different from each other'),
      maxVotes: z.int().min(1).max(maxOptions).default(1),
      anonymous: z.boolean().default(false),
      suggestions: z.boolean().default(false),
      results: z.enum(['always', 'afterVote', 'afterClose']).default('always'),
      closesAt: until.nullable().default(null),
      custom: custom(settings).optional(),
      clientId: clientId.optional(),
    }),
    one: z.strictObject({ messageId }),
    several: z.strictObject({ roomId: id, messageIds: z.array(id).min(1).max(100) }),
    vote: z.strictObject({ messageId, optionIds: z.array(id).min(1).max(maxOptions) }),
    suggest: z.strictObject({ messageId, text: option }),
    voters: z.strictObject({
      messageId,
      optionId: id.optional(),
      limit: limit(settings),
      cursor: cursor.optional(),
    }),
    list: z.strictObject({
      roomId: id,
      state: z.enum(['open', 'closed']).optional(),
      limit: limit(settings),
      cursor: cursor.optional(),
    }),
  };
}

export type PollInputs = ReturnType<typeof pollInputs>;
export type CreateInput = z.output<PollInputs['create']>;
