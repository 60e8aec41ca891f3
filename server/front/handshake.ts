import type { IncomingMessage } from 'node:http';
import { countHeader, judgeOrigin } from './origin.js';

/** Why a handshake is refused, before any 101. */
export interface HandshakeRefusal {
  readonly status: 400 | 403 | 404 | 405 | 426 | 429 | 503;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A handshake that may go on. */
export interface Handshake {
  /** The client will send its connectionParams as the first frame. */
  readonly announcesParams: boolean;
  /** What the cookies say must not be believed. */
  readonly isCookieless: boolean;
}

/**
 * The URL a request asks for; `undefined` when target or Host are malformed. Only the origin form is taken: tRPC parses
 * the same two strings again and would throw on others.
 */
export function requestedUrl(req: IncomingMessage): URL | undefined {
  const { host } = req.headers;
  const target = req.url ?? '';
  if (!target.startsWith('/') || target.startsWith('//') || /[\s\\#]/.test(target)) return undefined;
  if (host === undefined || countHeader(req, 'host') !== 1 || !/^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(host)) {
    return undefined;
  }
  const base = `http://${host}`;
  return URL.canParse(target, base) ? new URL(target, base) : undefined;
}

/** Judges everything about a handshake that can be told from its headers. */
export function judgeHandshake(
  req: IncomingMessage,
  url: URL,
  allowedOrigins: readonly string[],
): Handshake | HandshakeRefusal {
  const { headers } = req;
  if (req.method !== 'GET')
    return { status: 405, message: 'A WebSocket is opened with GET.', headers: { Allow: 'GET' } };
  if (headers.upgrade?.toLowerCase() !== 'websocket') return { status: 400, message: 'Upgrade: websocket is missing.' };
  if (headers['sec-websocket-version'] !== '13') {
    return { status: 426, message: 'Only version 13 is spoken.', headers: { 'Sec-WebSocket-Version': '13' } };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
    return { status: 400, message: 'Sec-WebSocket-Key is missing or malformed.' };
  }
  // The very test tRPC makes, so that both wait for the same first frame.
  const announcesParams = url.searchParams.get('connectionParams') === '1';
  const bringsToken = announcesParams || headers.authorization !== undefined;
  const verdict = judgeOrigin(req, allowedOrigins, bringsToken);
  if (verdict === 'refused') return { status: 403, message: 'This origin may not connect.' };
  return { announcesParams, isCookieless: verdict === 'cookieless' };
}
