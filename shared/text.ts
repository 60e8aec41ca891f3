import { ChatError, invalid } from './errors.js';

/** How much text a field takes. */
export interface TextLimits {
  readonly maxCodePoints: number;
  /** Of the text in UTF-8. */
  readonly maxBytes: number;
}

const nameLength = 200;

/** C0 controls but tab, LF and CR, and surrogates without their other half: databases refuse or mangle them. */
// eslint-disable-next-line no-control-regex
const refused = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]|\p{Surrogate}/u;

const blank = /^[\s\u00AD\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060\u2800\u3164\uFEFF\uFFA0]*$/u;

/** What breaks a line or moves the terminal. */
const offLine = /[\p{Control}\u2028\u2029]/u;

/** What lets one name look like another: bidi controls and characters without width. */
const deceptive = /[\p{Bidi_Control}\u00AD\u180E\u200B-\u200D\u2060-\u2064\uFEFF]/u;

/** The bytes of a text in UTF-8; a lone surrogate counts as the three of U+FFFD. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isPair(text, index)) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
}

function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index + 1 < text.length; index += 1) {
    if (!isPair(text, index)) continue;
    count -= 1;
    index += 1;
  }
  return count;
}

function isPair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}

/** Whether a text holds what no field takes: C0 controls other than tab, LF and CR, or lone surrogates. */
export function hasRefusedCharacters(text: string): boolean {
  return refused.test(text);
}

/** Whether nothing of a text can be seen: it is empty, or only spaces and invisible characters. */
export function isBlank(text: string): boolean {
  return blank.test(text);
}

/**
 * Passes text that may be stored byte for byte. `TOO_LARGE` when it is longer than allowed, `VALIDATION` when it holds
 * refused characters. Blank text passes: whether it may be empty is the caller's rule.
 *
 * @param path where the text stood in the input. @default 'content'
 */
export function checkText(text: string, limits: TextLimits, path = 'content'): void {
  // A UTF-16 unit is at least one byte, so that a huge text is refused without being read.
  const isTooLong =
    text.length > limits.maxBytes || codePoints(text) > limits.maxCodePoints || utf8Bytes(text) > limits.maxBytes;
  if (isTooLong) {
    const message = `At most ${limits.maxCodePoints} characters and ${limits.maxBytes} bytes.`;
    throw new ChatError('TOO_LARGE', message, { details: { constraint: path, issues: [{ path, message }] } });
  }
  if (refused.test(text)) throw invalid(path, 'Control characters and lone surrogates are not allowed.');
}

/**
 * Passes a room's name: 1–200 visible characters on one line, without bidi controls or zero-width characters.
 * Anything else is `VALIDATION`.
 *
 * @param path where the name stood in the input. @default 'name'
 */
export function checkRoomName(name: string, path = 'name'): void {
  if (name.length > 2 * nameLength || codePoints(name) > nameLength) {
    throw invalid(path, `At most ${nameLength} characters.`);
  }
  if (isBlank(name)) throw invalid(path, 'A name needs at least one visible character.');
  if (refused.test(name) || offLine.test(name)) throw invalid(path, 'A name is one line without control characters.');
  if (deceptive.test(name)) throw invalid(path, 'Bidi controls and zero-width characters are not allowed in a name.');
}

/**
 * A user's name as it may be shown: one line of at most 200 characters, without controls, bidi controls, zero-width
 * characters and lone surrogates. `null` when nothing visible is left. Never throws.
 */
export function cleanName(name: string | null | undefined): string | null {
  if (typeof name !== 'string') return null;
  // Cut first: the work stays bounded whatever a token carries.
  const line = name
    .slice(0, 16 * nameLength)
    .replace(/[\s\p{Control}\u2028\u2029]+/gu, (space) => (/[\s\u2028\u2029]/u.test(space) ? ' ' : ''))
    .replace(new RegExp(deceptive, 'gu'), '')
    .replace(/\p{Surrogate}/gu, '')
    .trim();
  const cleaned = Array.from(line).slice(0, nameLength).join('').trimEnd();
  return isBlank(cleaned) ? null : cleaned;
}
