import { createChat, definePlugin } from '@confab/server';
import { testChat } from '@confab/server/testing';
import type { TestBase } from '@confab/server/testing';
import { codeOf } from './code-of.js';

interface Window {
  readonly since: number;
  readonly count: number;
}

/** So many messages in so long, in whatever rooms: refused with 4029 and the time to wait, before anything is done. */
const pace = (count: number, perMs: number) =>
  definePlugin({
    id: 'pace',
    on(kit) {
      const windows = new Map<string, Window>();
      return {
        'message.send': {
          before({ ctx }) {
            const now = kit.clock.now().getTime();
            const known = windows.get(ctx.user.id);
            const window = known !== undefined && now < known.since + perMs ? known : { since: now, count: 0 };
            if (window.count >= count) {
              throw kit.error('RATE_LIMITED', undefined, { details: { retryAfterMs: window.since + perMs - now } });
            }
            windows.set(ctx.user.id, { ...window, count: window.count + 1 });
          },
        },
      };
    },
  });

/** The chat's own rates are settings; this adds one of another kind. */
export const createPacedChat = (base: TestBase) =>
  createChat({
    ...base,
    plugins: [pace(30, 60_000)],
    settings: { limits: { sends: { perSecond: 10, burst: 40 } } },
  });

export async function play(): Promise<readonly string[]> {
  await using t = await testChat(createPacedChat);
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea' });
  for (let sent = 1; sent <= 30; sent += 1) await ada.message.send({ roomId, content: `${sent}` });
  const refused = await codeOf(ada.message.send({ roomId, content: '31' }));
  await t.clock.advance(60_000);
  const { content } = await ada.message.send({ roomId, content: 'a minute later' });
  return [refused, String(content)];
}
