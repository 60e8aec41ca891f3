import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Arena, Caller } from './caller.js';

export function rawArena(url: string): Promise<Arena> {
  return Promise.resolve({ connect: () => connectRaw(url) });
}

async function connectRaw(url: string): Promise<Caller> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false });
  const waiting = new Map<number, () => void>();
  let heard: () => void = () => undefined;
  let calls = 0;
  socket.on('message', (data: Buffer) => {
    if (data.includes('"type":"message"')) return heard();
    const { id } = JSON.parse(data.toString()) as { id: number };
    waiting.get(id)?.();
    waiting.delete(id);
  });
  await once(socket, 'open');
  const call = (body: object): Promise<void> => {
    const id = (calls += 1);
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, ...body }));
    });
  };
  return {
    send: (content) => call({ content }),
    listen(listener) {
      heard = listener;
      return call({ listen: true });
    },
    close: () => socket.terminate(),
  };
}
