import { once } from 'node:events';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { secret } from '../servers/launch.js';
import type { Arena, Caller } from './caller.js';

interface Answer {
  readonly id: number | null;
  readonly result?: { readonly type?: string; readonly data?: { readonly json?: unknown } };
  readonly error?: { readonly json?: { readonly message?: string } };
}

/** Speaks the documented tRPC frames by hand: a full client would measure itself. */
interface Wire extends Caller {
  call(method: 'query' | 'mutation', path: string, input: object): Promise<unknown>;
}

const key = new TextEncoder().encode(secret);

function token(user: string): Promise<string> {
  return new SignJWT({ name: user }).setProtectedHeader({ alg: 'HS256' }).setSubject(user).sign(key);
}

/** A channel of `size` users, all of whom may send. */
export async function confabArena(url: string, size: number): Promise<Arena> {
  const user = (index: number): string => `user-${index}`;
  const owner = await connect(url, await token(user(0)), '');
  const room = (await owner.call('mutation', 'chat.room.create', {
    kind: 'group',
    name: 'Bench',
    maxMembers: Math.max(size, 2),
  })) as { id: string };
  for (let from = 1; from < size; from += 100) {
    const userIds = Array.from({ length: Math.min(100, size - from) }, (_, offset) => user(from + offset));
    await owner.call('mutation', 'chat.room.addMembers', { roomId: room.id, userIds });
  }
  owner.close();
  return { connect: async (index) => connect(url, await token(user(index)), room.id) };
}

async function connect(url: string, credentials: string, roomId: string): Promise<Wire> {
  const target = `${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`;
  const socket = new WebSocket(target, { perMessageDeflate: false });
  const waiting = new Map<number, (answer: Answer) => void>();
  let heard: () => void = () => undefined;
  let calls = 0;
  socket.on('message', (data: Buffer) => {
    if (data.includes('"type":"message.created"')) return heard();
    const text = data.toString();
    if (text === 'PING') return socket.send('PONG');
    const answer = JSON.parse(text) as Answer;
    if (answer.id !== null) waiting.get(answer.id)?.(answer);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token: credentials } }));

  const request = (method: string, path: string, input: object, done: (answer: Answer) => boolean): Promise<Answer> => {
    const id = (calls += 1);
    return new Promise((resolve, reject) => {
      waiting.set(id, (answer) => {
        if (answer.error !== undefined) reject(new Error(`${path}: ${answer.error.json?.message ?? 'refused'}`));
        else if (!done(answer)) return;
        waiting.delete(id);
        resolve(answer);
      });
      socket.send(JSON.stringify({ id, method, params: { path, input: { json: input } } }));
    });
  };
  const call = async (method: string, path: string, input: object): Promise<unknown> =>
    (await request(method, path, input, () => true)).result?.data?.json;

  return {
    call,
    async send(content) {
      await call('mutation', 'chat.message.send', { roomId, content });
    },
    async listen(listener) {
      heard = listener;
      await request('subscription', 'chat.events', {}, ({ result }) => result?.type === 'data');
    },
    close: () => socket.terminate(),
  };
}
