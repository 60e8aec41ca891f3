import { ChatError } from '@confab/shared';
import type { Message, Page } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import * as inputs from '../inputs.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { mutation, query } from '../operation.js';
import { roomPage } from '../rooms/inputs.js';
import { floorOf, reach } from '../../policy/reach.js';

const oneMessage = () => z.strictObject({ messageId: inputs.id });

/** Keeps a message at hand for everyone in the room. */
export const pin = mutation('message.pin', oneMessage, (op, { messageId }): Promise<Message> =>
  setPin(op, 'message.pin', messageId),
);

/** Takes the pin out again. */
export const unpin = mutation('message.unpin', oneMessage, (op, { messageId }): Promise<Message> =>
  setPin(op, 'message.unpin', messageId),
);

/** The pinned messages of a room, the one pinned last first. */
export const pins = query('message.pins', roomPage, (op, { roomId, limit, cursor }): Promise<Page<Message>> =>
  op.store.read(async (tx) => {
    const { room, me } = await look(op, tx, 'message.pins', roomId);
    const viewer = { viewerId: op.caller.userId, floorSeq: floorOf(room, me) };
    return op.store.methods.listPins(tx, { roomId, ...viewer, limit, cursor });
  }),
);

function setPin(op: Op, action: 'message.pin' | 'message.unpin', messageId: string): Promise<Message> {
  const { methods } = op.store;
  return op.store.write(async (tx) => {
    const { message } = await reach(op, tx, action, messageId);
    const pinned = action === 'message.pin';
    const isSame = (message.pinnedAt !== null) === pinned;
    if (isSame) op.unchanged?.();
    const at = op.kernel.clock.now();
    const row = isSame ? message : await methods.pinMessage(tx, { message, pinned, actorId: actorOf(op), at });
    const [present] = await methods.presentMessages(tx, { rows: [row], viewerId: op.caller.userId });
    if (present === undefined) throw new ChatError('NOT_FOUND');
    return present;
  });
}
