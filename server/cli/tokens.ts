import { ChatError } from '@confab/shared';
import { createRemoteJWKSet, errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { userId } from '../operations/inputs.js';
import type { Viewer } from '../viewer.js';

export interface TokenOptions {
  /** The HS256 key is the secret's UTF-8 bytes. */
  readonly key: { readonly secret: string } | { readonly jwksUrl: URL };
  readonly audience?: string | undefined;
  readonly issuer?: string | undefined;
}

/**
 * Tells whose token it is. `null`: forged, not for us, or without a usable `sub`. A genuine one that has expired still
 * names its viewer, whose `expiresAt` says so. Rejects with `UNAVAILABLE` while the keys can't be fetched.
 */
export type VerifyToken = (token: string) => Promise<Viewer | null>;

/** Longer ones are not looked at. */
const tokenLength = 8_192;

// Named one by one, so that a symmetric algorithm is never tried with a public key, and `none` never at all.
const publicKeyAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Verifies tokens with one secret, or with the keys a JWKS URL offers. */
export function createTokenVerifier({ key, audience, issuer }: TokenOptions): VerifyToken {
  const expected: JWTVerifyOptions = {
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  };
  const verify = verifierOf(key, expected);
  return async (token) => {
    if (token === '' || token.length > tokenLength) return null;
    try {
      return viewerOf(await verify(token));
    } catch (error) {
      // Thrown after the signature was found to be good.
      if (error instanceof errors.JWTExpired) return viewerOf(error.payload);
      if (isRefusal(error)) return null;
      throw new ChatError('UNAVAILABLE', 'The keys that verify tokens cannot be fetched.', { cause: error });
    }
  };
}

function verifierOf(key: TokenOptions['key'], expected: JWTVerifyOptions): (token: string) => Promise<JWTPayload> {
  if ('secret' in key) {
    const bytes = new TextEncoder().encode(key.secret);
    return async (token) => (await jwtVerify(token, bytes, { ...expected, algorithms: ['HS256'] })).payload;
  }
  const keys = createRemoteJWKSet(key.jwksUrl, { timeoutDuration: 3_000 });
  return async (token) => (await jwtVerify(token, keys, { ...expected, algorithms: publicKeyAlgorithms })).payload;
}

function isRefusal(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false;
  // The generic one is what a JWKS answer other than 200 is thrown as.
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
}

function viewerOf({ sub, name, image, exp, sid, iat }: JWTPayload): Viewer | null {
  const id = userId.safeParse(sub);
  if (!id.success) return null;
  const session = sid === undefined ? null : userId.safeParse(sid);
  if (session !== null && !session.success) return null;
  return {
    id: id.data,
    name: typeof name === 'string' ? name : null,
    image: typeof image === 'string' && image.length <= 2_048 && /^https?:\/\//i.test(image) ? image : null,
    expiresAt: typeof exp === 'number' ? new Date(exp * 1_000) : null,
    sessionId: session === null ? null : session.data,
    issuedAt: typeof iat === 'number' ? new Date(iat * 1_000) : null,
  };
}

export interface NewToken {
  readonly id: string;
  readonly name?: string | undefined;
  /** How long it is good for. */
  readonly seconds: number;
  readonly audience?: string | undefined;
  readonly issuer?: string | undefined;
}

/** Issues an HS256 token. */
export function issueToken(secret: string, { id, name, seconds, audience, issuer }: NewToken): Promise<string> {
  const token = new SignJWT(name === undefined ? {} : { name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuedAt()
    .setExpirationTime(`${String(seconds)}s`);
  if (audience !== undefined) token.setAudience(audience);
  if (issuer !== undefined) token.setIssuer(issuer);
  return token.sign(new TextEncoder().encode(secret));
}
