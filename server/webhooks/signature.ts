import { createHmac, timingSafeEqual } from 'node:crypto';

/** As the Standard Webhooks scheme marks a secret. */
const mark = 'whsec_';

/**
 * The key of a secret: `whsec_` and the base64 of 24 to 64 random bytes. `undefined` for what is none.
 *
 * @see https://www.standardwebhooks.com
 */
export function keyOf(secret: string): Buffer | undefined {
  if (!secret.startsWith(mark)) return undefined;
  const text = secret.slice(mark.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** The signature of a message, as the header `webhook-signature` has it: one part for each key. */
export function signatureOf(keys: readonly Buffer[], id: string, seconds: number, body: string): string {
  return keys.map((key) => `v1,${hmac(key, `${id}.${seconds}.${body}`).toString('base64')}`).join(' ');
}

/** Whether one of the parts of a header was made with one of the keys. */
export function isSigned(keys: readonly Buffer[], id: string, seconds: number, body: string, header: string): boolean {
  const made = keys.map((key) => hmac(key, `${id}.${seconds}.${body}`));
  const given = header
    .split(' ')
    .flatMap((part) => (part.startsWith('v1,') ? [Buffer.from(part.slice(3), 'base64')] : []));
  return given.some((one) => made.some((other) => one.length === other.length && timingSafeEqual(one, other)));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
