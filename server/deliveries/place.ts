/** An event's place in its room, as a key. */
export function placeKey({ roomId, seq }: { readonly roomId: string; readonly seq: number }): string {
  return JSON.stringify([roomId, seq]);
}
