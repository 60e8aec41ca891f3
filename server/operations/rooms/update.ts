import { ChatError } from '@confab/shared';
import type { JsonObject, Room } from '@confab/shared';
import { z } from 'zod';
import { enter } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import type { RoomRow } from '../../store/rows.js';
import type { RoomPatch } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import { id } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import { actorOf } from '../kernel.js';
import { answer } from './entry.js';
import { fields, oneRoom } from './inputs.js';
import type { Fields } from './inputs.js';
import { saySystem } from './system-messages.js';

const input = (settings: Settings) => z.strictObject({ roomId: id, ...fields(settings) });

/** Changes a room's settings; of a direct one its preferences only. */
export const update = mutation(
  'room.update',
  input,
  async (op, { roomId, ...wanted }): Promise<Room> => {
    const asked = { ...wanted, custom: await checkUpdated(op, wanted.custom) };
    return op.store.write(async (tx) => {
      const { room } = await enter(op, tx, 'room.update', roomId);
      const named = Object.entries(asked).filter(([, value]) => value !== undefined);
      if (room.kind === 'direct' && named.some(([key]) => key !== 'preferences')) {
        throw new ChatError('PERMISSION_DENIED', 'Of a direct room only its preferences can be changed.');
      }
      if (asked.maxMembers !== undefined && asked.maxMembers < room.memberCount) {
        throw new ChatError('CONFLICT', 'The room has more members than that.', {
          details: { constraint: 'maxMembers' },
        });
      }
      const patch = changes(room, asked);
      if (patch === null) {
        op.unchanged?.();
      } else {
        const at = op.kernel.clock.now();
        await op.store.methods.updateRoom(tx, { roomId, patch, actorId: actorOf(op), at });
        if (patch.name !== undefined) await saySystem(op, tx, roomId, 'room.renamed');
      }
      return answer(op, tx, roomId);
    });
  },
  { prepare: async (op, asked) => ({ ...asked, custom: await checkUpdated(op, asked.custom) }) },
);

/** `custom` as it will be stored; it replaces what there was, and left out that stays. */
async function checkUpdated(op: Op, custom: JsonObject | undefined): Promise<JsonObject | undefined> {
  return custom === undefined || op.isPrepared === true ? custom : op.kernel.custom.room(custom);
}

/** Deletes a room for everyone: a direct one by either of the two, another by its owner. */
export const remove = mutation('room.delete', oneRoom, (op, { roomId }): Promise<{ readonly roomId: string }> =>
  op.store.write(async (tx) => {
    await enter(op, tx, 'room.delete', roomId);
    await op.store.methods.deleteRoom(tx, { roomId, actorId: actorOf(op), at: op.kernel.clock.now() });
    return { roomId };
  }),
);

/** What differs from the room as it is; `null` when nothing does. */
function changes(room: RoomRow, asked: Fields): RoomPatch | null {
  const current: Readonly<Record<string, unknown>> = { ...room };
  const changed = Object.entries(asked).filter(
    // Databases keep JSON with its keys in an order of their own.
    ([key, value]) => value !== undefined && fingerprint(value) !== fingerprint(current[key]),
  );
  return changed.length === 0 ? null : Object.fromEntries(changed);
}
