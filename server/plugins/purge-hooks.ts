import type { Hooks } from '../extend/hooks/hooks.js';
import type { Gone } from '../extend/plugins/plugin.js';
import type { PluginRead } from '../extend/plugins/plugin-kit.js';
import type { ChatScope } from '../extend/scope.js';

interface PurgeKit<Models> {
  write(scope: ChatScope, work: (tx: PluginRead<Models>) => Promise<void>): Promise<void>;
}

/** Hooks that let go of what a plugin keeps of messages, in the very transaction that deletes them. */
export function purgeHooks<Models>(
  kit: PurgeKit<Models>,
  purge: (models: Models, where: Gone) => Promise<void>,
): Pick<Hooks, 'message.delete' | 'room.delete' | 'room.leave' | 'room.removeMembers'> {
  const purged = (ctx: ChatScope, where: Gone): Promise<void> => kit.write(ctx, ({ models }) => purge(models, where));
  return {
    'message.delete': {
      inTransaction: true,
      when: ({ input }) => input.for === 'everyone',
      async around({ input, ctx, next }) {
        const result = await next();
        if (input.for === 'everyone') await purged(ctx, { messageId: { in: [...result.messageIds] } });
        return result;
      },
    },
    'room.delete': {
      inTransaction: true,
      async around({ input, ctx, next }) {
        const result = await next();
        await purged(ctx, { roomId: input.roomId });
        return result;
      },
    },
    'room.leave': {
      inTransaction: true,
      async around({ input, ctx, next }) {
        const result = await next();
        if (result.deleted) await purged(ctx, { roomId: input.roomId });
        return result;
      },
    },
    'room.removeMembers': {
      inTransaction: true,
      async around({ input, ctx, next }) {
        const result = await next();
        await kit.write(ctx, async ({ models, db }) => {
          const room = await db.chatRoom.findUnique({ where: { id: input.roomId }, select: { deletedAt: true } });
          // The last members were removed, and the room with them.
          if (room?.deletedAt !== null) await purge(models, { roomId: input.roomId });
        });
        return result;
      },
    },
  };
}
