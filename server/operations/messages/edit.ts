import { ChatError } from '@confab/shared';
import type { Attachment, JsonObject, Message } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import type { MessageRow } from '../../store/rows.js';
import { fingerprint } from '../fingerprint.js';
import * as inputs from '../inputs.js';
import { mutation } from '../operation.js';
import { checkEdited } from './custom.js';
import { actorOf } from '../kernel.js';
import type { Op } from '../kernel.js';
import { reach } from '../../policy/reach.js';
import { checkFilled, textOf, wordingOf } from './wording.js';

const input = (settings: Settings) =>
  z.strictObject({
    messageId: inputs.id,
    content: inputs.anyContent(settings).optional(),
    attachments: inputs.attachments(settings).optional(),
    custom: inputs.custom(settings).optional(),
  });

type Change = Partial<Pick<MessageRow, 'content' | 'attachments' | 'custom'>>;

/** Rewords a message of one's own; what is left out stays. */
export const edit = mutation(
  'message.edit',
  input,
  async (op, { messageId, custom: said, ...wanted }): Promise<Message> => {
    const { methods } = op.store;
    const { userId: viewerId } = op.caller;
    const custom = await checkEdited(op, messageId, said);
    return op.store.write(async (tx) => {
      const { message } = await reach(op, tx, 'message.edit', messageId);
      const attachments = wanted.attachments ?? message.attachments;
      const content =
        wanted.content === undefined
          ? undefined
          : wordingOf(op.kernel.settings, { content: wanted.content, format: message.format, attachments });
      const change = changeOf(message, { ...wanted, content, custom });
      const [present] = await methods.presentMessages(tx, { rows: [message], viewerId });
      if (present !== undefined && Object.keys(change).length === 0) {
        op.unchanged?.();
        return present;
      }
      checkOwnWords(op, message, change);
      if (content === undefined) checkFilled(textOf(message), attachments);
      const at = op.kernel.clock.now();
      return methods.editMessage(tx, { message, change, actorId: actorOf(op), at, viewerId });
    });
  },
  { prepare: async (op, asked) => ({ ...asked, custom: await checkEdited(op, asked.messageId, asked.custom) }) },
);

/** A copy says who said it first, so that nobody but them may choose its words. */
function checkOwnWords({ caller }: Op, { forwardedAt }: MessageRow, { content, attachments }: Change): void {
  if (caller.isSystem || forwardedAt === null) return;
  if (content === undefined && attachments === undefined) return;
  throw new ChatError('PERMISSION_DENIED', 'What was forwarded keeps the words of whoever said it first.');
}

function changeOf(
  message: MessageRow,
  wanted: {
    readonly content?: string | undefined;
    readonly attachments?: readonly Attachment[] | undefined;
    readonly custom?: JsonObject | undefined;
  },
): Change {
  const { content, attachments, custom } = wanted;
  const isNew = (value: unknown, old: unknown): boolean => fingerprint(value) !== fingerprint(old);
  return {
    ...(content === undefined || content === message.content ? {} : { content }),
    ...(attachments === undefined || !isNew(attachments, message.attachments) ? {} : { attachments }),
    ...(custom === undefined || !isNew(custom, message.custom) ? {} : { custom }),
  };
}
