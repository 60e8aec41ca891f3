import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';

/** One request, to addresses that were looked up and checked before. */
export interface PageRequest {
  readonly url: URL;
  /** Where to connect; the name is not looked up again. */
  readonly addresses: readonly string[];
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

/** What was answered. */
export interface PageResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Reads until `isEnough` of what was read so far, or the end; at most `maxBytes`. */
  read(maxBytes: number, isEnough: (chunk: Buffer) => boolean): Promise<Buffer>;
  /** Ends the connection, however much is still to come. */
  close(): void;
}

/** Sends one GET that follows nothing, keeps nothing and brings nothing along. */
export function requestPage({ url, addresses, userAgent, signal }: PageRequest): Promise<PageResponse> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(url, {
      method: 'GET',
      // A connection of its own: one from a pool could lead to what the name meant earlier.
      agent: false,
      lookup: pinned(addresses),
      maxHeaderSize: 16_384,
      headers: {
        'user-agent': userAgent,
        accept: 'text/html,application/xhtml+xml',
        'accept-encoding': 'identity',
      },
      signal,
    });
    // For as long as there is a connection: one that breaks later is the reader's trouble, not the process's.
    outgoing.on('error', reject);
    outgoing.once('response', (incoming) => {
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        read: (maxBytes, isEnough) => read(incoming, maxBytes, isEnough),
        close: () => outgoing.destroy(),
      });
    });
    outgoing.end();
  });
}

/** Answers every question with the addresses that were checked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_name, options, done) => {
    const [first] = known;
    if (options.all === true) done(null, known);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
}

async function read(
  incoming: IncomingMessage,
  maxBytes: number,
  isEnough: (chunk: Buffer) => boolean,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    const kept = chunk.subarray(0, left);
    chunks.push(kept);
    left -= kept.length;
    if (left === 0 || isEnough(kept)) break;
  }
  return Buffer.concat(chunks);
}
