import { createCases } from './cases.js';
import { createDecisions } from './decide.js';
import { flagMessage } from './flag.js';
import { moderationInputs } from './inputs.js';
import type { ModerationKit } from './kit.js';
import type { Mutes } from './mutes.js';
import type { ResolvedOptions } from './options.js';
import { createQueue } from './queue.js';
import type { Rights } from './rights.js';

export function moderationProcedures(
  kit: ModerationKit,
  options: ResolvedOptions,
  { rights, mutes }: { readonly rights: Rights; readonly mutes: Mutes },
) {
  const inputs = moderationInputs(kit.settings);
  const cases = createCases(kit, options);
  const queue = createQueue(kit, rights);
  const decisions = createDecisions(kit, queue, rights);
  const mutation = () => kit.user({ rate: 'mutations' });
  return {
    /**
     * What waits for a decision in a room, the longest first; with `state`, what is in that state, decided ones latest
     * first. Without `roomId`: in all rooms, for the host's own moderators.
     */
    queue: kit
      .user()
      .input(inputs.queue)
      .query(({ ctx, input }) => queue.list(ctx.chat, input)),
    get: kit
      .user()
      .input(inputs.item)
      .query(({ ctx, input }) => queue.get(ctx.chat, input.itemId)),
    /** How much waits. */
    counts: kit
      .user()
      .input(inputs.counts)
      .query(({ ctx, input }) => queue.counts(ctx.chat, input)),
    /** What of one's own was held or refused, and what became of it, the latest first. */
    mine: kit
      .user()
      .input(inputs.mine)
      .query(({ ctx, input }) => queue.mine(ctx.chat, input)),
    /** Says what was held, as its author, now; or lets what was flagged be. */
    approve: mutation()
      .input(inputs.decide)
      .mutation(({ ctx, input }) => decisions.approve(ctx.chat, input)),
    /** What was held is never said; what was flagged is deleted for everyone. */
    reject: mutation()
      .input(inputs.decide)
      .mutation(({ ctx, input }) => decisions.reject(ctx.chat, input)),
    /** Reports a message to the moderators. */
    flag: mutation()
      .input(inputs.flag)
      .mutation(async ({ ctx, input }) => {
        await flagMessage(kit, cases, ctx.chat, input);
        return {};
      }),
    /** Nobody else hears of what this person says from now on, and they are not told. */
    shadowMute: mutation()
      .input(inputs.mute)
      .mutation(({ ctx, input }) => mutes.mute(ctx.chat, input)),
    shadowUnmute: mutation()
      .input(inputs.unmute)
      .mutation(async ({ ctx, input }) => {
        await mutes.unmute(ctx.chat, input);
        return {};
      }),
    /** Who is muted in a room, the latest first; without `roomId` everyone who is, for the host's own moderators. */
    shadowMutes: kit
      .user()
      .input(inputs.mutes)
      .query(({ ctx, input }) => mutes.list(ctx.chat, input)),
  };
}
