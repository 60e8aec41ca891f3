import { invalid, isBlank } from '@confab/shared';
import type { Attachment, JsonObject, Mention, MessageFormat } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { fingerprint } from '../fingerprint.js';
import * as inputs from '../inputs.js';

/** What `message.send` takes. */
export const sendInput = (settings: Settings) =>
  z.strictObject({
    roomId: inputs.id,
    content: inputs.anyContent(settings),
    clientId: inputs.clientId.optional(),
    format: z
      .enum(['text', 'markdown', 'html'])
      .refine((format) => format !== 'html', 'html is not allowed')
      .default('text'),
    attachments: inputs.attachments(settings).default([]),
    /** A message of the same room. */
    replyToId: inputs.id.optional(),
    mentions: z.array(inputs.userId).max(settings.limits.mentions).default([]),
    custom: inputs.custom(settings).optional(),
  });

/** A message as its sender worded it; the same on every try. */
export interface Draft {
  readonly roomId: string;
  readonly content: string;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  readonly replyToId: string | null;
  /** Each once. */
  readonly mentions: readonly Mention[];
  readonly custom: JsonObject;
  readonly clientId: string | null;
  /** What a retry under the same client id is compared by; `null` without one. */
  readonly bodyHash: string | null;
}

export type SendInput = z.output<ReturnType<typeof sendInput>>;

/**
 * Checks what no single field can.
 *
 * @param bodyHash the fingerprint of the input as its sender worded it. @default that of this input
 */
export function draftOf(input: SendInput, bodyHash?: string): Draft {
  const { roomId, content, format, attachments, replyToId = null, custom = {}, clientId = null } = input;
  checkFilled(content, attachments);
  const mentions = [...new Set(input.mentions)];
  const hash = clientId === null ? null : (bodyHash ?? bodyHashOf(input));
  return { content, format, attachments, replyToId, mentions, custom, roomId, clientId, bodyHash: hash };
}

/** What a retry under the same client id is compared by. */
export function bodyHashOf({ content, format, attachments, replyToId, mentions, custom = {} }: SendInput): string {
  return fingerprint({ content, format, attachments, replyToId, mentions: [...new Set(mentions)], custom });
}

/** Passes a text unless nothing of the message could be seen. */
export function checkFilled(content: string | null, attachments: readonly Attachment[]): void {
  if (attachments.length === 0 && (content === null || isBlank(content))) {
    throw invalid('content', 'must not be empty without attachments');
  }
}
