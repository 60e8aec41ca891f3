import type { Attachment, Json } from '@confab/shared';

/** What is being said: all of a new message, or what an edit changes. */
export interface SaidParts {
  readonly content?: string | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly custom?: Json | undefined;
}

/** The texts in it that somebody may read: `open` ones can be changed, the others are data of the application. */
export function textsOf({ content, attachments = [], custom }: SaidParts): {
  readonly open: readonly string[];
  readonly data: readonly string[];
} {
  const captions = attachments.flatMap(({ caption }) => caption ?? []);
  const data = [custom, ...attachments.map(({ metadata }) => metadata)].flatMap(stringsIn);
  return { open: [...(content === undefined ? [] : [content]), ...captions], data };
}

/** The same parts with every open text passed through. */
export function withTexts<Parts extends SaidParts>(parts: Parts, change: (text: string) => string): Parts {
  const { content, attachments } = parts;
  return {
    ...parts,
    ...(content !== undefined && { content: change(content) }),
    ...(attachments !== undefined && {
      attachments: attachments.map((each) =>
        each.caption === null ? each : { ...each, caption: change(each.caption) },
      ),
    }),
  };
}

/** The strings in a value; it is no deeper and no larger than the limits of `custom`. */
function stringsIn(value: Json | null | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...stringsIn(each as Json)]);
}
