import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { createServer } from 'node:http';
import { chat } from './chat.js';
import { disconnect } from './database.js';
import { appRouter } from './router.js';
import { createContext } from './trpc.js';

const { PORT = '3000', ORIGIN = `http://localhost:${PORT}` } = process.env;

const handleCall = createHTTPHandler({ router: appRouter, createContext, basePath: '/trpc/' });

const server = createServer((req, res) => {
  if (req.url?.startsWith('/trpc/')) handleCall(req, res);
  else res.writeHead(404).end();
});

await chat.ready;
chat.webSockets({ router: appRouter, createContext, path: '/trpc', allowedOrigins: [ORIGIN] }).attach(server);
server.listen(Number(PORT), () => console.log(`Listening at ${ORIGIN}`));

process.once('SIGTERM', async () => {
  server.close();
  await chat.close({ drainMs: 5_000 });
  server.closeAllConnections();
  await disconnect();
});
