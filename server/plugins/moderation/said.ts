import type { Attachment, JsonObject, Mention, MessageFormat } from '@confab/shared';
import { isDeepStrictEqual } from 'node:util';
import type { ModerationItemRow } from '../../store/plugin-models.js';

/** What a message says. */
export interface Words {
  readonly content: string;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  readonly custom: JsonObject;
}

/** The input of `message.send`. */
export interface SendCall {
  readonly roomId: string;
  readonly content: string;
  readonly clientId?: string | undefined;
  readonly format: MessageFormat;
  readonly attachments: Attachment[];
  readonly mentions: Mention[];
  readonly replyToId?: string | undefined;
  readonly threadId?: string | undefined;
  readonly custom?: JsonObject | undefined;
}

/** The input of `message.edit`. */
export interface EditCall {
  readonly messageId: string;
  readonly content?: string | undefined;
  readonly attachments?: Attachment[] | undefined;
  readonly custom?: JsonObject | undefined;
}

/** What a case keeps of what was said: the call, to be made again, and how it would read. */
export interface Kept<Call = unknown> {
  readonly call: Call;
  readonly words: Words;
}

/** What is kept once nothing may be. */
export const nothingKept = {};

/** What a case keeps; `null` once its message was deleted. */
export function keptOf<Call>({ said }: Pick<ModerationItemRow, 'said'>): Kept<Call> | null {
  // Written by `keep` and read back as it was.
  const kept = said as Partial<Kept<Call>>;
  return kept.call === undefined || kept.words === undefined ? null : { call: kept.call, words: kept.words };
}

/** The thread of a message a case is about, also once the message was deleted. */
export function threadOf({ said }: Pick<ModerationItemRow, 'said'>): string | undefined {
  return keptOf<Partial<SendCall>>({ said })?.call.threadId ?? (said as { readonly threadId?: string }).threadId;
}

/** As a JSON column takes it. */
export function keep<Call>(call: Call, words: Words): { readonly [key: string]: never } {
  return plain({ call, words }) as { readonly [key: string]: never };
}

/** Whether a call is the one that was kept, word for word. */
export function isSameCall(row: Pick<ModerationItemRow, 'said'>, call: unknown): boolean {
  return isDeepStrictEqual(keptOf(row)?.call, plain(call));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
