import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

export async function hashPassword(password: string, salt = randomBytes(16)): Promise<string> {
  return `${salt.toString('hex')}:${(await derive(password, salt, 32)).toString('hex')}`;
}

export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const [salt = ''] = hash.split(':');
  return timingSafeEqual(Buffer.from(hash), Buffer.from(await hashPassword(password, Buffer.from(salt, 'hex'))));
}
