/** The most bytes of UTF-8 a close frame has room for beside its code. */
const maxBytes = 123;

/** As much of a text as fits into a close frame. */
export function closeText(text: string): string {
  let kept = '';
  for (const char of text) {
    if (Buffer.byteLength(kept + char) > maxBytes) break;
    kept += char;
  }
  return kept;
}
