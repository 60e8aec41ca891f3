import type { LoggedEvent } from '@confab/shared';
import type { WebhookPayload } from '../deliveries/webhook-channel.js';
import { isSigned, keyOf } from './signature.js';

/** What a webhook's receiver got. */
export interface ReceivedWebhook {
  /** The secret, or several while one takes the place of another. */
  readonly secret: string | readonly string[];
  /** Those of the request, by lower-case name, as `node:http` has them; or a `Headers`. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> | Headers;
  /** The body, byte for byte: not what a parser made of it. */
  readonly body: string;
  /** How old it may be, and how far ahead its clock, in milliseconds. @default 300_000 (five minutes) */
  readonly toleranceMs?: number;
  /** @default the machine's time */
  readonly now?: Date;
}

/** A webhook that can't be trusted: answer it 400 and do nothing. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

const fiveMinutesMs = 300_000;

/**
 * Checks that a webhook was sent by whoever holds the secret and lately, and returns what it says. A receiver that has seen
 * its `id` before has nothing left to do.
 *
 * @throws WebhookVerificationError saying what is wrong with it.
 */
export function verifyWebhook<Event extends { readonly type: string; readonly data: unknown } = LoggedEvent>({
  secret,
  headers,
  body,
  toleranceMs = fiveMinutesMs,
  now = new Date(),
}: ReceivedWebhook): WebhookPayload<Event> {
  const keys = (typeof secret === 'string' ? [secret] : secret).map((one) => {
    const key = keyOf(one);
    if (key === undefined) throw new TypeError('A secret is `whsec_` and the base64 of 24 to 64 bytes.');
    return key;
  });
  const header = (name: string): string => {
    const value = headers instanceof Headers ? headers.get(name) : headers[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new WebhookVerificationError(`The header ${name} is missing.`);
  };
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(now.getTime() - seconds * 1_000) <= toleranceMs)) {
    throw new WebhookVerificationError('The header webhook-timestamp is too far from now.');
  }
  if (!isSigned(keys, id, seconds, body, header('webhook-signature'))) {
    throw new WebhookVerificationError('No signature in webhook-signature is right.');
  }
  // It is signed, so it is what was sent.
  return JSON.parse(body) as WebhookPayload<Event>;
}
