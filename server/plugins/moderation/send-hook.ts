import type { Message } from '@confab/shared';
import type { Hooks } from '../../extend/hooks/hooks.js';
import { checkFilled, cleaned, textOf } from '../../operations/messages/wording.js';
import { caseOf, unheard } from './guard.js';
import type { Guard } from './guard.js';
import type { Words } from './said.js';
import { gistOf } from './texts.js';

/** What stands between a message and its room. */
export function sendHook({ kit, cases, judge, ...guard }: Guard): NonNullable<Hooks['message.send']> {
  return {
    async around({ input, said, ctx, next }): Promise<Message> {
      if (ctx.isSystem) return next();
      const { roomId, format, attachments, mentions, clientId, custom = {} } = input;
      const words: Words = { content: cleaned(input), format, attachments, mentions, custom };
      checkFilled(textOf(words), attachments);
      const known = await cases.ofCall(ctx, input);
      const isApproving = known?.state === 'approved' && known.decidedAt === null;
      if (isApproving) return next(judge.glance(input, format).parts);
      const isUnsaid = known?.state === 'flagged' && known.messageId === null;
      if (known !== null && !isUnsaid) return guard.answerAgain(ctx, known, said);
      if (await guard.isFree(ctx)) return next();
      guard.refuseFlood(ctx, { roomId, key: clientId ?? null, ...gistOf(words), isEdit: false });

      const about = {
        ...{ roomId, userId: ctx.user.id, subject: 'message' as const, messageId: null, clientId: clientId ?? null },
        kept: { call: said, words },
      };
      if (await guard.isMuted(ctx, roomId)) {
        return guard.answerAgain(ctx, await cases.open(ctx, caseOf(unheard, about)), said);
      }
      const question = { subject: about.subject, roomId, user: ctx.user, messageId: null, ...words };
      const { parts, findings } = await judge.judge(input, question);
      const [finding] = findings;
      if (finding === undefined) return next(parts);
      const row = await cases.open(ctx, caseOf(finding, about));
      if (row.state !== 'flagged') return guard.answerAgain(ctx, row, said);
      let message: Message;
      try {
        message = await next(parts);
      } catch (error) {
        await cases.drop(ctx, row);
        throw error;
      }
      await cases.said(ctx, row, message.id).catch((error: unknown) => {
        // It is said and stays so; the case is there, and is found by its client id.
        kit.log.error({ error }, 'moderators could not be told of a flagged message');
      });
      return message;
    },
  };
}
