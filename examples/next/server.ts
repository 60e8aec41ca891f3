import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import next from 'next';
import { createServer } from 'node:http';
import { findUser, signUp } from './src/account.js';
import { chat } from './src/chat.js';
import { disconnect } from './src/database.js';
import { appRouter } from './src/router.js';
import { cookieOf, findSession, openSession } from './src/session.js';
import { openShop } from './src/shop.js';
import { createContext } from './src/trpc.js';

const { PORT = '3000', ORIGIN = `http://localhost:${PORT}`, NODE_ENV } = process.env;

openShop({
  chat,
  signUp,
  findUser,
  openSession,
  cookieOf,
  findSession,
  answerCall: (req) =>
    fetchRequestHandler({
      req,
      endpoint: '/trpc',
      router: appRouter,
      createContext: () => createContext(req.headers.get('cookie')),
    }),
});

const app = next({ dev: NODE_ENV !== 'production' });
await app.prepare();
const handleRequest = app.getRequestHandler();
const server = createServer((req, res) => void handleRequest(req, res));

await chat.ready;
chat
  .webSockets({
    router: appRouter,
    createContext: ({ req }) => createContext(req.headers.cookie),
    path: '/trpc',
    allowedOrigins: [ORIGIN],
  })
  .attach(server);
server.listen(Number(PORT), () => console.log(`Listening at ${ORIGIN}`));

process.once('SIGTERM', async () => {
  server.close();
  await chat.close({ drainMs: 5_000 });
  server.closeAllConnections();
  await app.close();
  await disconnect();
});
