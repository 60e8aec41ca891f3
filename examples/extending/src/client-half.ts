import { createChatClient, defineClientPlugin } from '@confab/client';
import type { PluginTools } from '@confab/client';
import { testChat } from '@confab/server/testing';
import type { TestContext } from '@confab/server/testing';
import { transformer } from '@confab/shared';
import { initTRPC } from '@trpc/server';
import { WebSocket } from 'ws';
import { createChatWithPins } from './pin.js';

interface PinCalls {
  readonly pins: { readonly pin: { mutate(input: { messageId: string }): Promise<unknown> } };
}

interface PinEvent {
  readonly type: 'pins.changed';
  readonly data: { readonly messageId: string | null };
}

/** The client half of a plugin: calls in its own words, and state that follows its events. */
export const pinsClient = defineClientPlugin({
  id: 'pins',
  setup({ calls, on }: PluginTools<PinCalls, PinEvent>) {
    let latest: string | null = null;
    on('pins.changed', ({ data }) => (latest = data.messageId));
    return { pin: (messageId: string) => calls.pins.pin.mutate({ messageId }), latest: () => latest };
  },
});

const t = initTRPC.context<TestContext>().create({ transformer });
const appOf = (chat: ReturnType<typeof createChatWithPins>) => ({ chat, router: t.router({ chat: chat.router }) });
type AppRouter = ReturnType<typeof appOf>['router'];

export async function play(): Promise<boolean> {
  await using kit = await testChat((base) => appOf(createChatWithPins(base)));
  const url = `${kit.url.replace('http', 'ws')}/trpc`;
  const client = createChatClient<AppRouter>({ url, token: () => kit.token('ada'), WebSocket });
  try {
    const pinning = client.use(pinsClient);
    const changed = new Promise<void>((resolve) => client.on('pins.changed', () => resolve()));
    const { id: roomId } = await client.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    const { id } = await client.api.chat.message.send.mutate({ roomId, content: 'Thursday' });
    await pinning.pin(id);
    await changed;
    return pinning.latest() === id;
  } finally {
    await client.close();
  }
}
