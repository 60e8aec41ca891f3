import path from 'node:path';

/** Where a database is. */
export type DatabaseTarget =
  /** `file` is an absolute path. */
  | { readonly provider: 'sqlite'; readonly file: string }
  /** `url` has no `schema` parameter any more; without one, `schema` is `public`. */
  | { readonly provider: 'postgresql'; readonly url: string; readonly schema: string };

/**
 * Reads `file:…` (relative to `cwd`) and `postgresql://…` URLs as Prisma writes them. Throws an `Error` whose sentence
 * never repeats the URL, which may hold a password.
 */
export function parseDatabaseUrl(url: string, cwd: string = process.cwd()): DatabaseTarget {
  if (url.startsWith('file:')) return { provider: 'sqlite', file: filePath(url, cwd) };
  if (/^postgres(ql)?:\/\//.test(url)) return postgresqlTarget(url);
  throw new Error('The database URL must begin with file: or postgresql://.');
}

function filePath(url: string, cwd: string): string {
  const [location = ''] = url.slice('file:'.length).split('?');
  const file = decoded(location.replace(/^\/\/(?=\/)/, ''));
  if (file === '' || file.startsWith('//') || file.includes('\0') || file.includes(':memory:')) {
    throw new Error('The database URL must name a file, as in file:./chat.db.');
  }
  return path.resolve(cwd, file);
}

function postgresqlTarget(text: string): DatabaseTarget {
  if (!URL.canParse(text)) throw new Error('The database URL is not a valid postgresql:// URL.');
  const url = new URL(text);
  const schema = url.searchParams.get('schema') ?? 'public';
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(schema)) {
    throw new Error('The schema in the database URL must be a plain name of letters, digits and underscores.');
  }
  url.searchParams.delete('schema');
  return { provider: 'postgresql', url: url.href, schema };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
