import { checkText, invalid, isBlank } from '@confab/shared';
import type { Attachment, MessageFormat } from '@confab/shared';
import type { Settings } from '../../settings.js';
import type { MessageRow } from '../../store/rows.js';
import { cleanHtml, visibleText } from './html.js';

declare const isWorded: unique symbol;

/** What a message says, as it may be stored. Only this file makes it, so that nothing is said past it. */
export type Wording = string & { readonly [isWorded]: true };

/** What somebody said, and beside what. */
interface Said {
  readonly content: string;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
}

/**
 * What is stored of what somebody said: text and Markdown as they came, HTML cleaned. `VALIDATION` when nothing of the
 * message could be seen, `TOO_LARGE` when cleaning made it longer than a message may be.
 */
export function wordingOf({ limits }: Settings, { content, format, attachments }: Said): Wording {
  const wording = cleaned({ content, format });
  if (format === 'html') {
    // What stood there in entities is written out now, and markup that was left open is closed.
    checkText(wording, { maxCodePoints: limits.contentCodePoints, maxBytes: limits.contentBytes });
  }
  checkFilled(textOf({ content: wording, format }), attachments);
  return wording as Wording;
}

/** What somebody said, as anyone may be shown it. */
export function cleaned({ content, format }: Pick<Said, 'content' | 'format'>): string {
  return format === 'html' ? cleanHtml(content) : content;
}

/** What there is to be read of a message. */
export function textOf({ content, format }: Pick<MessageRow, 'content' | 'format'>): string {
  return format === 'html' ? visibleText(content ?? '') : (content ?? '');
}

/** What a message says that was stored before. */
export function wordingAgain({ content }: MessageRow): Wording {
  return (content ?? '') as Wording;
}

/** Passes a text unless nothing of the message could be seen. */
export function checkFilled(text: string, attachments: readonly Attachment[]): void {
  if (attachments.length === 0 && isBlank(text)) {
    throw invalid('content', 'must not be empty without attachments');
  }
}
