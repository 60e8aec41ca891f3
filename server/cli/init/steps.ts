import path from 'node:path';
import { contextArgument, servers } from './attach-part.js';
import type { PackageManager, Project } from './detect-project.js';
import { specifier } from './imports.js';
import type { MountFile } from './mount-file.js';

const installs: Readonly<Record<PackageManager, string>> = {
  npm: 'npm install',
  pnpm: 'pnpm add',
  yarn: 'yarn add',
  bun: 'bun add',
};

const runs: Readonly<Record<PackageManager, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' };

/** What is left to be done by hand, as text to be printed. */
export function stepsLeft(project: Project, mount: MountFile): string {
  const { packageManager } = project;
  const lines = linesLeft(project, mount);
  const missing = missingPackages(project);
  const commands = [
    ...(missing.length > 0 ? [`${installs[packageManager]} ${missing.join(' ')}`] : []),
    `${runs[packageManager]} prisma migrate dev --name chat`,
    `${runs[packageManager]} prisma generate`,
  ];
  return [
    ...(lines.length > 0
      ? [lines.length > 2 ? 'Two lines are left to you:' : 'One line is left to you:', ...lines]
      : []),
    `See that \`viewer\` in ${mount.path} fits your context: it takes \`${mount.reads}\` for the id of the user.`,
    ...contextNote(project),
    ...transformerNote(project),
    ...sqliteNote(project),
    ...nextNote(project),
    'And run:',
    ...commands.map((command) => `  ${command}`),
  ].join('\n');
}

/** The lines for the project's own files, each below the place it belongs to; those that are there are left out. */
function linesLeft(project: Project, mount: MountFile): readonly string[] {
  const { router, routerName, server, framework, sources } = project;
  const bare = `./${path.posix.basename(mount.path, '.ts')}${project.ending}`;
  const from = (file: string | undefined) => (file === undefined ? bare : specifier(file, mount.path, project.ending));
  const { code, words } = servers[framework];
  const isNested = sources.some(({ text }) => /\bchat\.router\b/.test(text));
  const isAttached = sources.some(
    ({ path: file, text }) => file !== mount.path && /\battachChat\(|\.webSockets\(/.test(text),
  );
  const nest = [
    `  ${router?.path ?? 'your root router'}, in ${routerName}:`,
    `    chat: chat.router,   // import { chat } from '${from(router?.path)}';`,
  ];
  const attach = [
    `  ${server?.path ?? 'the file that starts your server'}, with ${words}:`,
    `    attachChat(${code}, { router: ${routerName}, ${contextArgument(project)} });   // import { attachChat } from '${from(server?.path)}';`,
  ];
  return [...(isNested ? [] : nest), ...(isAttached ? [] : attach)];
}

function missingPackages({ dependencies, schema }: Project): readonly string[] {
  const needed = [
    '@confab/server',
    '@trpc/server',
    'ws',
    '@prisma/client',
    schema.provider === 'sqlite' ? '@prisma/adapter-better-sqlite3' : '@prisma/adapter-pg',
  ];
  return needed.filter((name) => !dependencies.has(name));
}

function contextNote({ context }: Project): readonly string[] {
  if (context?.takes !== 'node' && context?.takes !== 'unknown') return [];
  const told =
    context.takes === 'node'
      ? 'let its parameter be of the type it has | CreateWSSContextFnOptions, from @trpc/server/adapters/ws'
      : 'see that it takes what a WebSocket gives it';
  return [`${context.name} in ${context.source.path} makes the context of WebSockets too: ${told}.`];
}

/** Without one, dates would reach clients as strings; `webSockets` refuses such a router. */
function transformerNote({ trpc }: Project): readonly string[] {
  if (trpc === undefined || /\btransformer\b/.test(trpc.text)) return [];
  return [
    `${trpc.path} needs a transformer that keeps dates: initTRPC.create({ transformer: superjson }), and the same in its clients.`,
  ];
}

function sqliteNote({ schema, sources }: Project): readonly string[] {
  const own = sources.find(({ text }) => /\bnew PrismaBetterSqlite3\(/.test(text) && !/\bcreateChat\(/.test(text));
  if (schema.provider !== 'sqlite' || own === undefined || /\bsqliteRetry\b/.test(own.text)) return [];
  return [
    `${own.path}: open your own client with timeout: 0 and .$extends(sqliteRetry), from @confab/server. Otherwise a write of yours holds up the whole process while the chat writes.`,
  ];
}

function nextNote({ framework, server }: Project): readonly string[] {
  if (framework !== 'next' || server !== undefined) return [];
  return ['Next.js answers no WebSockets by itself: start it from a server file of your own (a "custom server").'];
}
