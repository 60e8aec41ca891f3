import { createChat } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';

/** Settings are checked when the chat is built and frozen from then on; code reads them resolved, as `chat.settings`. */
export const createSettledChat = (base: TestBase, contentCodePoints: number) =>
  createChat({
    ...base,
    settings: { reactions: 'many', maxMembers: { group: 12 }, limits: { contentCodePoints } },
  });

export async function play() {
  await using t = await testChat((base) => createSettledChat(base, 140));
  const { settings } = t.chat;
  const wrong = await testChat((base) => createSettledChat(base, -1)).then(
    () => 'taken',
    (error: Error) => `${error.name}: ${error.message.split(':')[0] ?? ''}`,
  );
  return {
    group: settings.maxMembers.group,
    channel: settings.maxMembers.channel,
    isFrozen: Object.isFrozen(settings) && Object.isFrozen(settings.limits),
    wrong,
  };
}
