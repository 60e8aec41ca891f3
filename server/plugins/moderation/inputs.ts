import { hasRefusedCharacters } from '@confab/shared';
import { z } from 'zod';
import { id, limit, until, userId } from '../../operations/inputs.js';
import type { Settings } from '../../settings.js';
import { stateInput } from './kit.js';

/** What people tell each other about a case. */
const remark = z
  .string()
  .trim()
  .max(1_000)
  .refine((text) => !hasRefusedCharacters(text), 'must not hold control characters');

/** What the procedures take. */
export function moderationInputs(settings: Settings) {
  const page = { limit: limit(settings), cursor: id.optional() };
  return {
    queue: z.strictObject({ roomId: id.optional(), state: stateInput.optional(), ...page }),
    mine: z.strictObject({ roomId: id.optional(), ...page }),
    counts: z.strictObject({ roomId: id.optional() }),
    item: z.strictObject({ itemId: id }),
    decide: z.strictObject({ itemId: id, note: remark.optional() }),
    flag: z.strictObject({ messageId: id, reason: remark.optional() }),
    mute: z.strictObject({ roomId: id.optional(), userId, until: until.optional(), reason: remark.optional() }),
    unmute: z.strictObject({ roomId: id.optional(), userId }),
    mutes: z.strictObject({ roomId: id.optional(), ...page }),
  };
}

type Inputs = ReturnType<typeof moderationInputs>;
export type QueueInput = z.output<Inputs['queue']>;
export type MineInput = z.output<Inputs['mine']>;
export type CountsInput = z.output<Inputs['counts']>;
export type DecideInput = z.output<Inputs['decide']>;
export type FlagInput = z.output<Inputs['flag']>;
export type MuteInput = z.output<Inputs['mute']>;
export type UnmuteInput = z.output<Inputs['unmute']>;
export type MutesInput = z.output<Inputs['mutes']>;
