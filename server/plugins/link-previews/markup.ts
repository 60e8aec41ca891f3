import { TextDecoder } from 'node:util';

/** Finds the end of a page's head, where everything stands that a preview is made of. */
export function headEndFinder(): (chunk: Buffer) => boolean {
  const tag = '</head';
  let tail = '';
  return (chunk) => {
    const text = tail + chunk.toString('latin1').toLowerCase();
    tail = text.slice(1 - tag.length);
    return text.includes(tag);
  };
}

/** A page's bytes as text, in the encoding that a mark, the header or the page itself names. @default UTF-8 */
export function decodeMarkup(bytes: Buffer, contentType: string): string {
  const label = markOf(bytes) ?? charsetIn(contentType) ?? charsetIn(bytes.subarray(0, 4_096).toString('latin1'));
  return decoderOf(label ?? 'utf-8').decode(bytes);
}

function markOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : undefined;
}

function charsetIn(text: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(text)?.[1];
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}
