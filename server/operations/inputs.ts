import { checkCustom, checkText, grants, hasRefusedCharacters, isBlank } from '@confab/shared';
import type { JsonObject } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../settings.js';

/** A room, message or other id that Confab made. */
export const id = z.uuid();

/** A host's own id of a user: opaque, so anything short without control characters. */
export const userId = z
  .string()
  .min(1)
  .max(128)
  .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), 'must not hold control characters');

export const clientId = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be 16 to 64 characters of A-Za-z0-9_-');

export const grant = z.enum(grants);

/** A cursor of a list: opaque to clients, bounded here (it may name the longest user id), read by the store. */
export const cursor = z.string().max(1_024);

/** How much of a list: 1 to `limits.page`. */
export const limit = ({ limits }: Settings) => z.int().min(1).max(limits.page).default(Math.min(50, limits.page));

export const userIds = ({ limits }: Settings) => z.array(userId).min(1).max(limits.membersPerCall);

/** A moment to come, which whoever uses it checks. Databases compare years of four digits only. */
export const until = z.date().max(new Date(Date.UTC(9999, 11, 31, 23, 59, 59, 999)), 'must be before the year 10000');

/** Why somebody was banned or reported, in a sentence or a few. */
export const reason = z.string().transform((value) => {
  checkText(value, { maxCodePoints: 1_000, maxBytes: 4_000 }, 'reason');
  return value;
});

/** A place in a room's log. */
export const seq = z.int().min(0);

/** What a message says, byte for byte; not blank. */
export const content = (settings: Settings) =>
  anyContent(settings).refine((value) => !isBlank(value), 'must not be empty');

/** The same, but it may be empty (beside attachments). */
export const anyContent = ({ limits }: Settings) =>
  z.string().transform((value) => {
    checkText(value, { maxCodePoints: limits.contentCodePoints, maxBytes: limits.contentBytes });
    return value;
  });

/** A plain JSON object of the application's own. */
export const custom = ({ limits }: Settings, path = 'custom') =>
  z.custom<JsonObject>().transform((value) => checkCustom(value, limits, path));

/** A URL of one of the allowed schemes, without credentials. */
export const url = ({ urlSchemes }: Settings) =>
  z
    .string()
    .max(2_048)
    .refine((value) => {
      // Parsers pass over white space and take `\\` for `/`: what they read would not be what is stored.
      if (/[\s\\\p{Control}\p{Surrogate}]/u.test(value) || !URL.canParse(value)) return false;
      const { protocol, username, password } = new URL(value);
      return urlSchemes.includes(protocol) && username === '' && password === '';
    }, 'must be a URL of an allowed scheme, without spaces and credentials');

/** A type of file that may be attached. */
export const mime = (settings: Settings) =>
  z.string().refine((value) => settings.mime.includes(value), 'is not an allowed MIME type');

/** How an attachment is shown, which is for its sender to say: a picture may be sent as a file. */
export const attachmentType = z.enum(['image', 'video', 'audio', 'file']);

export const attachments = (settings: Settings) =>
  z
    .array(
      z.strictObject({
        url: url(settings),
        type: attachmentType,
        mime: mime(settings),
        size: z.int().min(0).nullable().default(null),
        caption: z
          .string()
          .max(1_000)
          .refine((value) => !hasRefusedCharacters(value), 'must not hold control characters')
          .nullable()
          .default(null),
        metadata: custom(settings).nullable().default(null),
      }),
    )
    .max(settings.limits.attachments);
