import { cleanName } from '@confab/shared';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { userId } from '../operations/inputs.js';
import type { NewToken } from './tokens.js';

const bodyBytes = 4_096;
const tokenSeconds = 7 * 24 * 3_600;
const bodySchema = z.object({ name: z.string() });

/**
 * The demo's login: whoever gives a name is that user. Only for a server that listens on loopback with a secret of
 * its own.
 */
export async function answerLogin(
  req: IncomingMessage,
  res: ServerResponse,
  issue: (token: NewToken) => Promise<string>,
): Promise<void> {
  if (req.method !== 'POST') {
    res.writeHead(405, { allow: 'POST' }).end();
    return;
  }
  const body = await readBody(req);
  if (body === undefined) {
    // What is still to come is not read, so the connection can't carry another request.
    answer(res.setHeader('connection', 'close'), 413, { error: `At most ${String(bodyBytes)} bytes.` });
    return;
  }
  const name = nameIn(body);
  const id = userId.safeParse(name);
  if (name === null || !id.success) {
    answer(res, 400, { error: 'Expected { "name": "…" } with a name of 1 to 128 characters.' });
    return;
  }
  const token = await issue({ id: id.data, name, seconds: tokenSeconds });
  answer(res, 200, { token, user: { id: id.data, name, image: null } });
}

function nameIn(body: string): string | null {
  try {
    return cleanName(bodySchema.parse(JSON.parse(body)).name);
  } catch {
    return null;
  }
}

async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}
