import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** What is left out is gone from the router and from its types; the host's own code keeps it. */
export const createSmallChat = (base: TestBase) => createChat({ ...base, omit: ['room.delete', 'message.edit'] });

export async function play() {
  await using t = await testChat(createSmallChat);
  const ada = await t.client('ada');
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
  // @ts-expect-error -- there is no such procedure
  const call = ada.api.chat.room.delete.mutate({ roomId }) as Promise<unknown>;
  const refused = await call.catch((error: Error) => error.message);
  await t.as('ada').room.delete({ roomId });
  return { refused, rooms: (await ada.api.chat.room.list.query({})).items.length };
}
