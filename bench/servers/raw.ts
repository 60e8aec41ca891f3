import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { openRawStore } from './raw-store.js';

/**
 * The thinnest server that does the same job: `ws`, the bare driver, one INSERT a message, a copy to everyone who
 * listens, an answer to the sender once the row is stored.
 */
const store = await openRawStore(process.env['RAW_STORE'] ?? 'none', process.env['RAW_URL'] ?? '');
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
const listeners = new Set<import('ws').WebSocket>();
let seq = 0;

sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const call = JSON.parse(data.toString()) as { id: number; listen?: true; content?: string };
    if (call.listen === true) {
      listeners.add(socket);
      socket.once('close', () => listeners.delete(socket));
      socket.send(JSON.stringify({ id: call.id }));
      return;
    }
    const message = { seq: (seq += 1), content: call.content ?? '', createdAt: new Date().toISOString() };
    void store.insert(message).then(() => {
      const body = JSON.stringify({ type: 'message', ...message });
      for (const listener of listeners) listener.send(body);
      socket.send(JSON.stringify({ id: call.id, seq: message.seq }));
    });
  });
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

process.once('SIGTERM', () => {
  void store.close().then(() => process.exit(0));
});
