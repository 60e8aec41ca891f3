import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import { fastify } from 'fastify';
import { chat } from './chat.js';
import { prisma } from './database.js';
import { appRouter } from './router.js';
import type { AppRouter } from './router.js';
import { createContext } from './trpc.js';

const { PORT = '3000', ORIGIN = `http://localhost:${PORT}` } = process.env;

const app = fastify({
  forceCloseConnections: true,
  // The calls of a batch stand in the path, one after the other.
  routerOptions: { maxParamLength: 5_000 },
});

await app.register(fastifyTRPCPlugin, {
  prefix: '/trpc',
  trpcOptions: { router: appRouter, createContext },
} satisfies FastifyTRPCPluginOptions<AppRouter>);

chat.webSockets({ router: appRouter, createContext, path: '/trpc', allowedOrigins: [ORIGIN] }).attach(app.server);

await chat.ready;
await app.listen({ port: Number(PORT) });
console.log(`Listening at ${ORIGIN}`);

process.once('SIGTERM', async () => {
  await chat.close({ drainMs: 5_000 });
  await app.close();
  await prisma.$disconnect();
});
