import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChat, verifyWebhook } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** A webhook that is not lost when a process dies: each message is posted, signed, until it was taken. */
export const createTellingChat = (base: TestBase, url: string, secret: string) =>
  createChat({ ...base, webhooks: [{ name: 'crm', url, secret, events: ['message.created'] }] });

/** The other service: it believes what is signed, and takes each event once. */
function createReceiver(secret: string, take: (content: string | null) => void) {
  const seen = new Set<string>();
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      try {
        const { id, type, data } = verifyWebhook({ secret, headers: request.headers, body });
        if (type === 'message.created' && 'message' in data && !seen.has(id)) take(data.message.content);
        // It fails the first time after it has taken the event, so it is told once more.
        response.writeHead(seen.has(id) ? 204 : 500).end();
        seen.add(id);
      } catch {
        response.writeHead(400).end();
      }
    });
  });
}

export async function play(): Promise<{ readonly taken: readonly (string | null)[]; readonly dead: number }> {
  const secret = `whsec_${Buffer.alloc(32, 'key').toString('base64')}`;
  const taken: (string | null)[] = [];
  const receiver = createReceiver(secret, (content) => void taken.push(content));
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = receiver.address() as AddressInfo;
    await using t = await testChat((base) => createTellingChat(base, `http://127.0.0.1:${port}/hook`, secret));
    const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Tea' });
    await t.as('ada').message.send({ roomId, content: 'Hello' });
    while (taken.length === 0) await t.clock.advance(100);
    while ((await t.system.deliveries.list({ state: 'waiting' })).items.length > 0) await t.clock.advance(1_000);
    return { taken, dead: (await t.system.deliveries.list({ state: 'dead' })).items.length };
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
}
