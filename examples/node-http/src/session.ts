import { createHash, randomBytes } from 'node:crypto';
import { prisma } from './database.js';

const sevenDaysMs = 7 * 24 * 3_600_000;

const idOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Opens a session and returns its token, of which the database knows the hash only. */
export async function openSession(userId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await prisma.session.create({ data: { id: idOf(token), userId, expiresAt: new Date(Date.now() + sevenDaysMs) } });
  return token;
}

/** The session of a token, with its user. */
export async function findSession(token: string | undefined) {
  if (token === undefined) return null;
  const session = await prisma.session.findUnique({ where: { id: idOf(token) }, include: { user: true } });
  return session !== null && session.expiresAt > new Date() ? session : null;
}
