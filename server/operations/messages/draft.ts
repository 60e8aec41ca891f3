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
    mentions: z.array(inputs.userId).max(settings.limits.mentions).default([]),
    custom: inputs.custom(settings).optional(),
  });

/** A message as its sender worded it; the same on every try. */
export interface Draft {
  readonly roomId: string;
  readonly content: string;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  /** Each once. */
  readonly mentions: readonly Mention[];
  readonly custom: JsonObject;
  readonly clientId: string | null;
  /** What a retry under the same client id is compared by; `null` without one. */
  readonly bodyHash: string | null;
}

/** Checks what no single field can and takes the fingerprint. */
export function draftOf(input: z.output<ReturnType<typeof sendInput>>): Draft {
  const { roomId, content, format, attachments, custom = {}, clientId = null } = input;
  checkFilled(content, attachments);
  const mentions = [...new Set(input.mentions)];
  const body = { content, format, attachments, mentions, custom };
  return { ...body, roomId, clientId, bodyHash: clientId === null ? null : fingerprint(body) };
}

/** Passes a text unless nothing of the message could be seen. */
export function checkFilled(content: string | null, attachments: readonly Attachment[]): void {
  if (attachments.length === 0 && (content === null || isBlank(content))) {
    throw invalid('content', 'must not be empty without attachments');
  }
}
