import { randomBytes } from 'node:crypto';
import { verifyWebhook } from '@confab/server';
import type { PushOption } from '@confab/server';
import { describe, expect, it, test } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { createEndpoint } from '../../server/webhooks/endpoints.js';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const good = { url: 'https://shop.example/hooks', secret };

/** What a chat with such webhooks says. */
async function refusal(option: { readonly webhooks?: unknown; readonly push?: unknown }): Promise<string> {
  const starting = testChat((base) => createChat({ ...base, ...(option as { push?: PushOption }) }));
  const outcome = await starting.then(
    (t) => t.close().then(() => 'it was taken'),
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );
  return outcome;
}

describe('options', () => {
  it.each([
    ['webhooks', 7],
    ['webhooks.0.url', [{ ...good, url: 'ftp://shop.example' }]],
    ['webhooks.0.url', [{ ...good, url: 'nonsense' }]],
    ['webhooks.0.url', [{ ...good, url: 'https://ada:pw@shop.example' }]],
    ['webhooks.0.secret', [{ url: good.url }]],
    ['webhooks.0.secret', [{ ...good, secret: 'open sesame' }]],
    ['webhooks.0.secret', [{ ...good, secret: `whsec_${randomBytes(16).toString('base64')}` }]],
    ['webhooks.0.secret', [{ ...good, secret: [] }]],
    ['webhooks.0.events', [{ ...good, events: [] }]],
    ['webhooks.0.events', [{ ...good, events: ['message.painted'] }]],
    ['webhooks.0.events', [{ ...good, events: ['typing'] }]],
    ['webhooks.0.headers.content-type', [{ ...good, headers: { 'content-type': 'text/plain' } }]],
    ['webhooks.0.headers', [{ ...good, headers: { 'a b': 'c' } }]],
    ['webhooks.0.headers.x-a', [{ ...good, headers: { 'x-a': 'b\r\nc: d' } }]],
    ['webhooks.0.timeoutMs', [{ ...good, timeoutMs: 0 }]],
    ['webhooks.0.name', [{ ...good, name: 'a b' }]],
    ['webhooks.1.name', [good, { ...good, secret }]],
    ['webhooks.0.colour', [{ ...good, colour: 'red' }]],
  ])('%s is named when it can’t be used', async (name, webhooks) => {
    expect(await refusal({ webhooks })).toMatch(
      new RegExp(`^ChatConfigError: ${name.replaceAll('.', String.raw`\.`)}`),
    );
  });

  const deliver = (): undefined => undefined;

  it.each<[string, object]>([
    ['push.deliver', {}],
    ['push.timeoutMs', { deliver, timeoutMs: 60_001 }],
    ['push.concurrency', { deliver, concurrency: 0 }],
    ['push.maxAgeMs', { deliver, maxAgeMs: 1 }],
  ])('%s is named when it can’t be used', async (name, push) => {
    expect(await refusal({ push })).toMatch(`ChatConfigError: ${name}`);
  });
});

describe('verifyWebhook', () => {
  /** What is sent at a time, as its receiver gets it. */
  async function sent(at = new Date()) {
    let headers: Readonly<Record<string, string>> = {};
    const body = JSON.stringify({ id: 'x', type: 'message.created' });
    const poster = {
      post: (posting: { readonly headers: Readonly<Record<string, string>> }) => {
        ({ headers } = posting);
        return Promise.resolve({ status: 200, retryAfter: undefined });
      },
      close: () => undefined,
    };
    await createEndpoint(good, poster).post({ id: 'x', at, body }, new AbortController().signal);
    return { secret, headers, body };
  }

  test('it takes the headers of Node and of fetch', async () => {
    const webhook = await sent();
    expect(verifyWebhook(webhook)).toEqual({ id: 'x', type: 'message.created' });
    expect(verifyWebhook({ ...webhook, headers: new Headers(webhook.headers) }).id).toBe('x');
  });

  test('it refuses what is old, ahead of its time, incomplete or changed', async () => {
    const webhook = await sent();
    const refuses = (change: Partial<typeof webhook> & { readonly now?: Date }, sentence: string): void => {
      expect(() => verifyWebhook({ ...webhook, ...change })).toThrow(sentence);
    };
    refuses({ now: new Date(Date.now() + 302_000) }, 'webhook-timestamp');
    refuses({ now: new Date(Date.now() - 302_000) }, 'webhook-timestamp');
    refuses({ headers: { ...webhook.headers, 'webhook-timestamp': '1e9' } }, 'webhook-timestamp');
    const { 'webhook-id': _id, ...others } = webhook.headers;
    refuses({ headers: others }, 'webhook-id is missing');
    refuses({ headers: { ...webhook.headers, 'webhook-id': 'y' } }, 'No signature');
    refuses({ headers: { ...webhook.headers, 'webhook-signature': 'v1,AAAA v2,x nonsense' } }, 'No signature');
    refuses({ body: `${webhook.body} ` }, 'No signature');
    refuses({ secret: 'open sesame' }, 'whsec_');
  });
});
