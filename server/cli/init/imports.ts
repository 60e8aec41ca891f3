import path from 'node:path';
import type { SourceFile } from './source-files.js';

/** How the project writes the end of a relative import: `./router.js`, `./router` or `./router.ts`. */
export type ImportEnding = '.js' | '.ts' | '';

/** Something that can be imported. */
export interface Importable {
  readonly name: string;
  /** As it stands in an import of the file it is for. */
  readonly from: string;
}

/** An import of it, as a line. */
export function importLine({ name, from }: Importable): string {
  return `import { ${name} } from '${from}';`;
}

/** How most relative imports of the project end; where there are none, as its bundler or else Node.js wants it. */
export function importEnding(sources: readonly SourceFile[], tsconfig: string): ImportEnding {
  const count = { '.js': 0, '.ts': 0, '': 0 };
  for (const { text } of sources) {
    for (const [, from = ''] of text.matchAll(/from\s+['"](\.{1,2}\/[^'"]+)['"]/g)) {
      const ending = /\.(?:js|ts)x?$/.exec(from)?.[0]?.slice(0, 3) ?? '';
      if (ending === '.js' || ending === '.ts' || ending === '') count[ending] += 1;
    }
  }
  const most = Math.max(...Object.values(count));
  if (most === 0) return /"moduleResolution"\s*:\s*"bundler"/i.test(tsconfig) ? '' : '.js';
  return count['.js'] === most ? '.js' : count[''] === most ? '' : '.ts';
}

/** What is written after `from` to import one source into another. */
export function specifier(into: string, file: string, ending: ImportEnding): string {
  const relative = path.posix.relative(path.posix.dirname(into), file);
  const bare = relative.replace(/\.tsx?$/, '');
  const named = relative.startsWith('.') ? bare : `./${bare}`;
  return `${named}${bare === relative ? '' : ending}`.replace(/\.mts$/, '.mjs').replace(/\.cts$/, '.cjs');
}

/** Where a source has a name from, as another source would import it; `undefined`: it can't be imported. */
export function importOf(name: string, source: SourceFile, into: string, ending: ImportEnding): Importable | undefined {
  const declared = new RegExp(
    String.raw`^export\s+(?:declare\s+)?(?:async\s+)?(?:type|interface|class|function\*?|const|let)\s+${name}\b`,
    'm',
  );
  const listed = new RegExp(String.raw`^export\s+(?:type\s+)?\{[^}]*\b${name}\b[^}]*\}`, 'm');
  if (declared.test(source.text) || listed.test(source.text)) {
    return { name, from: specifier(into, source.path, ending) };
  }
  const imported = new RegExp(
    String.raw`^import\s+(?:type\s+)?\{[^}]*\b${name}\b[^}]*\}\s*from\s*['"]([^'"]+)['"]`,
    'm',
  );
  const from = imported.exec(source.text)?.[1];
  if (from === undefined) return undefined;
  return { name, from: from.startsWith('.') ? moved(from, source.path, into) : from };
}

/** A relative import of one file, as another file writes it. */
function moved(from: string, source: string, into: string): string {
  const target = path.posix.join(path.posix.dirname(source), from);
  const relative = path.posix.relative(path.posix.dirname(into), target);
  return relative.startsWith('.') ? relative : `./${relative}`;
}
