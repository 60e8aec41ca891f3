import { parseSigned, serializeSigned } from 'hono/utils/cookie';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const { SESSION_SECRET: secret = '' } = process.env;
if (secret.length < 32) throw new Error('Set SESSION_SECRET, to 32 random characters or more.');

const sevenDays = 7 * 24 * 3_600;

const sessionSchema = z.object({ id: z.string(), userId: z.string(), name: z.string(), expiresAt: z.coerce.date() });

/** A `Set-Cookie` header with a signed session: nothing of it is kept here. */
export function cookieOf(user: { readonly id: string; readonly name: string }): Promise<string> {
  const expiresAt = new Date(Date.now() + sevenDays * 1_000);
  const session = JSON.stringify({ id: randomUUID(), userId: user.id, name: user.name, expiresAt });
  return serializeSigned('session', session, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: sevenDays,
  });
}

/** The session of a `Cookie` header, or `null` when there is none, it was forged or has expired. */
export async function readSession(cookies: string | undefined) {
  const { session } = await parseSigned(cookies ?? '', secret, 'session');
  if (session === undefined || session === false) return null;
  const { id, userId, name, expiresAt } = sessionSchema.parse(JSON.parse(session));
  return expiresAt > new Date() ? { id, userId, name, expiresAt } : null;
}
