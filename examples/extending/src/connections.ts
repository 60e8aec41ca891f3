import { createChat } from '@confab/server';
import { ChatError } from '@confab/shared';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** What sockets do is heard of; a hook of `session.open` turns one away. */
export const createWatchedChat = (
  base: TestBase,
  note: (line: string) => void,
  isBanned: (userId: string) => boolean,
) =>
  createChat({
    ...base,
    connections: {
      onConnect: ({ ctx }) => note(`${ctx.user.id} connects`),
      onCall: ({ ctx, path, type }) => type === 'mutation' && note(`${ctx?.user.id ?? 'somebody'} calls ${path}`),
      onDisconnect: ({ ctx }) => note(`${ctx.user.id} leaves`),
    },
    on: {
      'session.open': {
        before({ ctx }) {
          if (isBanned(ctx.user.id)) throw new ChatError('PERMISSION_DENIED', 'You are not welcome here.');
        },
      },
    },
  });

export async function play() {
  const lines: string[] = [];
  await using t = await testChat((base) =>
    createWatchedChat(
      base,
      (line) => lines.push(line),
      (id) => id === 'mallory',
    ),
  );
  const ada = await t.client('ada');
  await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
  await ada.close();
  await t.client('mallory').then(
    () => lines.push('mallory is in'),
    () => lines.push('mallory is turned away'),
  );
  await t.chat.close();
  return lines;
}
