import { invalid } from '@confab/shared';
import { z } from 'zod';
import * as inputs from '../../operations/inputs.js';
import type { EventTarget } from './plugin-kit.js';

const target = z.union([z.strictObject({ roomId: inputs.id }), z.strictObject({ userId: inputs.userId })]);

/** Passes what names a room or a person; anything else is `VALIDATION`. */
export function checkTarget(to: unknown): EventTarget {
  const parsed = target.safeParse(to);
  if (!parsed.success) throw invalid('to', 'must name a room or a user');
  return parsed.data;
}
