import { createChatClient } from '@confab/client';
import { WebSocket } from 'ws';
import type { AppRouter } from './router.js';

const [name = 'ada', password = 'a long password'] = process.argv.slice(2);
const url = `ws://localhost:${process.env['PORT'] ?? '3000'}/trpc`;

await using nobody = createChatClient<AppRouter>({ url, WebSocket });
await nobody.api.account.signUp.mutate({ name, password }).catch((error: Error) => console.log(error.message));
const { token } = await nobody.api.account.logIn.mutate({ name, password });

await using me = createChatClient<AppRouter>({ url, token, WebSocket });
const heard = new Promise<void>((resolve) => {
  me.on('message.created', ({ data }) => {
    console.log(`${data.message.sender?.name ?? 'Somebody'}: ${data.message.content ?? ''}`);
    resolve();
  });
});
const { item, quantity } = await me.api.orders.place.mutate({ item: 'tea', quantity: 2 });
const room = await me.api.chat.room.create.mutate({ kind: 'group', name: 'Orders' });
await me.api.chat.message.send.mutate({ roomId: room.id, content: `I ordered ${String(quantity)} × ${item}.` });
await heard;
