import { checkRoomName, checkText } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { cursor, custom, id, limit, url } from '../inputs.js';

const descriptionLimits = { maxCodePoints: 2_000, maxBytes: 8_000 };

const name = z.string().transform((value) => {
  checkRoomName(value);
  return value;
});

const description = z.string().transform((value) => {
  checkText(value, descriptionLimits, 'description');
  return value;
});

/** What can be set of a room when it is made and later. */
export const fields = (settings: Settings) => ({
  name: name.optional(),
  description: description.nullable().optional(),
  image: url(settings).nullable().optional(),
  visibility: z.enum(['private', 'public']).optional(),
  joinPolicy: z.enum(['invite', 'request', 'open']).optional(),
  history: z.enum(['all', 'sinceJoin']).optional(),
  locked: z.boolean().optional(),
  /** At most a day. */
  slowModeSeconds: z.int().min(0).max(86_400).optional(),
  maxMembers: z.int().min(1).max(Math.min(settings.maxMembersLimit, settings.limits.membersPerRoom)).optional(),
  preferences: custom(settings, 'preferences').optional(),
  custom: custom(settings).optional(),
});

export type Fields = z.output<z.ZodObject<ReturnType<typeof fields>>>;

/** A page of something that a room has. */
export const roomPage = (settings: Settings) =>
  z.strictObject({ roomId: id, limit: limit(settings), cursor: cursor.optional() });

/** An operation that needs to know nothing but the room. */
export const oneRoom = (_settings: Settings) => z.strictObject({ roomId: id });
