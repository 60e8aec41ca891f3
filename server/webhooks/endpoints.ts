import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from '../deliveries/webhook-channel.js';
import { refuse, refuseBy } from '../extend/option.js';
import type { Poster } from './poster.js';
import { keyOf, signatureOf } from './signature.js';
import type { WebhookOption } from './webhook-option.js';

/** What we send, and what belongs to the connection. */
const reservedHeaders: ReadonlySet<string> = new Set([
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'content-type', 'content-length', 'user-agent'],
  ...['host', 'connection', 'transfer-encoding', 'expect', 'upgrade', 'te', 'trailer', 'keep-alive'],
]);

const secretSentence = 'expected `whsec_` and the base64 of 24 to 64 random bytes, as of `openssl rand -base64 32`.';
const secret = z.string(secretSentence).refine((value) => keyOf(value) !== undefined, secretSentence);

const url = z
  .string('expected a URL.')
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'expected an http(s) URL.')
  .refine((value) => {
    const { username, password } = URL.canParse(value) ? new URL(value) : { username: '', password: '' };
    return username === '' && password === '';
  }, 'put user and password into a header.');

const header = z
  .string()
  .refine((value) => passes(() => validateHeaderValue('x', value)), 'is not a value of a header.');

const webhook = z.strictObject({
  name: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 visible ASCII characters.')
    .optional(),
  url,
  secret: z.union([secret, z.array(secret).min(1).max(4)], secretSentence),
  events: z.array(z.string()).min(1, 'name at least one.').optional(),
  headers: z
    .record(
      z.string().refine((name) => passes(() => validateHeaderName(name)), 'is not a name of a header.'),
      header,
    )
    .optional(),
  timeoutMs: z.int().min(1).max(60_000).optional(),
});

/** Webhooks of one chat: more would be a service of its own. */
const most = 50;

/** Checks the option. Throws `ChatConfigError` that names what can't be used. */
export function checkWebhooks(given: unknown, eventTypes: ReadonlySet<string>): readonly WebhookOption[] {
  if (given === undefined) return [];
  refuseBy(z.array(webhook, 'expected an array.').max(most), 'webhooks', given);
  const webhooks = given as readonly WebhookOption[];
  const names = new Set<string>();
  webhooks.forEach((one, index) => {
    const option = `webhooks.${index}`;
    for (const type of one.events ?? []) {
      if (!eventTypes.has(type)) refuse(`${option}.events`, `there is no event ${type} in the log.`);
    }
    for (const name of Object.keys(one.headers ?? {})) {
      if (reservedHeaders.has(name.toLowerCase())) refuse(`${option}.headers.${name}`, 'this one is not yours to set.');
    }
    const name = nameOf(one);
    if (names.has(name)) refuse(`${option}.name`, `there is another webhook ${name}: give each a name of its own.`);
    names.add(name);
  });
  return webhooks;
}

/** The endpoint of a webhook that was checked. */
export function createEndpoint(option: WebhookOption, poster: Poster): Endpoint {
  const { timeoutMs = 10_000, events, headers: own = {} } = option;
  const target = new URL(option.url);
  const keys = (typeof option.secret === 'string' ? [option.secret] : option.secret).flatMap((one) => keyOf(one) ?? []);
  return {
    name: nameOf(option),
    timeoutMs,
    events: events === undefined ? undefined : new Set(events),
    post({ id, at, body }, signal) {
      const seconds = Math.floor(at.getTime() / 1_000);
      const headers = {
        ...own,
        'content-type': 'application/json',
        'user-agent': 'Confab',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatureOf(keys, id, seconds, body),
      };
      return poster.post({ url: target, headers, body }, signal);
    },
  };
}

function nameOf({ name, url: address }: WebhookOption): string {
  if (name !== undefined) return name;
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
