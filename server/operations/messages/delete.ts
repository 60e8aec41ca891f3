import { ChatError, invalid, ruledAs } from '@confab/shared';
import { z } from 'zod';
import type { MessagePlace } from '../../store/messages/find.js';
import type { ReadTx } from '../../store/transaction.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { actorOf } from '../kernel.js';
import { authorize, floorOf, isSaidBy, living } from '../../policy/reach.js';

const most = 100;

const input = () =>
  z.strictObject({
    messageIds: z.array(inputs.id).min(1).max(most),
    for: z.enum(['everyone', 'me']).default('everyone'),
  });

/** What was asked to go, and is gone now. */
export interface DeletedMessages {
  readonly roomId: string;
  readonly messageIds: readonly string[];
}

/** Deletes messages of one room, for everyone or for oneself; those that are gone already are passed over. */
export const deletion = mutation(
  'message.delete',
  input,
  async (op, { messageIds: ids, for: whom }): Promise<DeletedMessages> => {
    const { methods } = op.store;
    const { userId } = op.caller;
    const messageIds = [...new Set(ids)];
    if (whom === 'me' && op.caller.isSystem) throw invalid('for', 'The system hides nothing from itself.');
    return op.store.write(async (tx) => {
      const roomId = await roomOf(op, tx, await locate(op, tx, messageIds));
      const found = living((await tx.lock([roomId])).get(roomId));
      const me = (await methods.membershipsOf(tx, { userId, roomIds: [roomId] })).get(roomId) ?? null;
      const places = await locate(op, tx, messageIds);
      const isVisible = found !== null && places.every((place) => place.seq >= floorOf(found, me));
      if (me !== null && !isVisible) throw new ChatError('NOT_FOUND');
      const at = op.kernel.clock.now();
      if (whom === 'me') {
        await authorize(op, 'message.get', found, me);
        const outcome = await methods.hideMessages(tx, { roomId, userId, messages: places, at });
        if (outcome === 'unchanged') op.unchanged?.();
        return { roomId, messageIds };
      }
      const isSender = places.every((place) => isSaidBy(place, userId));
      await authorize(op, ruledAs('message.delete', isSender), found, me, { isSender });
      const remaining = places.filter((place) => place.deletedAt === null).map((place) => place.id);
      if (remaining.length === 0) op.unchanged?.();
      const { softDelete } = op.kernel.settings;
      await methods.deleteMessages(tx, { roomId, messageIds: remaining, actorId: actorOf(op), at, softDelete });
      return { roomId, messageIds };
    });
  },
  { needs: (_op, { for: whom }) => (whom === 'me' ? ['message.get'] : ['message.delete', 'message.moderate']) },
);

async function locate(op: Op, tx: ReadTx, messageIds: readonly string[]): Promise<readonly MessagePlace[]> {
  const places = await op.store.methods.locateMessages(tx, { messageIds });
  if (places.length < messageIds.length) throw new ChatError('NOT_FOUND');
  return places;
}

/** The one room of these messages. Only who is in all of the rooms learns that there are several. */
async function roomOf(op: Op, tx: ReadTx, places: readonly MessagePlace[]): Promise<string> {
  const roomIds = [...new Set(places.map((place) => place.roomId))];
  const [roomId] = roomIds;
  if (roomId === undefined) throw new ChatError('NOT_FOUND');
  if (roomIds.length === 1) return roomId;
  const mine = await op.store.methods.membershipsOf(tx, { userId: op.caller.userId, roomIds });
  if (mine.size < roomIds.length && !op.caller.isSystem) throw new ChatError('NOT_FOUND');
  throw invalid('messageIds', 'All messages must be of one room.');
}
