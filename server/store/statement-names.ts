/** Statements seen so often are worth a plan of their own. */
const worthwhile = 3;

/** What the driver takes for no name. */
const unnamed = '';

/** Plans one connection may keep, and texts that are counted towards one. */
const most = 256;

/**
 * Names for statements that come again and again, for `PrismaPg`'s `statementNameGenerator`: PostgreSQL parses and plans
 * a named statement once per connection. Lists of changing length make new texts all the time, so a text is named only
 * at its third coming, and at most 256 are.
 */
export function createStatementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= most) return unnamed;
    const count = (seen.get(sql) ?? 0) + 1;
    seen.delete(sql);
    if (count < worthwhile) {
      seen.set(sql, count);
      const [eldest] = seen.keys();
      if (seen.size > most && eldest !== undefined) seen.delete(eldest);
      return unnamed;
    }
    const name = `confab_${names.size}`;
    names.set(sql, name);
    return name;
  };
}
