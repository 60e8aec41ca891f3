import type { EventOf, MessageState } from '@confab/shared';
import type { LoadedMessage } from './asks.js';

type Reacted = ReadonlyMap<string, readonly string[]>;

/** Which reactions to these messages are the reader's own. */
export function reactedAmong(messages: readonly LoadedMessage[]): [string, readonly string[]][] {
  return messages.flatMap(({ id, reactions }) => {
    const own = reactions.filter(({ mine }) => mine === true).map(({ emoji }) => emoji);
    return own.length === 0 ? [] : [[id, own] as [string, readonly string[]]];
  });
}

/** The own reactions after one of the user's own devices reacted. */
export function withReaction(reacted: Reacted, { data }: EventOf<'message.reaction'>): Reacted {
  const { messageId, emoji, action, replaced } = data;
  const others = (reacted.get(messageId) ?? []).filter((own) => own !== emoji && own !== replaced);
  const own = action === 'add' ? [...others, emoji] : others;
  const next = new Map(reacted);
  if (own.length === 0) next.delete(messageId);
  else next.set(messageId, own);
  return next;
}

/** The own reactions without those to messages that are let go. */
export function withoutReacted(reacted: Reacted, dropped: readonly MessageState[]): Reacted {
  if (!dropped.some(({ id }) => reacted.has(id))) return reacted;
  const next = new Map(reacted);
  for (const { id } of dropped) next.delete(id);
  return next;
}
