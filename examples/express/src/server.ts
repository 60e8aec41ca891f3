import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { credentials, findUser, signUp } from './account.js';
import { chat } from './chat.js';
import { disconnect } from './database.js';
import { appRouter } from './router.js';
import { cookieOf, openSession } from './session.js';
import { createContext } from './trpc.js';

const { PORT = '3000', ORIGIN = `http://localhost:${PORT}` } = process.env;

const app = express();

app.post('/signup', express.json(), async (req, res) => {
  const { data } = credentials.safeParse(req.body);
  if (data === undefined) res.sendStatus(400);
  else res.sendStatus((await signUp(data)) ? 201 : 409);
});

app.post('/login', express.json(), async (req, res) => {
  const { data } = credentials.safeParse(req.body);
  const user = data === undefined ? null : await findUser(data);
  if (user === null) res.sendStatus(401);
  else res.setHeader('Set-Cookie', cookieOf(await openSession(user.id))).sendStatus(204);
});

app.use('/trpc', createExpressMiddleware({ router: appRouter, createContext }));

await chat.ready;
const server = app.listen(Number(PORT), () => console.log(`Listening at ${ORIGIN}`));
chat.webSockets({ router: appRouter, createContext, path: '/trpc', allowedOrigins: [ORIGIN] }).attach(server);

process.once('SIGTERM', async () => {
  server.close();
  await chat.close({ drainMs: 5_000 });
  server.closeAllConnections();
  await disconnect();
});
