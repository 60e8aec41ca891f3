import type { Attachment, JsonObject, Mention, MessageFormat } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import { fingerprint } from '../fingerprint.js';
import * as inputs from '../inputs.js';
import { wordingOf } from './wording.js';
import type { Wording } from './wording.js';

/** What `message.send` takes. */
export const sendInput = (settings: Settings) =>
  z.strictObject({
    roomId: inputs.id,
    content: inputs.anyContent(settings),
    clientId: inputs.clientId.optional(),
    format: z
      .enum(['text', 'markdown', 'html'])
      .refine((format) => format !== 'html' || settings.html, 'html is not allowed')
      .default('text'),
    attachments: inputs.attachments(settings).default([]),
    /** A message of the same room. */
    replyToId: inputs.id.optional(),
    /** A message of the same room: this one goes into its thread. */
    threadId: inputs.id.optional(),
    mentions: z.array(inputs.userId).max(settings.limits.mentions).default([]),
    custom: inputs.custom(settings).optional(),
  });

/** A message as its sender worded it; the same on every try. */
export interface Draft {
  readonly roomId: string;
  readonly content: Wording;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  readonly replyToId: string | null;
  /** The message whose thread it goes into. */
  readonly threadId: string | null;
  /** Each once. */
  readonly mentions: readonly Mention[];
  readonly custom: JsonObject;
  readonly clientId: string | null;
  /** What a retry under the same client id is compared by; `null` without one. */
  readonly bodyHash: string | null;
}

export type SendInput = z.output<ReturnType<typeof sendInput>>;

/**
 * Checks what no single field can, and puts the content in the words that are stored.
 *
 * @param bodyHash the fingerprint of the input as its sender worded it. @default that of this input
 */
export function draftOf(settings: Settings, input: SendInput, bodyHash?: string): Draft {
  const { roomId, format, attachments, replyToId = null, threadId = null, custom = {}, clientId = null } = input;
  const content = wordingOf(settings, input);
  const mentions = [...new Set(input.mentions)];
  const hash = clientId === null ? null : (bodyHash ?? bodyHashOf(input));
  return { content, format, attachments, replyToId, threadId, mentions, custom, roomId, clientId, bodyHash: hash };
}

/** What a retry under the same client id is compared by. */
export function bodyHashOf(input: SendInput): string {
  const { content, format, attachments, replyToId, threadId, mentions, custom = {} } = input;
  return fingerprint({ content, format, attachments, replyToId, threadId, mentions: [...new Set(mentions)], custom });
}
