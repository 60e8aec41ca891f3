import { defaultSocketLimits } from '@confab/shared';
import { once } from 'node:events';
import type { Server } from 'node:http';
import path from 'node:path';
import type { Logger } from 'pino';
import { createChat } from '../create-chat.js';
import { packageFolder } from '../store/migrate/history.js';
import { createAppRouter, createContextFactory } from './app.js';
import type { AppContext } from './app.js';
import type { Config } from './config.js';
import { createHttpServer } from './http.js';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';
import { inUrl, isLoopback, ownOrigins } from './origins.js';
import { keepSecret, secretFile } from './secrets.js';
import { endOnSignal } from './shutdown.js';
import { createStaticFiles } from './static-files.js';
import { createTokenVerifier, issueToken } from './tokens.js';
import type { NewToken, TokenOptions } from './tokens.js';

/** Runs the standalone server until a signal ends the process. Resolves when it takes calls. */
export async function serve(config: Config, log: Logger): Promise<void> {
  survive(log);
  // The chat's own timers keep no process alive, so one that waits for a locked database would end before it listens.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await start(config, log);
  } finally {
    clearInterval(alive);
  }
}

async function start(config: Config, log: Logger): Promise<void> {
  const applied = await migrate(config);
  if (applied.length > 0) log.info({ applied }, 'the database was migrated');

  const own = config.credentials.kind === 'own' ? await keepSecret(secretFile(config.database)) : undefined;
  const host = own === undefined || isLoopback(config.host) ? config.host : '127.0.0.1';
  const claims = { audience: config.audience, issuer: config.issuer };
  const createContext = createContextFactory(createTokenVerifier({ key: keyOf(config, own), ...claims }));

  const database = await openDatabase(config.database, (error) => log.error({ error }, 'the store met a fault'));
  const chat = createChat<AppContext>({
    store: database.store,
    viewer: (ctx) => ctx.viewer(),
    settings: config.settings,
    webhooks: config.webhooks,
    log,
  });
  await chat.ready;

  const router = createAppRouter(chat.router);
  let port = config.port;
  const allowedOrigins = () => config.allowedOrigins ?? ownOrigins(host, port);
  const server = createHttpServer({
    router,
    createContext,
    allowedOrigins,
    ...(own !== undefined && { issueToken: (token: NewToken) => issueToken(own, { ...token, ...claims }) }),
    files: await createStaticFiles(path.join(packageFolder(), 'demo')),
    isReady: async () => !shutdown.isDraining && (await within(database.ping(), 2_000)),
    callsPerBatch: config.sockets.callsPerFrame ?? defaultSocketLimits.callsPerFrame,
    log,
  });
  const shutdown = endOnSignal({ server, chat, database, log });
  chat
    .webSockets({
      router,
      createContext,
      path: '/trpc',
      allowedOrigins,
      limits: config.sockets,
      anonymous: 'refuse',
    })
    .attach(server);
  port = await listen(server, config.port, host);
  announce(config, host, own !== undefined, log);
  process.stdout.write(`Confab is ready at http://${inUrl(host)}:${String(port)}\n`);
}

function keyOf({ credentials }: Config, own: string | undefined): TokenOptions['key'] {
  switch (credentials.kind) {
    case 'jwks':
      return { jwksUrl: credentials.url };
    case 'secret':
      return { secret: credentials.secret };
    case 'own':
      return { secret: own ?? '' };
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host.replace(/^\[|\]$/g, ''));
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function announce({ credentials, host: asked }: Config, host: string, hasLogin: boolean, log: Logger): void {
  if (host !== asked)
    log.warn({ asked, host }, 'without CONFAB_JWT_SECRET or CONFAB_JWKS_URL only loopback is listened on');
  if (hasLogin) {
    log.warn(
      'neither CONFAB_JWT_SECRET nor CONFAB_JWKS_URL is set: POST /login gives anyone on this machine a token for any name',
    );
  }
  if (credentials.kind === 'secret' && Buffer.byteLength(credentials.secret) < 32) {
    log.warn('CONFAB_JWT_SECRET is shorter than 32 bytes and can be guessed');
  }
}

/** Whether `work` succeeds within `ms`. */
async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([
      work.then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** A fault in one call must not take everybody else's connection with it. */
function survive(log: Logger): void {
  process.on('uncaughtException', (error) => log.error({ error }, 'nobody caught an error'));
  process.on('unhandledRejection', (error) => log.error({ error }, 'nobody caught a rejection'));
  // Whoever started the server may have closed the other end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
