import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../ports.js';
import type { HandshakeRefusal } from './handshake.js';

/** Answers a handshake with an HTTP error and ends the connection. */
export function refuseHandshake(socket: Duplex, refusal: HandshakeRefusal): void {
  const body = `${refusal.message}\n`;
  const headers: Record<string, string> = {
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** What `attach` needs of the front. */
export interface UpgradeTarget {
  readonly clock: Clock;
  readonly handshakeMs: number;
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

/**
 * Listens to a server. Connections that have not finished a request's headers after `handshakeMs` are cut; Node's own
 * deadline is a minute. Returns what stops listening.
 */
export function listenToUpgrades(server: Server, target: UpgradeTarget): () => void {
  const deadlines = new Map<Duplex, Timer>();

  function settle(socket: Duplex): void {
    deadlines.get(socket)?.clear();
    deadlines.delete(socket);
  }
  const onConnection = (socket: Socket): void => {
    deadlines.set(
      socket,
      target.clock.after(target.handshakeMs, () => socket.destroy()),
    );
    socket.once('close', () => settle(socket));
  };
  const onRequest = (req: IncomingMessage): void => settle(req.socket);
  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    settle(socket);
    if (target.handleUpgrade(req, socket, head)) return;
    // Somebody else's path: theirs to answer, unless there is nobody else.
    if (server.listenerCount('upgrade') > 1) return;
    socket.on('error', () => socket.destroy());
    refuseHandshake(socket, { status: 404, message: 'There is no WebSocket here.' });
  };

  // Over TLS the request's socket is the decrypted one.
  const connection = server instanceof TlsServer ? 'secureConnection' : 'connection';
  server.on(connection, onConnection);
  server.prependListener('request', onRequest);
  server.on('upgrade', onUpgrade);
  return () => {
    server.off(connection, onConnection);
    server.off('request', onRequest);
    server.off('upgrade', onUpgrade);
    for (const socket of [...deadlines.keys()]) settle(socket);
  };
}
