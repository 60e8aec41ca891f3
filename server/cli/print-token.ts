import { ConfigError } from './config.js';
import type { Config } from './config.js';
import { keepSecret, secretFile } from './secrets.js';
import { issueToken } from './tokens.js';

/** Prints a token for a user that the configured server takes, for `seconds`. */
export async function printToken(
  { credentials, database, audience, issuer }: Config,
  user: { readonly id: string; readonly name?: string; readonly seconds: number },
): Promise<void> {
  if (credentials.kind === 'jwks')
    throw new ConfigError('CONFAB_JWKS_URL: only the holder of its keys can issue tokens.');
  const secret = credentials.kind === 'secret' ? credentials.secret : await keepSecret(secretFile(database));
  console.log(await issueToken(secret, { ...user, audience, issuer }));
}
