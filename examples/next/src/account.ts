import type { Credentials } from './credentials.js';
import { prisma } from './database.js';
import { hashPassword, isPasswordOf } from './password.js';

/** `false`: somebody else has this name. */
export async function signUp({ name, password }: Credentials): Promise<boolean> {
  if ((await prisma.user.findUnique({ where: { name } })) !== null) return false;
  await prisma.user.create({ data: { name, passwordHash: await hashPassword(password) } });
  return true;
}

/** The user, or `null` for a wrong name or password. */
export async function findUser({ name, password }: Credentials) {
  const user = await prisma.user.findUnique({ where: { name } });
  return user !== null && (await isPasswordOf(user.passwordHash, password)) ? user : null;
}
