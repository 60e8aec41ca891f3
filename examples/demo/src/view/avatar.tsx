/** Initials on a colour that belongs to the id; says nothing to a screen reader, which hears the name beside it. */
export function Avatar({
  id,
  name,
  status,
}: {
  readonly id: string;
  readonly name: string;
  readonly status?: string | undefined;
}) {
  const words = name.trim().split(/\s+/u);
  const initials = words.length > 1 ? `${first(words[0])}${first(words.at(-1))}` : first(words[0]);
  const hue = [...id].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 8_191, 7) % 8;
  return (
    <span className={`avatar hue-${hue}`} data-status={status} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  );
}

function first(word: string | undefined): string {
  return [...(word ?? '')][0] ?? '?';
}
