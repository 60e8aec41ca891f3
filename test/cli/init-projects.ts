/** A project as `confab init` may find it. */
export interface HostProject {
  readonly provider: 'sqlite' | 'postgresql';
  readonly files: Readonly<Record<string, string>>;
  /** What it is said to be. */
  readonly summary: string;
  /** What is to be written. */
  readonly writes: readonly string[];
  /** What the mount file has, among other things. */
  readonly mount: { readonly file: string; readonly has: readonly string[] };
  /** The two lines, and the files they go into. */
  readonly lines: readonly (readonly [file: string, line: string, from: string])[];
  /** Sentences that are told besides. */
  readonly notes: readonly string[];
}

const manifest = (...names: readonly string[]) =>
  JSON.stringify({
    name: '@acme/shop',
    type: 'module',
    dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
  });
const tsconfig = JSON.stringify({ compilerOptions: { module: 'NodeNext' } });
const schema = (provider: string, output: string, columns = '') => `datasource db {
  provider = "${provider}"
}

generator client {
  provider = "prisma-client"
  output   = "${output}"
}

model User {
  id String @id
${columns}}
`;
const router = `import { t } from './trpc.js';

export const appRouter = t.router({
  hello: t.procedure.query(({ ctx }) => Object.keys(ctx)),
  /* chat */
});

export type AppRouter = typeof appRouter;
`;

const express: HostProject = {
  provider: 'sqlite',
  files: {
    'package.json': manifest('express', '@trpc/server', '@prisma/client'),
    'tsconfig.json': tsconfig,
    'prisma/schema.prisma': schema('sqlite', '../../sqlite'),
    'src/trpc.ts': `import { initTRPC } from '@trpc/server';
import type { IncomingMessage } from 'node:http';
import superjson from 'superjson';

export function createContext({ req }: { req: IncomingMessage }) {
  return { userId: req.headers['x-user']?.toString() ?? null };
}

export const t = initTRPC.context<typeof createContext>().create({ transformer: superjson });
`,
    'src/router.ts': router,
    'src/server.ts': `import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { appRouter } from './router.js';
import { createContext } from './trpc.js';

const app = express();
app.use('/api/trpc', createExpressMiddleware({ router: appRouter, createContext }));
const server = app.listen(3000);
/* chat */
`,
  },
  summary: 'A project on Express with npm, sqlite by Prisma in prisma/schema.prisma, its root router in src/router.ts.',
  writes: ['prisma/schema.prisma', 'src/chat.ts'],
  mount: {
    file: 'src/chat.ts',
    has: ['prismaStore({ writer: connect(), reader: connect() })', 'const id = ctx.userId;', "path: '/api/trpc'"],
  },
  lines: [
    ['src/router.ts', 'chat: chat.router,', './chat.js'],
    ['src/server.ts', 'attachChat(server, { router: appRouter, createContext });', './chat.js'],
  ],
  notes: ['npm install @confab/server ws @prisma/adapter-better-sqlite3'],
};

