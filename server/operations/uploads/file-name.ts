import { isBlank } from '@confab/shared';

const longest = 200;

/** Control characters, and what hides or reorders others, so that `gpj.exe` could read as `exe.jpg`. */
const hidden = /[\p{Control}\p{Surrogate}\p{Bidi_Control}\u00AD\u180E\u200B-\u200D\u2028\u2029\u2060-\u2064\uFEFF]/gu;

/**
 * A file's name as it may be part of a path or an address: without folders and hidden characters, not hidden itself, of
 * at most 200 characters with its ending. `file` when nothing is left.
 */
export function cleanFileName(name: string): string {
  const last = name.replace(hidden, '').split(/[/\\]/).at(-1) ?? '';
  // Systems make of the others what they like, or nothing.
  const plain = last.replace(/[<>:"|?*]/g, '_').replace(/^[\s.]+|[\s.]+$/g, '');
  return isBlank(plain) ? 'file' : shortened(plain);
}

function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= longest) return name;
  const dot = characters.lastIndexOf('.');
  const ending = dot > 0 && characters.length - dot <= 20 ? characters.slice(dot) : [];
  return [...characters.slice(0, longest - ending.length), ...ending].join('');
}
