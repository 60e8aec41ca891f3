import { ChatError } from '@confab/shared';
import { z } from 'zod';
import * as inputs from '../operations/inputs.js';
import { parsed, whenReady } from './host-call.js';
import type { HostCall } from './host-call.js';

/** How long a room keeps its messages. */
export interface RoomRetention {
  readonly roomId: string;
  /** `null`: for ever. */
  readonly days: number | null;
}

/** What the host does with rooms. */
export interface SystemRoomCalls {
  /**
   * Has a room keep its messages for so many days (1 to 36,500), pinned ones as well, or for ever again (`null`). Older ones are removed for good
   * within the hour, a hundred at a time; members hear of `message.deleted`. Their client ids stay taken.
   */
  setRetention(retention: RoomRetention): Promise<RoomRetention>;
  /** How long a room keeps its messages. */
  getRetention(of: { readonly roomId: string }): Promise<RoomRetention>;
}

const one = z.strictObject({ roomId: inputs.id });
const retention = z.strictObject({ roomId: inputs.id, days: z.int().min(1).max(36_500).nullable() });

/** Makes them, within the store of a call. */
export function createRoomCalls(call: HostCall): SystemRoomCalls {
  const { store } = call.op;
  const { methods } = store;
  return {
    async setRetention(input) {
      const { roomId, days } = parsed(retention, input);
      await whenReady(call);
      return store.write(async (tx) => {
        const room = (await tx.lock([roomId])).get(roomId);
        if (room === undefined || room.deletedAt !== null || room.kind === 'user') throw new ChatError('NOT_FOUND');
        await methods.setRetention(tx, { roomId, days });
        return { roomId, days };
      });
    },
    async getRetention(input) {
      const { roomId } = parsed(one, input);
      await whenReady(call);
      const room = await store.read((tx) => methods.findRoom(tx, { roomId }));
      if (room === null || room.deletedAt !== null || room.kind === 'user') throw new ChatError('NOT_FOUND');
      return { roomId, days: room.retentionDays };
    },
  };
}