const fastify: HostProject = {
  provider: 'postgresql',
  files: {
    'package.json': manifest('fastify', '@trpc/server', '@prisma/client', '@prisma/adapter-pg', 'ws'),
    'pnpm-lock.yaml': '',
    'tsconfig.json': tsconfig,
    'prisma.config.ts': "import path from 'node:path';\n\nexport default { schema: path.join('prisma', 'schema') };\n",
    'prisma/schema/app.prisma': schema('postgresql', '../../../postgresql', '  name String?\n'),
    'src/database.ts': `import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../postgresql/client.js';

interface Users {
  findMany(query: {
    where: { id: { in: string[] } };
    select: { id: true; name: true };
  }): Promise<{ id: string; name: string | null }[]>;
}

const { DATABASE_URL: connectionString } = process.env;
const client: object = new PrismaClient({ adapter: new PrismaPg({ connectionString: connectionString ?? '' }) });

/** As it is generated for a schema with users. */
export const prisma = client as PrismaClient & { readonly user: Users };
`,
    'src/trpc.ts': `import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';

export async function createContext({ req }: CreateFastifyContextOptions | CreateWSSContextFnOptions) {
  return { session: await Promise.resolve(req.headers.cookie === undefined ? null : { userId: 'ada' }) };
}

export type Context = Awaited<ReturnType<typeof createContext>>;

export const t = initTRPC.context<Context>().create();

export const own = t.procedure.use(({ ctx, next }) => {
  if (!ctx.session?.userId) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next();
});
`,
    'src/router.ts': router,
    'src/server.ts': `import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import { fastify } from 'fastify';
import { appRouter } from './router.js';
import { createContext } from './trpc.js';

const app = fastify();
await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: { router: appRouter, createContext } });
/* chat */
await app.listen({ port: 3000 });
`,
    'src/fastify.d.ts': `declare module 'fastify' {
  export function fastify(): {
    readonly server: import('node:http').Server;
    register(plugin: unknown, options: object): Promise<void>;
    listen(options: object): Promise<void>;
  };
  export type FastifyReply = object;
  export type FastifyRequest = { readonly headers: import('node:http').IncomingHttpHeaders };
}
declare module '@trpc/server/adapters/fastify' {
  export const fastifyTRPCPlugin: unknown;
  export interface CreateFastifyContextOptions {
    readonly req: import('fastify').FastifyRequest;
  }
}
`,
  },
  summary: 'A project on Fastify with pnpm, postgresql by Prisma in prisma/schema, its root router in src/router.ts.',
  writes: ['prisma/schema/chat.prisma', 'src/chat.ts'],
  mount: {
    file: 'src/chat.ts',
    has: [
      'prismaStore(prisma)',
      "import { prisma } from './database.js';",
      'ctx.session?.userId',
      'prisma.user.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } })',
    ],
  },
  lines: [
    ['src/router.ts', 'chat: chat.router,', './chat.js'],
    ['src/server.ts', 'attachChat(app.server, { router: appRouter, createContext });', './chat.js'],
  ],
  notes: ['pnpm add @confab/server\n', 'src/trpc.ts needs a transformer that keeps dates'],
};

const hono: HostProject = {
  provider: 'sqlite',
  files: {
    'package.json': manifest('hono', '@hono/node-server', '@trpc/server', '@confab/server'),
    'yarn.lock': '',
    'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'ESNext', moduleResolution: 'bundler' } }),
    'prisma/schema.prisma': schema('sqlite', '../../sqlite'),
    'api/trpc.ts': `import { initTRPC } from '@trpc/server';
import type { FetchCreateContextFnOptions } from '@trpc/server/adapters/fetch';
import superjson from 'superjson';

const makeContext = ({ req }: FetchCreateContextFnOptions) => ({ user: { id: req.headers.get('x-user') } });
export const createContext = ({ req }: FetchCreateContextFnOptions) => makeContext({ req } as FetchCreateContextFnOptions);
export const t = initTRPC.context<typeof createContext>().create({ transformer: superjson });
export const own = t.procedure.query(({ ctx }) => ctx.user.id);
`,
    'api/router.ts': router.replace('./trpc.js', './trpc'),
    'api/server.ts': `import { serve } from '@hono/node-server';
import { appRouter } from './router';
import { createContext } from './trpc';

const server = serve({ port: 3000 });
/* chat */
`,
    'api/hono.d.ts': `declare module '@hono/node-server' {
  export function serve(options: object): import('node:http').Server;
}
`,
  },
  summary: 'A project on Hono with yarn, sqlite by Prisma in prisma/schema.prisma, its root router in api/router.ts.',
  writes: ['prisma/schema.prisma', 'api/chat.ts'],
  mount: { file: 'api/chat.ts', has: ['new Request(', 'const id = ctx.user?.id;', "from '../../sqlite/client';"] },
  lines: [
    ['api/router.ts', 'chat: chat.router,', './chat'],
    ['api/server.ts', 'attachChat(server, { router: appRouter, createContext });', './chat'],
  ],
  notes: ['yarn add ws @prisma/client @prisma/adapter-better-sqlite3'],
};

