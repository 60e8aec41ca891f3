import { invalid } from '@confab/shared';
import type { Hooks } from '../../extend/hooks/hooks.js';
import type { Gone } from '../../extend/plugins/plugin.js';
import type { ModerationModels } from '../../store/plugin-models.js';
import { purgeHooks } from '../purge-hooks.js';
import type { Ghosts } from './ghosts.js';
import type { ModerationKit } from './kit.js';
import { nothingKept } from './said.js';

type Concerned = 'message.delete' | 'room.delete' | 'room.leave' | 'room.removeMembers';

/** Lets go of what is kept of what is gone. */
export async function purgeCases(
  { chatModerationItem: items, chatModerationMute: mutes }: ModerationModels,
  where: Gone,
  decidedAt: Date,
): Promise<void> {
  if ('roomId' in where) {
    await items.deleteMany({ where });
    await mutes.deleteMany({ where });
    return;
  }
  await items.updateMany({
    where: { ...where, state: { in: ['held', 'flagged'] } },
    data: { state: 'void', decidedAt },
  });
  await items.updateMany({ where, data: { said: nothingKept } });
}

/** What was said is not kept here either, once it is deleted there. */
export function deleteHooks(kit: ModerationKit, ghosts: Ghosts): Pick<Hooks, Concerned> {
  const purging = purgeHooks(kit, (models, where) => purgeCases(models, where, kit.clock.now()));
  const deleting: NonNullable<Hooks['message.delete']> = purging['message.delete'] ?? {};

  return {
    ...purging,
    'message.delete': {
      ...deleting,
      claims: async ({ input, ctx }) => (await ghosts.among(ctx, input.messageIds)).size > 0,
      async around(call) {
        const { input, ctx, next } = call;
        const goOn = (): ReturnType<typeof next> => Promise.resolve(deleting.around?.(call) ?? next());
        if (ctx.isSystem) return goOn();
        const own = await ghosts.among(ctx, input.messageIds);
        const [first] = own.values();
        if (first === undefined) return goOn();
        const { roomId } = first;
        const messageIds = input.messageIds.filter((id) => !own.has(id));
        const elsewhere = await kit.read(ctx, ({ db }) =>
          db.chatMessage.count({ where: { id: { in: messageIds }, roomId: { not: roomId } } }),
        );
        if (elsewhere > 0 || [...own.values()].some((row) => row.roomId !== roomId)) {
          throw invalid('messageIds', 'All messages must be of one room.');
        }
        if (messageIds.length > 0) {
          const rest = { ...input, messageIds };
          await (deleting.around?.({ ...call, input: rest, next: () => next(rest) }) ?? next(rest));
        }
        await ghosts.remove(ctx, [...own.values()], input.for === 'me' ? 'nothing' : 'tombstone');
        return { roomId, messageIds: input.messageIds };
      },
    },
  };
}
