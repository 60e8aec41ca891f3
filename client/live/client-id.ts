/** An id for a message that no other client makes; also where a page has no secure context, and so no `randomUUID`. */
export function createClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
