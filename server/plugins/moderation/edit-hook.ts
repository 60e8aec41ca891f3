import type { Hooks } from '../../extend/hooks/hooks.js';
import { checkFilled, cleaned, textOf } from '../../operations/messages/wording.js';
import { messageRow } from '../../store/records.js';
import { caseOf, unheard } from './guard.js';
import type { Guard } from './guard.js';
import type { Words } from './said.js';
import { gistOf } from './texts.js';

/** What stands between other words and their message. */
export function editHook({ kit, cases, ghosts, judge, ...guard }: Guard): NonNullable<Hooks['message.edit']> {
  return {
    claims: async ({ input, ctx }) => (await ghosts.among(ctx, [input.messageId])).size > 0,
    async around({ input, said, ctx, next }) {
      const { messageId } = input;
      if (ctx.isSystem || [input.content, input.attachments, input.custom].every((part) => part === undefined)) {
        return next();
      }
      const ghost = (await ghosts.among(ctx, [messageId])).get(messageId);
      if (ghost !== undefined) return ghosts.edit(ctx, ghost, input);
      const record = await kit.read(ctx, ({ db }) => db.chatMessage.findUnique({ where: { id: messageId } }));
      if (record === null) return next();
      const before = messageRow(record);
      if (await cases.isApproving(ctx, messageId)) return next(judge.glance(input, before.format).parts);
      if (await guard.isFree(ctx)) return next();
      const words: Words = {
        content: cleaned({ content: input.content ?? before.content ?? '', format: before.format }),
        attachments: input.attachments ?? before.attachments,
        custom: input.custom ?? before.custom,
        ...{ format: before.format, mentions: before.mentions },
      };
      checkFilled(textOf(words), words.attachments);
      const { roomId } = before;
      guard.refuseFlood(ctx, { roomId, key: null, ...gistOf(words), isEdit: true });

      const about = {
        ...{ roomId, userId: ctx.user.id, subject: 'edit' as const, messageId, clientId: null },
        kept: { call: said, words },
      };
      if (await guard.isMuted(ctx, roomId)) {
        return guard.answer(ctx, await cases.open(ctx, caseOf(unheard, about)));
      }
      const question = { subject: about.subject, roomId, user: ctx.user, messageId, ...words };
      const { parts, findings } = await judge.judge(input, question);
      const [finding] = findings;
      if (finding !== undefined && finding.action !== 'flag') {
        return guard.answer(ctx, await cases.open(ctx, caseOf(finding, about)));
      }
      const edited = await next(parts);
      await cases.supersede(ctx, messageId);
      if (finding !== undefined) await cases.open(ctx, caseOf(finding, about));
      return edited;
    },
  };
}
