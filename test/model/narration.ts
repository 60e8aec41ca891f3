import type { Model, ModelNews, ModelRoom } from './model.js';
import { newMessage } from './said.js';
import type { Stage } from './stage.js';

/** With the setting, the system says what happened, after the event that tells of it; a room that is gone says nothing. */
export function narrate(model: Model, room: ModelRoom, by: string, event: string, userIds?: readonly string[]): void {
  if (!model.isNarrated || room.isDeleted) return;
  const news: ModelNews = userIds === undefined ? { event } : { event, userIds };
  const message = { ...newMessage(model, room, by), news, mentions: [] };
  room.messages.push(message);
  model.untold.push({ room, message });
}

/** The same of memberships that ended, and of the room's passing to another by that. */
export function narrateEnd(
  model: Model,
  room: ModelRoom,
  by: string,
  { event, userIds, ownerId }: ModelNews & { readonly userIds: readonly string[]; readonly ownerId: string | null },
): void {
  narrate(model, room, by, event, userIds);
  if (room.ownerId !== null && room.ownerId !== ownerId) narrate(model, room, by, 'room.ownerChanged', [room.ownerId]);
}

/** Looks up what the system said: ids and words are its own, what it tells of is not. */
export async function hearSystem(model: Model, stage: Stage): Promise<void> {
  for (const { room, message } of model.untold.splice(0)) {
    const [reader = ''] = room.members.keys();
    const { items } = await stage.as(reader).message.list({ roomId: room.id, limit: 10 });
    const said = items.find(({ seq }) => seq === message.seq);
    const news = JSON.stringify(message.news);
    if (said?.kind !== 'system' || JSON.stringify(said.custom) !== news) {
      throw new Error(`The system said ${JSON.stringify(said?.custom)}, not ${news}.`);
    }
    Object.assign(message, { id: said.id, content: said.content ?? '' });
  }
}
