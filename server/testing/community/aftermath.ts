import type { Message } from '@confab/shared';
import type { Scene } from './scene.js';
import { shuffled } from './people.js';
import { emojis } from './topics.js';
import type { Deed, Fondness } from './voice.js';

/** Who likes what was said, and how. */
export function reactionsTo(scene: Scene, spoken: readonly Message[], after: number): readonly Fondness[] {
  return spoken.flatMap((message) => reactions(scene, message, after));
}

/** What authors mend or take back, and what is pinned. */
export function changesTo(scene: Scene, spoken: readonly Message[], after: number): readonly Deed[] {
  return spoken.flatMap((message) => changes(scene, message, after));
}

function reactions({ prng, room }: Scene, { id: messageId }: Message, after: number): readonly Fondness[] {
  if (!prng.chance(0.04)) return [];
  const fans = shuffled(prng, room.userIds.slice(0, 12)).slice(0, prng.between(1, 3));
  return fans.map((userId) => {
    // The first ones are by far the likeliest.
    const emoji = emojis[Math.floor(prng.next() ** 2 * emojis.length)] ?? '👍';
    return { at: new Date(after), userId, messageId, emoji };
  });
}

function changes({ prng, room, wording }: Scene, message: Message, after: number): readonly Deed[] {
  const { id: messageId, senderId } = message;
  const at = new Date(after);
  const chance = prng.next();
  if (chance < 0.002) {
    const content = `${message.content ?? ''} (${wording.reply()})`;
    return [{ at, userId: senderId, work: (me) => me.message.edit({ messageId, content }) }];
  }
  if (chance < 0.0025) return [{ at, userId: room.userIds[0] ?? '', work: (me) => me.message.pin({ messageId }) }];
  // Last, as nothing can be done to it afterwards.
  if (chance < 0.0035) return [{ at, userId: senderId, work: (me) => me.message.delete({ messageIds: [messageId] }) }];
  return [];
}
