import { ChatError } from '@confab/shared';
import type { JsonObject, RoomKind } from '@confab/shared';
import { mayBegin } from '../../policy/may-begin.js';
import type { Op } from '../kernel.js';
import { outcomeOf } from '../outcome.js';
import type { Outcome } from '../outcome.js';
import { living, lookAt } from '../../policy/reach.js';

/**
 * Checks the `custom` of a new message ahead of the transaction, since a host's schema may take its time. `undefined`:
 * only the room's kind says which schema it is, and the caller may not know the room; the transaction decides.
 */
export async function checkSent(op: Op, roomId: string, custom: JsonObject): Promise<Outcome<JsonObject> | undefined> {
  const data = op.kernel.custom;
  if (op.isPrepared === true || !data.checksMessages) return { value: custom };
  if (data.isByKind && !(await mayBegin(op, ['message.send'], { roomId }))) return undefined;
  const kind = await kindOf(op, roomId);
  return kind === null ? undefined : outcomeOf(data.message(kind, custom));
}

/** The same ahead of the hooks: the caller was found to be allowed to send here. */
export async function customToSend(op: Op, roomId: string, custom: JsonObject | undefined): Promise<JsonObject> {
  const kind = await kindOf(op, roomId);
  if (kind === null) throw new ChatError('NOT_FOUND');
  return op.kernel.custom.message(kind, custom);
}

/** The same for a message that is edited; throws for one the caller may not edit. */
export async function checkEdited(op: Op, messageId: string, custom: JsonObject | undefined) {
  const data = op.kernel.custom;
  if (custom === undefined || op.isPrepared === true || !data.checksMessages) return custom;
  if (!data.isByKind) return data.message('group', custom);
  const { room, message } = await op.store.read((tx) => lookAt(op, tx, 'message.edit', messageId));
  if (message.deletedAt !== null) throw new ChatError('NOT_FOUND');
  return data.message(room.kind as RoomKind, custom);
}

/** The kind of a room, which never changes; any will do where all have one schema. `null`: there is no such room. */
async function kindOf({ kernel, store }: Op, roomId: string): Promise<RoomKind | null> {
  if (!kernel.custom.isByKind) return 'group';
  const room = living(await store.read((tx) => store.methods.findRoom(tx, { roomId })));
  return room === null ? null : (room.kind as RoomKind);
}
