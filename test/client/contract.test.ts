import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { WebSocket } from 'ws';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createChatClient } from '@confab/client';
import type { ChatClient, ChatContract, ChatEvent, Message, RoomListItem } from '@confab/client';
import type { ChatRouter } from '../../server/router/index.js';

type Inputs = inferRouterInputs<ChatContract>['chat'];
type Outputs = inferRouterOutputs<ChatContract>['chat'];

describe('the contract', () => {
  it('takes and gives what the server’s router takes and gives', () => {
    expectTypeOf<inferRouterInputs<ChatRouter>>().toEqualTypeOf<Inputs>();
    expectTypeOf<Outputs['message']['send']>().toEqualTypeOf<Message>();
    expectTypeOf<Outputs['room']['list']['items'][number]>().toEqualTypeOf<RoomListItem>();
    expectTypeOf<inferRouterOutputs<ChatRouter>>().toExtend<Outputs>();
  });

  it('types a client without a type argument', async () => {
    await using client = createChatClient({ url: 'http://127.0.0.1:1/trpc', WebSocket });
    expectTypeOf(client).toEqualTypeOf<ChatClient<ChatContract>>();
    const { api } = client;
    expectTypeOf(api.chat.message.send.mutate).returns.resolves.toEqualTypeOf<Message>();
    // @ts-expect-error A message has a room.
    const call = (): unknown => api.chat.message.send.mutate({ content: 'x' });
    const subscribe = (): unknown =>
      api.chat.events.subscribe({}, { onData: ({ data }) => expectTypeOf(data).toEqualTypeOf<ChatEvent>() });
    expect([call, subscribe]).toHaveLength(2);
  });

  it('mentions nothing of the server', async () => {
    const text = await readFile(fileURLToPath(new URL('../../client/contract.ts', import.meta.url)), 'utf8');
    expect([...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from)).toEqual([
      '@trpc/server',
      '@confab/shared',
      './error-shape.js',
    ]);
    expect(text).not.toMatch(/prisma|zod|import\(|\bany\b|Context/i);
  });
});
