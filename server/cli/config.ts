import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultSocketLimits } from '@confab/shared';
import type { SocketLimits } from '@confab/shared';
import { z } from 'zod';
import { resolveSettings } from '../settings.js';
import type { SettingsInput } from '../settings.js';
import { parseDatabaseUrl } from '../store/database-url.js';
import type { DatabaseTarget } from '../store/database-url.js';
import { coreEventTypes } from '../store/log-render.js';
import { checkWebhooks } from '../webhooks/endpoints.js';
import type { WebhookOption } from '../webhooks/webhook-option.js';

/** Something in the environment that can't be used; its message names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** How tokens are verified. `own`: with a secret the server makes and keeps. */
export type Credentials =
  | { readonly kind: 'own' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'jwks'; readonly url: URL };

export interface Config {
  readonly port: number;
  readonly host: string;
  /** The database as a URL, and what it says. */
  readonly databaseUrl: string;
  readonly database: DatabaseTarget;
  readonly credentials: Credentials;
  readonly audience: string | undefined;
  readonly issuer: string | undefined;
  /** `undefined`: the server's own addresses. */
  readonly allowedOrigins: readonly string[] | undefined;
  readonly settings: SettingsInput;
  readonly sockets: Partial<SocketLimits>;
  readonly webhooks: readonly WebhookOption[];
}

const count = z.int().min(1).max(2_147_483_647);
const { refusals: refusalLimits, ...plainLimits } = defaultSocketLimits;
const socketsSchema = z.strictObject({
  ...Object.fromEntries(Object.keys(plainLimits).map((name) => [name, count.optional()])),
  refusals: z
    .strictObject({ count: count.default(refusalLimits.count), windowMs: count.default(refusalLimits.windowMs) })
    .optional(),
});

// An empty variable counts as unset: that is how most ways of setting them say it.
const text = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value.trim() === '' ? undefined : value));

const environmentSchema = z.object({
  PORT: text.transform((value) => Number(value ?? 3_000)).pipe(z.int().min(0).max(65_535)),
  HOST: text.transform((value) => value?.trim() ?? '127.0.0.1'),
  DATABASE_URL: text,
  CONFAB_BUS_URL: text.refine((value) => value === undefined, 'only the in-process bus is there, so leave it unset'),
  CONFAB_JWT_SECRET: text,
  CONFAB_JWKS_URL: text.pipe(z.url({ protocol: /^https?$/ }).optional()),
  CONFAB_JWT_AUDIENCE: text,
  CONFAB_JWT_ISSUER: text,
  CONFAB_ALLOWED_ORIGINS: text.transform((value) =>
    value
      ?.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
  ),
  CONFAB_SETTINGS: text,
});

/** Reads the environment. Throws `ConfigError` with a sentence that names what can't be used. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd: string = process.cwd()): Config {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) throw new ConfigError(sentenceOf(parsed.error));
  const values = parsed.data;
  const databaseUrl = values.DATABASE_URL ?? `file:${encodeURI(path.join(cwd, '.confab/chat.db'))}`;
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl,
    database: named('DATABASE_URL', () => parseDatabaseUrl(databaseUrl, cwd)),
    credentials: credentialsOf(values.CONFAB_JWT_SECRET, values.CONFAB_JWKS_URL),
    audience: values.CONFAB_JWT_AUDIENCE,
    issuer: values.CONFAB_JWT_ISSUER,
    allowedOrigins: values.CONFAB_ALLOWED_ORIGINS?.map(checkOrigin),
    ...readSettings(values.CONFAB_SETTINGS, cwd),
  };
}

function credentialsOf(secret: string | undefined, jwksUrl: string | undefined): Credentials {
  if (secret !== undefined && jwksUrl !== undefined) {
    throw new ConfigError('CONFAB_JWT_SECRET and CONFAB_JWKS_URL: set one of them, not both.');
  }
  if (secret !== undefined) return { kind: 'secret', secret };
  return jwksUrl === undefined ? { kind: 'own' } : { kind: 'jwks', url: new URL(jwksUrl) };
}

function checkOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw new ConfigError(
    `CONFAB_ALLOWED_ORIGINS: "${origin}" is not an origin. Write scheme, host and port only, as in https://app.example:8443.`,
  );
}

function readSettings(value: string | undefined, cwd: string): Pick<Config, 'settings' | 'sockets' | 'webhooks'> {
  if (value === undefined) return { settings: {}, sockets: {}, webhooks: [] };
  const isInline = value.trimStart().startsWith('{');
  const json = isInline ? value : named('CONFAB_SETTINGS', () => readFileSync(path.resolve(cwd, value), 'utf8'));
  const data = named('CONFAB_SETTINGS', () => JSON.parse(json) as unknown);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new ConfigError('CONFAB_SETTINGS: expected a JSON object or the path of a file with one.');
  }
  const { sockets = {}, webhooks, ...settings } = data as Record<string, unknown>;
  const parsed = socketsSchema.safeParse(sockets);
  if (!parsed.success) throw new ConfigError(`CONFAB_SETTINGS: ${sentenceOf(parsed.error, ['sockets'])}`);
  named('CONFAB_SETTINGS', () => resolveSettings(settings as SettingsInput));
  return {
    settings: settings as SettingsInput,
    sockets: parsed.data as Partial<SocketLimits>,
    webhooks: named('CONFAB_SETTINGS', () => checkWebhooks(webhooks, new Set(coreEventTypes))),
  };
}

function named<Result>(variable: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be used.';
    throw new ConfigError(`${variable}: ${reason}`, { cause: error });
  }
}

function sentenceOf(error: z.ZodError, prefix: readonly string[] = []): string {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    return `${[...prefix, ...issue.path, ...issue.keys.slice(0, 1)].join('.')}: there is no such setting.`;
  }
  return `${[...prefix, ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'not valid'}.`;
}
