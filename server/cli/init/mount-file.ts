import path from 'node:path';
import type { Framework, Project } from './detect-project.js';
import { importEnding, importOf, specifier } from './imports.js';
import type { Importable, ImportEnding } from './imports.js';

/** The file that holds a project's chat. */
export interface MountFile {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
  /** What it takes the id of the user to be. */
  readonly reads: string;
}

/** The server that `attachChat` is given: as code, and in the words of the framework. */
export const servers: Readonly<Record<Framework, { readonly code: string; readonly words: string }>> = {
  express: { code: 'server', words: 'what `app.listen(…)` returns' },
  fastify: { code: 'app.server', words: '`app.server`' },
  hono: { code: 'server', words: 'what `serve(…)` returns' },
  next: { code: 'server', words: 'the HTTP server that hands its requests to Next.js' },
  'node-http': { code: 'server', words: 'what `createServer(…)` returns' },
};

/** Writes the file that opens a chat in a project and puts it onto its server. */
export function mountFile(project: Project): MountFile {
  const folder = project.router === undefined ? 'src' : path.posix.dirname(project.router.path);
  const file = path.posix.join(folder, 'chat.ts');
  const ending = importEnding(project.sources);
  const store = storeOf(project, file, ending);
  const caller = callerOf(project, file, ending);
  const imports = [
    [
      "import { createChat, prismaStore } from '@confab/server';",
      "import type { ChatWebSocketsOptions } from '@confab/server';",
    ],
    store.imports,
    ["import type { Server } from 'node:net';"],
    caller.imports,
  ].flat();
  const text = [
    imports.sort(byModule).join('\n'),
    ...store.lines,
    ...caller.lines,
    project.framework === 'next'
      ? keptChat(store.expression, caller.viewer)
      : plainChat(store.expression, caller.viewer),
    attach(project),
  ].join('\n\n');
  return { path: file, text: `${text}\n`, reads: caller.reads };
}

/** Packages first, then the project's own files, each by name. */
function byModule(left: string, right: string): number {
  const key = (line: string) => {
    const from = /from '([^']+)'/.exec(line)?.[1] ?? '';
    return `${from.startsWith('.') ? '1' : '0'}${from}${line.startsWith('import type') ? '1' : '0'}`;
  };
  return key(left) < key(right) ? -1 : 1;
}

interface StorePart {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
  readonly expression: string;
}