const next: HostProject = {
  provider: 'postgresql',
  files: {
    'package.json': manifest('next', 'express', '@trpc/server', 'ws', '@prisma/client', '@prisma/adapter-pg'),
    'bun.lock': '',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { module: 'ESNext', moduleResolution: 'Bundler', paths: { '~/*': ['./src/*'] } },
    }),
    'prisma/schema.prisma': schema('postgresql', '../../postgresql'),
    'src/server/db.ts': `import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../../postgresql/client';

const create = () => new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env['DATABASE_URL'] ?? '' }) });
const kept = globalThis as unknown as { prisma?: ReturnType<typeof create> };
export const db = kept.prisma ?? create();
`,
    'src/server/trpc.ts': `import { initTRPC } from '@trpc/server';
import superjson from 'superjson';

export const createTRPCContext = async (opts: { headers: Headers }) => {
  return { session: { user: { id: await Promise.resolve(opts.headers.get('x-user')) } } };
};

export const t = initTRPC.context<typeof createTRPCContext>().create({ transformer: superjson });
export const own = t.procedure.query(({ ctx }) => ctx.session?.user?.id);
`,
    'src/server/root.ts': router.replace('./trpc.js', '~/server/trpc'),
    'src/app/api/trpc/[trpc]/route.ts': 'export {};\n',
    'server.ts': `import { createServer } from 'node:http';
import { appRouter } from './src/server/root';
import { createTRPCContext } from './src/server/trpc';

const server = createServer();
/* chat */
`,
  },
  summary:
    'A project on Next.js with bun, postgresql by Prisma in prisma/schema.prisma, its root router in src/server/root.ts.',
  writes: ['prisma/schema.prisma', 'src/server/chat.ts'],
  mount: { file: 'src/server/chat.ts', has: ['prismaStore(db)', 'host.chat ??= openChat()', "path: '/api/trpc'"] },
  lines: [
    ['src/server/root.ts', 'chat: chat.router,', './chat'],
    [
      'server.ts',
      'attachChat(server, { router: appRouter, createContext: ({ req }) => createTRPCContext({ headers: req.headers }) });',
      './src/server/chat',
    ],
  ],
  notes: ['bunx prisma migrate dev --name chat'],
};

const nodeHttp: HostProject = {
  provider: 'sqlite',
  files: {
    'package.json': manifest('@trpc/server', '@prisma/client', 'ws'),
    'tsconfig.json': tsconfig,
    'prisma/schema.prisma': schema('sqlite', '../../sqlite'),
    'database.ts': `import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaClient } from '../sqlite/client.js';

export const prisma = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: 'file:shop.db' }) });
`,
    'chat.ts': 'export const chat = (name: string) => `Hello, ${name}`;\n',
    'main.ts': `import { initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { CreateHTTPContextOptions } from '@trpc/server/adapters/standalone';
import { createServer } from 'node:http';
import superjson from 'superjson';

const createContext = ({ req }: Pick<CreateHTTPContextOptions, 'req'>) => ({ name: req.headers['x-user'] });
const t = initTRPC.context<ReturnType<typeof createContext>>().create({ transformer: superjson });
export const appRouter = t.router({
  hello: t.procedure.query(({ ctx }) => ctx.name),
  /* chat */
});
const server = createServer(createHTTPHandler({ router: appRouter, createContext, basePath: '/rpc/' }));
/* attach */
server.listen(3000);
`,
  },
  summary: 'A project on node:http with npm, sqlite by Prisma in prisma/schema.prisma, its root router in main.ts.',
  writes: ['prisma/schema.prisma', 'confab.ts'],
  mount: { file: 'confab.ts', has: ['readonly userId?: string | null;', "path: '/trpc'"] },
  lines: [
    ['main.ts', 'chat: chat.router,', './confab.js'],
    ['main.ts', 'attachChat(server, { router: appRouter, createContext });', './confab.js'],
  ],
  notes: ['database.ts: open your own client with timeout: 0 and .$extends(sqliteRetry)'],
};

export const hostProjects = { express, fastify, hono, next, 'node-http': nodeHttp } as const;
