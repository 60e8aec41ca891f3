import type { PackageManager, Project } from './detect-project.js';
import { importEnding, specifier } from './imports.js';
import type { MountFile } from './mount-file.js';
import { servers } from './mount-file.js';

const installs: Readonly<Record<PackageManager, string>> = {
  npm: 'npm install',
  pnpm: 'pnpm add',
  yarn: 'yarn add',
  bun: 'bun add',
};

const runs: Readonly<Record<PackageManager, string>> = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' };

/** What is left to be done by hand, as text to be printed. */
export function stepsLeft(project: Project, mount: MountFile): string {
  const { packageManager, router, routerName, server } = project;
  const ending = importEnding(project.sources);
  const from = (file: string) => specifier(file, mount.path, ending);
  const routerFile = router?.path ?? 'your root router';
  const serverFile = server?.path ?? 'the file that starts your server';
  const missing = missingPackages(project);
  const commands = [
    ...(missing.length > 0 ? [`${installs[packageManager]} ${missing.join(' ')}`] : []),
    `${runs[packageManager]} prisma migrate dev --name chat`,
    `${runs[packageManager]} prisma generate`,
  ];
  return [
    'Two lines are left to you:',
    `  ${routerFile}, in ${routerName}:`,
    `    chat: chat.router,   // import { chat } from '${router === undefined ? './chat.js' : from(router.path)}';`,
    `  ${serverFile}, with ${servers[project.framework].words}:`,
    `    attachChat(${servers[project.framework].code}, { router: ${routerName}, createContext });   // import { attachChat } from '${server === undefined ? './chat.js' : from(server.path)}';`,
    `See that \`viewer\` in ${mount.path} fits your context: it takes \`${mount.reads}\` for the id of the user.`,
    ...transformerNote(project),
    'And run:',
    ...commands.map((command) => `  ${command}`),
  ].join('\n');
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

/** Without one, dates would reach clients as strings; `webSockets` refuses such a router. */
function transformerNote({ trpc }: Project): readonly string[] {
  if (trpc === undefined || /\btransformer\b/.test(trpc.text)) return [];
  return [
    `${trpc.path} needs a transformer that keeps dates: initTRPC.create({ transformer: superjson }), and the same in its clients.`,
  ];
}
