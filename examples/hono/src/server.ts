import { serve } from '@hono/node-server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { credentials, findUser, signUp } from './account.js';
import { chat } from './chat.js';
import { disconnect } from './database.js';
import { appRouter } from './router.js';
import { cookieOf } from './session.js';
import { createContext } from './trpc.js';

const { PORT = '3000', ORIGIN = `http://localhost:${PORT}` } = process.env;

const app = new Hono();

app.post('/signup', async (c) => {
  const { data } = credentials.safeParse(await c.req.json());
  if (data === undefined) return c.body(null, 400);
  return c.body(null, (await signUp(data)) ? 201 : 409);
});

app.post('/login', async (c) => {
  const { data } = credentials.safeParse(await c.req.json());
  const user = data === undefined ? null : await findUser(data);
  return user === null ? c.body(null, 401) : c.body(null, 204, { 'set-cookie': await cookieOf(user) });
});

app.use('/trpc/*', (c) =>
  fetchRequestHandler({
    req: c.req.raw,
    endpoint: '/trpc',
    router: appRouter,
    createContext: ({ req }) => createContext(req.headers.get('cookie') ?? undefined),
  }),
);

await chat.ready;
const server = serve({ fetch: app.fetch, port: Number(PORT) }, () => console.log(`Listening at ${ORIGIN}`));
chat
  .webSockets({
    router: appRouter,
    createContext: ({ req }) => createContext(req.headers.cookie),
    path: '/trpc',
    allowedOrigins: [ORIGIN],
  })
  .attach(server);

process.once('SIGTERM', async () => {
  server.close();
  await chat.close({ drainMs: 5_000 });
  if ('closeAllConnections' in server) server.closeAllConnections();
  await disconnect();
});
