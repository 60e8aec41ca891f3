import { useMemo } from 'react';
import type { ReactNode } from 'react';

const links = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/gu;

/** Text as it was written, with links and the names of those it mentions. Never HTML. */
export function RichText({
  text,
  mentions,
  names,
  me,
}: {
  readonly text: string;
  readonly mentions: readonly string[];
  /** What the members are called, by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly me: string;
}) {
  return useMemo(() => {
    const named = new Map<string, string>(mentions.includes('@room') ? [['@room', me]] : []);
    for (const [userId, name] of names) if (mentions.includes(userId)) named.set(`@${name}`, userId);
    return withLinks(text).flatMap((part) => (typeof part === 'string' ? withMentions(part, named, me) : [part]));
  }, [text, mentions, names, me]);
}

function withLinks(text: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(links)) {
    parts.push(
      text.slice(end, match.index),
      <a key={match.index} href={match[0]} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    );
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function withMentions(text: string, names: ReadonlyMap<string, string>, me: string): ReactNode[] {
  // The longest name first, so that @Ann does not eat the beginning of @Anna.
  const ordered = [...names.keys()].sort((left, right) => right.length - left.length);
  for (const name of ordered) {
    const at = text.indexOf(name);
    if (at === -1) continue;
    const isMe = names.get(name) === me;
    return [
      ...withMentions(text.slice(0, at), names, me),
      <mark key={`${name}${at}`} className={isMe ? 'mention me' : 'mention'}>
        {name}
      </mark>,
      ...withMentions(text.slice(at + name.length), names, me),
    ];
  }
  return text === '' ? [] : [text];
}
