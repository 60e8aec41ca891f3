import { ChatError } from '@confab/shared';
import type { Mark, Message } from '@confab/shared';
import type { Hooks } from '../../extend/hooks/hooks.js';
import type { ChatScope } from '../../extend/scope.js';
import { pageWithGhosts } from './ghost-pages.js';
import type { Ghosts } from './ghosts.js';
import type { ModerationKit } from './kit.js';
import type { Mutes } from './mutes.js';

type Concerned =
  | 'message.get'
  | 'message.list'
  | 'message.react'
  | 'message.unreact'
  | 'message.receipts'
  | 'message.ack'
  | 'message.read'
  | 'message.typing';

/** Whatever an author does with messages that only they see works as it does with others. */
export function ghostHooks(kit: ModerationKit, ghosts: Ghosts, mutes: Mutes): Pick<Hooks, Concerned> {
  const owns = async (ctx: ChatScope, messageId: string): Promise<boolean> =>
    (await ghosts.among(ctx, [messageId])).size > 0;

  async function reacting(ctx: ChatScope, { messageId, emoji }: { messageId: string; emoji: string }, isOn: boolean) {
    const row = (await ghosts.among(ctx, [messageId])).get(messageId);
    if (row === undefined) return undefined;
    return { messageId, reactions: await ghosts.react(ctx, row, emoji, isOn) };
  }

  return {
    'message.list': {
      around: ({ input, ctx, next }) =>
        ctx.isSystem ? next() : pageWithGhosts({ kit, ghosts, scope: ctx }, input, (call) => next(call)),
    },
    'message.get': {
      claims: ({ input, ctx }) => owns(ctx, input.messageId),
      async around({ input, ctx, next }) {
        const rows = await ghosts.among(ctx, [input.messageId]);
        const found = rows.size > 0 ? await ghosts.present(ctx, [...rows.values()]) : [await next()];
        return one(await ghosts.reworded(ctx, found));
      },
    },
    'message.react': {
      claims: ({ input, ctx }) => owns(ctx, input.messageId),
      around: async ({ input, ctx, next }) => (await reacting(ctx, input, true)) ?? next(),
    },
    'message.unreact': {
      claims: ({ input, ctx }) => owns(ctx, input.messageId),
      around: async ({ input, ctx, next }) => (await reacting(ctx, input, false)) ?? next(),
    },
    'message.receipts': {
      claims: ({ input, ctx }) => owns(ctx, input.messageId),
      async around({ input, ctx, next }) {
        return (await owns(ctx, input.messageId)) ? { items: [], nextCursor: null } : next();
      },
    },
    'message.ack': markHook(ghosts),
    'message.read': markHook(ghosts),
    'message.typing': {
      // What is never said is not announced either.
      around: async ({ input, ctx, next }) => ((await mutes.isMuted(ctx, input.roomId)) ? {} : next()),
    },
  };
}

/** A mark on a ghost is one on the place it stands at. */
function markHook(ghosts: Ghosts): NonNullable<Hooks['message.ack']> {
  return {
    claims: async ({ input, ctx }) => 'messageIds' in input && (await ghosts.among(ctx, input.messageIds)).size > 0,
    async around({ input, ctx, next }) {
      if (!('messageIds' in input)) return next();
      const own = await ghosts.among(ctx, input.messageIds);
      if (own.size === 0) return next();
      const marks = new Map<string, Mark>();
      const real = input.messageIds.filter((id) => !own.has(id));
      const seqs = new Map<string, number>();
      for (const { roomId, seq } of own.values()) seqs.set(roomId, Math.max(seq, seqs.get(roomId) ?? 0));
      const calls = [
        ...(real.length > 0 ? [{ messageIds: real }] : []),
        ...[...seqs].map(([roomId, seq]) => ({ roomId, seq })),
      ];
      for (const call of calls) for (const mark of (await next(call)).marks) marks.set(mark.roomId, mark);
      return { marks: [...marks.values()] };
    },
  };
}

function one(messages: readonly Message[]): Message {
  const [message] = messages;
  if (message === undefined) throw new ChatError('NOT_FOUND');
  return message;
}
