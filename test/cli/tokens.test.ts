import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepSecret, secretFile } from '../../server/cli/secrets.js';
import { createTokenVerifier, issueToken } from '../../server/cli/tokens.js';

const secret = 'a secret that is long enough to be one';
const bytes = (text: string) => new TextEncoder().encode(text);
const sign = (claims: JWTPayload, key = secret) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(bytes(key));
const soon = () => Math.floor(Date.now() / 1000) + 60;

describe('tokens signed with a secret', () => {
  const verify = createTokenVerifier({ key: { secret } });

  it('name their viewer', async () => {
    const exp = soon();
    const token = await sign({
      sub: 'ada',
      name: 'Ada',
      image: 'https://a.example/ada.png',
      exp,
      sid: 'phone',
      iat: exp - 90,
    });
    expect(await verify(token)).toEqual({
      id: 'ada',
      name: 'Ada',
      image: 'https://a.example/ada.png',
      expiresAt: new Date(exp * 1000),
      sessionId: 'phone',
      issuedAt: new Date((exp - 90) * 1000),
    });
  });

  it('need nothing but a subject', async () => {
    expect(await verify(await sign({ sub: 'ada' }))).toEqual({
      id: 'ada',
      name: null,
      image: null,
      expiresAt: null,
      sessionId: null,
      issuedAt: null,
    });
  });

  it('that are issued here are good here', async () => {
    const token = await issueToken(secret, { id: 'ada', name: 'Ada', seconds: 60, audience: 'chat', issuer: 'us' });
    const strict = createTokenVerifier({ key: { secret }, audience: 'chat', issuer: 'us' });
    expect(await strict(token)).toMatchObject({ id: 'ada', name: 'Ada' });
  });

  it('say when they expired', async () => {
    const viewer = await verify(await sign({ sub: 'ada', exp: soon() - 120 }));
    expect(viewer?.expiresAt?.getTime()).toBeLessThan(Date.now());
  });

  it('are refused when forged, also when expired at that', async () => {
    expect(await verify(await sign({ sub: 'ada' }, 'another secret that is long enough'))).toBeNull();
    expect(await verify(await sign({ sub: 'ada', exp: 1 }, 'another secret that is long enough'))).toBeNull();
  });

  it('are refused without a signature or with another algorithm', async () => {
    expect(await verify(new UnsecuredJWT({ sub: 'ada' }).encode())).toBeNull();
    const other = await new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'HS512' }).sign(bytes(secret.repeat(2)));
    expect(await createTokenVerifier({ key: { secret: secret.repeat(2) } })(other)).toBeNull();
  });

  it('are refused for another audience or issuer, and before their time', async () => {
    const strict = createTokenVerifier({ key: { secret }, audience: 'chat', issuer: 'us' });
    expect(await strict(await sign({ sub: 'ada', aud: 'mail', iss: 'us' }))).toBeNull();
    expect(await strict(await sign({ sub: 'ada', aud: 'chat', iss: 'them' }))).toBeNull();
    expect(await verify(await sign({ sub: 'ada', nbf: soon() }))).toBeNull();
  });

  it.each([{}, { sub: '' }, { sub: 'a\nb' }, { sub: 'x'.repeat(129) }, { sub: 'ada', sid: '' }])(
    'are refused with the claims %j',
    async (claims) => {
      expect(await verify(await sign(claims))).toBeNull();
    },
  );

  it.each(['', 'x', 'a.b.c', '..', `${'x'.repeat(9_000)}`])('are refused when they are none: %#', async (token) => {
    expect(await verify(token)).toBeNull();
  });

  it('carry no picture but a link to one', async () => {
    expect(await verify(await sign({ sub: 'ada', image: 'javascript:alert(1)' }))).toMatchObject({ image: null });
  });
});

describe('tokens signed with keys of a JWKS', () => {
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let server: Server;
  let jwksUrl: URL;
  let status = 200;

  beforeAll(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256' };
    server = createServer((_req, res) => {
      res
        .writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        .end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUrl = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/keys`);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const signed = () =>
    new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(keys.privateKey);

  it('name their viewer', async () => {
    expect(await createTokenVerifier({ key: { jwksUrl } })(await signed())).toMatchObject({ id: 'ada' });
  });

  it('are refused when signed with the public key as a secret', async () => {
    const forged = await sign({ sub: 'ada' }, JSON.stringify(await exportJWK(keys.publicKey)));
    expect(await createTokenVerifier({ key: { jwksUrl } })(forged)).toBeNull();
  });

  it('are neither good nor bad while the keys are away', async () => {
    status = 503;
    const verify = createTokenVerifier({ key: { jwksUrl } });
    await expect(verify(await signed())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    status = 200;
    expect(await verify(await signed())).toMatchObject({ id: 'ada' });
  });
});

describe("the server's own secret", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'confab-secret-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('is one for all who start at the same time, and for its owner only', async () => {
    const file = path.join(folder, 'nested', 'chat.db.secret');
    const secrets = await Promise.all(Array.from({ length: 10 }, () => keepSecret(file)));
    expect(new Set(secrets).size).toBe(1);
    expect(await keepSecret(file)).toBe(secrets[0]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('lies beside the database', () => {
    expect(secretFile({ provider: 'sqlite', file: '/srv/chat.db' })).toBe('/srv/chat.db.secret');
    const target = { provider: 'postgresql', url: 'postgresql://db/app', schema: 'public' } as const;
    expect(secretFile(target, '/srv')).toBe('/srv/.confab/secret');
  });
});
