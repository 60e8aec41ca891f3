/**
 * A statement's text cut at its parameters, as Prisma's raw queries take it. Made by hand, because the client is the
 * host's and so may be its copy of Prisma's own `sql` helper, which ours could not talk to.
 */
export function template(...parts: readonly string[]): TemplateStringsArray {
  return Object.assign([...parts], { raw: parts });
}

/** `rows` times `columns` parameters, as `(?, ?), (?, ?)`, between what stands before and after them. */
export function valuesTemplate(before: string, rows: number, columns: number, after: string): TemplateStringsArray {
  const parts = [`${before}(`];
  for (let index = 1; index < rows * columns; index += 1) parts.push(index % columns === 0 ? '), (' : ', ');
  return template(...parts, `)${after}`);
}
