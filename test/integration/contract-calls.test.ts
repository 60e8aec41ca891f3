import superjson from 'superjson';
import { expect, test } from 'vitest';
import { person, tokenFor } from '../support/client.js';
import { callFrame, openRaw } from '../support/raw-socket.js';
import { onEachDatabase } from '../support/suite.js';

onEachDatabase('calls said in other words', (suite) => {
  test('an input that may be empty may be left out, one that may not is refused', async () => {
    const ada = await suite.connect(person('ada'));
    const paths = ['room.list', 'session.list', 'notification.unread', 'notification.pending', 'sync'] as const;
    for (const path of paths) {
      await expect(ada.call(path, undefined), path).resolves.toBeDefined();
    }
    await expect(ada.call('room.get', undefined)).rejects.toMatchObject({ data: { chat: { code: 'VALIDATION' } } });
  });

  test('a list can be begun with the null that ends it', async () => {
    const ada = await suite.connect(person('ada'));
    const room = await ada.api.room.create.mutate({ kind: 'group', name: 'Pages' });
    for (const [path, input] of [
      ['room.list', {}],
      ['room.members', { roomId: room.id }],
      ['session.list', {}],
      ['message.list', { roomId: room.id }],
    ] as const) {
      await expect(ada.call(path, { ...input, cursor: null }), path).resolves.toMatchObject({ nextCursor: null });
    }
  });

  test('a query called as a mutation is an error with a code like any other', async () => {
    const token = await tokenFor(suite.server, person('ada'));
    await using socket = await openRaw(suite.server, { params: { token } });
    socket.send(callFrame(1, 'mutation', 'room.list', {}));
    expect(await socket.refusal(1)).toMatchObject({ code: 'NOT_FOUND' });
    socket.send(callFrame(2, 'query', 'room.create', { kind: 'group', name: 'x' }));
    expect(await socket.refusal(2)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('over HTTP, too, a body that is too big is TOO_LARGE and one that is no JSON is VALIDATION with details', async () => {
    const token = await tokenFor(suite.server, person('ada'));
    const post = async (body: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${suite.server.url}/trpc/chat.message.send`, { method: 'POST', headers, body });
      return (await answer.json()) as unknown;
    };
    const chat = (data: object) => ({ error: { json: { data: { chat: data } } } });
    const big = superjson.stringify({ content: 'x'.repeat(2_000_000) });
    expect(await post(big)).toMatchObject(chat({ code: 'TOO_LARGE', status: 4413 }));
    expect(await post('{')).toMatchObject(chat({ code: 'VALIDATION', details: { issues: [{ path: '' }] } }));
  });
});