/** On SQLite the chat has two connections that nobody else uses; on PostgreSQL it shares the project's client. */
function storeOf(project: Project, file: string, ending: ImportEnding): StorePart {
  const isSqlite = project.schema.provider === 'sqlite';
  const shared = isSqlite ? undefined : sharedClient(project, file, ending);
  if (shared !== undefined) return { imports: [line(shared)], lines: [], expression: `prismaStore(${shared.name})` };
  const adapter = isSqlite
    ? { name: 'PrismaBetterSqlite3', from: '@prisma/adapter-better-sqlite3', options: '{ url, timeout: 0 }' }
    : { name: 'PrismaPg', from: '@prisma/adapter-pg', options: '{ connectionString: url }' };
  const why = isSqlite
    ? '  // The driver is synchronous: with a busy timeout it would hold up the whole process while it waits for a lock.\n'
    : '';
  return {
    imports: [line(adapter), line(clientClass(project, file, ending))],
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

function line({ name, from }: Importable): string {
  return `import { ${name} } from '${from}';`;
}

/** The client the project itself works with. */
function sharedClient({ sources }: Project, file: string, ending: ImportEnding): Importable | undefined {
  const source = sources.find(({ text }) => /new\s+PrismaClient\b/.test(text) && /^export\s+const\s+\w+/m.test(text));
  const names = [...(source?.text ?? '').matchAll(/^export\s+const\s+(\w+)\s*(?:=|:)\s*([^;]*)/gm)];
  const usual = names.find(([, name = '']) => /^(?:prisma|db|database|client|prismaClient)$/.test(name));
  const made = names.find(([, , value = '']) => /PrismaClient/.test(value) && !/=>/.test(value));
  const name = (usual ?? made)?.[1];
  return source === undefined || name === undefined ? undefined : { name, from: specifier(file, source.path, ending) };
}

/** The class of the project's generated client: where its own code has it from, else where its schema says. */
function clientClass({ sources, schema }: Project, file: string, ending: ImportEnding): Importable {
  for (const source of sources) {
    const found = importOf('PrismaClient', source, file, ending);
    if (found !== undefined) return found;
  }
  const from = schema.client === undefined ? '@prisma/client' : specifier(file, schema.client, ending);
  return { name: 'PrismaClient', from };
}

interface CallerPart {
  readonly imports: readonly string[];
  readonly lines: readonly string[];
  /** The body of `viewer`, for a context called `ctx` of the type `Context`. */
  readonly viewer: string;
  /** What the id of the user is taken to be. */
  readonly reads: string;
}

/** Ways a context says who calls, the most particular first. */
const callers = ['ctx.session?.user?.id', 'ctx.session?.userId', 'ctx.auth?.userId', 'ctx.user?.id', 'ctx.userId'];

function callerOf(project: Project, file: string, ending: ImportEnding): CallerPart {
  const context = contextType(project, file, ending);
  const said = project.sources.map(({ text }) => text).join('\n');
  const id = callers.find((expression) =>
    new RegExp(`\\b${expression.replaceAll('?.', String.raw`[?!]?\.`)}\\b`).test(said),
  );
  const viewer = (expression: string) => `    const id = ${expression};\n    return id ? { id: String(id) } : null;`;
  if (context !== undefined && id !== undefined) return { ...context, reads: id, viewer: viewer(id) };
  return {
    imports: [],
    lines: [
      '/** What the chat reads of the tRPC context. */\ninterface Context {\n  readonly userId?: string | null;\n}',
    ],
    reads: 'ctx.userId',
    viewer: viewer('ctx.userId'),
  };
}

/** The type of the context, by the way `initTRPC` is told of it. */
function contextType(
  { trpc }: Project,
  file: string,
  ending: ImportEnding,
): Pick<CallerPart, 'imports' | 'lines'> | undefined {
  if (trpc === undefined) return undefined;
  const told = /initTRPC\s*\.context<\s*((?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)+?)\s*>\(/.exec(trpc.text)?.[1];
  const name = /^\w+$/.test(told ?? '') ? told : undefined;
  const maker = /typeof\s+(\w+)/.exec(told ?? '')?.[1];
  const imported = importOf(name ?? maker ?? '', trpc, file, ending);
  if (imported === undefined) return undefined;
  if (name !== undefined) {
    const alias = name === 'Context' ? name : `${name} as Context`;
    return { imports: [`import type { ${alias} } from '${imported.from}';`], lines: [] };
  }
  return {
    imports: [`import type { ${imported.name} } from '${imported.from}';`],
    lines: [`type Context = Awaited<ReturnType<typeof ${imported.name}>>;`],
  };
}

function plainChat(store: string, viewer: string): string {
  return `export const chat = createChat({
  store: ${store},
  viewer(ctx: Context) {
${viewer}
  },
});`;
}

/** Next.js bundles its routes apart from the server, and loads them anew in development. */
function keptChat(store: string, viewer: string): string {
  return `function openChat() {
  return ${plainChat(store, viewer).replace('export const chat = ', '').replaceAll('\n', '\n  ')}
}

// Next.js bundles routes apart from the server that runs them; all of them have to find the one chat.
const host = globalThis as typeof globalThis & { chat?: ReturnType<typeof openChat> };

export const chat = (host.chat ??= openChat());`;
}

function attach({ framework, path: mounted }: Project): string {
  return `/**
 * Answers calls and streams events over WebSockets, beside the HTTP requests of tRPC. Before the server is shut down,
 * \`chat.close({ drainMs: 5_000 })\` moves the clients away.
 *
 * @param server ${servers[framework].words}
 */
export function attachChat(server: Server, options: Pick<ChatWebSocketsOptions, 'router' | 'createContext'>): void {
  const { ORIGIN = 'http://localhost:3000' } = process.env;
  chat.webSockets({ ...options, path: '${mounted}', allowedOrigins: [ORIGIN] }).attach(server);
}`;
}
