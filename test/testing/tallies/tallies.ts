import { z } from 'zod';
import { definePlugin } from '../../../server/extend/plugins/plugin.js';

const minute = 60_000;

/** A plugin with a table and a timer of its own: whoever marks a room is told, a minute later, that the mark ended. */
export const tallies = definePlugin({
  id: 'tallies',
  migrations: new URL('./migrations', import.meta.url),
  events: {
    'tally.marked': z.strictObject({ userId: z.string() }),
    'tally.ended': z.strictObject({ userId: z.string() }),
  },
  procedures: (kit) => ({
    mark: kit.room('room.get').mutation(async ({ ctx, input: { roomId } }) => {
      const userId = ctx.chat.user.id;
      const endsAt = new Date(kit.clock.now().getTime() + minute);
      await kit.writeRoom(ctx.chat, 'room.get', roomId, async ({ db, publish }) => {
        await db.$executeRaw`INSERT INTO "chat_tallies_mark" ("roomId", "userId", "endsAt")
          VALUES (${roomId}, ${userId}, ${endsAt.toISOString()})`;
        await publish({ roomId }, 'tally.marked', { userId });
      });
      return { endsAt };
    }),
  }),
  init(kit) {
    const timer = kit.clock.every(1_000, () => {
      void kit.write(kit.host, async ({ db, lock, publish }) => {
        const now = kit.clock.now().toISOString();
        const ended = await db.$queryRaw<{ roomId: string; userId: string }[]>`
          SELECT "roomId", "userId" FROM "chat_tallies_mark" WHERE "endsAt" <= ${now}`;
        for (const { roomId, userId } of ended) {
          await lock([roomId]);
          await db.$executeRaw`DELETE FROM "chat_tallies_mark" WHERE "roomId" = ${roomId} AND "userId" = ${userId}`;
          await publish({ roomId }, 'tally.ended', { userId });
        }
      });
    });
    return { dispose: () => timer.clear() };
  },
});
