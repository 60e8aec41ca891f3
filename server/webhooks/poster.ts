import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Answer } from '../deliveries/webhook-channel.js';

/** Of an answer's body so much is read, so that the connection can be used again; it says nothing we need. */
const bodyBytes = 65_536;

/** What is sent where. */
export interface Posting {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends requests over connections that are kept for the next one. */
export interface Poster {
  /** Resolves to the answer, whatever it is; a redirection is not followed. Rejects when there is none. */
  post(posting: Posting, signal: AbortSignal): Promise<Answer>;
  /** Closes every connection. */
  close(): void;
}

export function createPoster(): Poster {
  const settings = { keepAlive: true, keepAliveMsecs: 5_000, timeout: 60_000, maxFreeSockets: 4 };
  const agents = { 'http:': new HttpAgent(settings), 'https:': new HttpsAgent(settings) };

  function open(url: URL, options: RequestOptions, answered: (answer: IncomingMessage) => void): ClientRequest {
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: agents['https:'] }, answered)
      : httpRequest(url, { ...options, agent: agents['http:'] }, answered);
  }

  return {
    post({ url, headers, body }, signal) {
      return new Promise((resolve, reject) => {
        const bytes = Buffer.from(body);
        const options = { method: 'POST', headers: { ...headers, 'content-length': bytes.length }, signal };
        const request = open(url, options, (answer) => {
          const { statusCode: status = 0, headers: told } = answer;
          drain(answer);
          answer.once('close', () => resolve({ status, retryAfter: told['retry-after'] }));
        });
        request.on('error', reject);
        request.end(bytes);
      });
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** Reads a body to its end, but not for ever. */
function drain(answer: IncomingMessage): void {
  let left = bodyBytes;
  answer.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) answer.destroy();
  });
  answer.on('error', () => undefined);
}
