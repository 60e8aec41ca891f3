import { createChat } from '@confab/server';
import { moderation } from '@confab/server/plugins/moderation';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/**
 * Flagging with an alert: members report, the moderators of the room and whoever else is named hear of it at once, and
 * one of them decides. The plugin brings all of it.
 */
export const createChatWithFlags = (base: TestBase) =>
  createChat({
    ...base,
    plugins: [moderation({ isModerator: ({ id }) => id === 'carol', alert: () => ['carol'] })],
  });

export async function play() {
  await using t = await testChat(createChatWithFlags);
  const [ada, bob, carol] = [await t.client('ada'), await t.client('bob'), await t.client('carol')];
  const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea', members: ['bob', 'dan'] });
  const { id: messageId } = await t.as('dan').message.send({ roomId, content: 'Buy my pills' });
  await bob.api.chat.moderation.flag.mutate({ messageId, reason: 'spam' });
  const alerts = [await ada.next('moderation.queued'), await carol.next('moderation.queued')];
  const { itemId } = alerts[1]?.data ?? { itemId: '' };
  const { state } = await carol.api.chat.moderation.reject.mutate({ itemId });
  const { data } = await bob.next('message.deleted');
  return { alerts: alerts.length, state, isGone: data.messageIds.includes(messageId) };
}
