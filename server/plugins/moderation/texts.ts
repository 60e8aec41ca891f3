import type { Attachment, Json, MessageFormat } from '@confab/shared';
import { readableText } from '../../operations/messages/html.js';
import { cleaned } from '../../operations/messages/wording.js';
import type { Words } from './said.js';
import { mask } from './words.js';
import type { FoundWord } from './words.js';

/** What is being said: all of a new message, or what an edit changes. */
export interface SaidParts {
  readonly content?: string | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly custom?: Json | undefined;
}

interface Texts {
  /** What somebody reads and what may be changed. */
  readonly open: readonly string[];
  /** Data of the application, which somebody may read as well. */
  readonly data: readonly string[];
  /** Where links lead whose text may say something else. */
  readonly links: readonly string[];
}

/** The texts in it that somebody may read: of HTML what is seen of it, since markup would come between the letters. */
export function textsOf({ content, attachments = [], custom }: SaidParts, format: MessageFormat): Texts {
  const captions = attachments.flatMap(({ caption }) => caption ?? []);
  const data = [custom, ...attachments.map(({ metadata }) => metadata)].flatMap(stringsIn);
  if (content === undefined) return { open: captions, data, links: [] };
  if (format !== 'html') return { open: [content, ...captions], data, links: [] };
  const { text, titles, links } = readableText(cleaned({ content, format }));
  return { open: [text, ...captions], data: [...titles, ...data], links: links.map(absolute) };
}

/** A link as a browser follows it: without a scheme it may lead to another host all the same. */
function absolute(href: string): string {
  const base = 'https://here.invalid';
  const url = URL.canParse(href, base) ? new URL(href, base) : undefined;
  return url === undefined || url.origin === base ? href : url.href;
}

/** What makes two messages the same to their readers. */
export function gistOf({ content, format, attachments }: Pick<Words, 'content' | 'format' | 'attachments'>): {
  readonly content: string;
  readonly urls: readonly string[];
} {
  const { open, links } = textsOf({ content }, format);
  return { content: open.join(''), urls: [...links, ...attachments.map(({ url }) => url)] };
}

/** The same parts with stars in the place of what is found in open texts. */
export function withStars<Parts extends SaidParts>(
  parts: Parts,
  format: MessageFormat,
  find: (text: string) => readonly FoundWord[],
): Parts {
  const { content, attachments } = parts;
  const masking = (text: string): string => mask(text, find(text));
  return {
    ...parts,
    ...(content !== undefined && { content: format === 'html' ? maskedHtml(content, find) : masking(content) }),
    ...(attachments !== undefined && {
      attachments: attachments.map((each) =>
        each.caption === null ? each : { ...each, caption: masking(each.caption) },
      ),
    }),
  };
}

/** The markup between the letters of a word stays. */
function maskedHtml(content: string, find: (text: string) => readonly FoundWord[]): string {
  const html = cleaned({ content, format: 'html' });
  const { text, starts, ends } = readableText(html);
  const places: { readonly start: number; end: number }[] = [];
  for (const found of find(text)) {
    let last: { readonly start: number; end: number } | undefined;
    for (let unit = found.start; unit < found.end; unit += 1) {
      const [start = 0, end = 0] = [starts[unit], ends[unit]];
      if (start === end) continue;
      if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
      else places.push((last = { start, end }));
    }
  }
  return places.length === 0 ? content : mask(html, places);
}

/** The strings in a value; it is no deeper and no larger than the limits of `custom`. */
function stringsIn(value: Json | null | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...stringsIn(each as Json)]);
}
