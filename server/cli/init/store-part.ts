import type { Project } from './detect-project.js';
import { importLine, importOf, specifier } from './imports.js';
import type { Importable } from './imports.js';

/** How a mount file opens its store. */
export interface StorePart {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
  readonly expression: string;
}

/** On SQLite the chat has two connections that nobody else uses; on PostgreSQL it shares the project's client. */
export function storeOf(project: Project, file: string): StorePart {
  const isSqlite = project.schema.provider === 'sqlite';
  const shared = isSqlite ? undefined : sharedClient(project, file);
  if (shared !== undefined)
    return { imports: [importLine(shared)], lines: [], expression: `prismaStore(${shared.name})` };
  const adapter = isSqlite
    ? { name: 'PrismaBetterSqlite3', from: '@prisma/adapter-better-sqlite3', options: '{ url, timeout: 0 }' }
    : { name: 'PrismaPg', from: '@prisma/adapter-pg', options: '{ connectionString: url }' };
  const why = isSqlite
    ? '  // The driver is synchronous: with a busy timeout it would hold up the whole process while it waits for a lock.\n'
    : '';
  return {
    imports: [importLine(adapter), importLine(clientClass(project, file))],
    lines: [
      `function connect() {
  const { DATABASE_URL: url } = process.env;
  if (url === undefined) throw new Error('Set DATABASE_URL.');
${why}  return new PrismaClient({ adapter: new ${adapter.name}(${adapter.options}) });
}`,
    ],
    expression: isSqlite ? 'prismaStore({ writer: connect(), reader: connect() })' : 'prismaStore(connect())',
  };
}

/** The client the project itself works with. */
export function sharedClient({ sources, ending }: Project, file: string): Importable | undefined {
  const source = sources.find(({ text }) => /new\s+PrismaClient\b/.test(text) && /^export\s+const\s+\w+/m.test(text));
  const names = [...(source?.text ?? '').matchAll(/^export\s+const\s+(\w+)\s*(?:=|:)\s*([^;]*)/gm)];
  const usual = names.find(([, name = '']) => /^(?:prisma|db|database|client|prismaClient)$/.test(name));
  const made = names.find(([, , value = '']) => /PrismaClient/.test(value) && !/=>/.test(value));
  const name = (usual ?? made)?.[1];
  return source === undefined || name === undefined ? undefined : { name, from: specifier(file, source.path, ending) };
}

/** The class of the project's generated client: where its own code has it from, else where its schema says. */
function clientClass({ sources, schema, ending }: Project, file: string): Importable {
  for (const source of sources) {
    const found = importOf('PrismaClient', source, file, ending);
    if (found !== undefined) return found;
  }
  const from = schema.client === undefined ? '@prisma/client' : specifier(file, schema.client, ending);
  return { name: 'PrismaClient', from };
}
