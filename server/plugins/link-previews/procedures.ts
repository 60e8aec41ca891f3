import type { MessagePreviews } from '@confab/shared/plugins/link-previews';
import { z } from 'zod';
import type { ChatScope } from '../../extend/scope.js';
import { id } from '../../operations/inputs.js';
import type { LinkPreviewKit } from './kit.js';
import { messageOf } from './message-row.js';
import type { Recorder } from './recorder.js';
import { shownPreviews } from './stored-previews.js';

export function linkPreviewProcedures(kit: LinkPreviewKit, recorder: Recorder) {
  return {
    /** The previews of some messages of a room; messages without any, or that one may not see, are left out. */
    list: kit
      .user()
      .input(z.strictObject({ roomId: id, messageIds: z.array(id).min(1).max(100) }))
      .query(({ ctx, input }): Promise<{ readonly items: readonly MessagePreviews[] }> =>
        kit.readMessages(ctx.chat, 'message.list', input.roomId, input.messageIds, async ({ models, messages }) => {
          const ids = messages.map((message) => message.id);
          const shown = await shownPreviews(models, ids);
          return {
            items: ids.flatMap((messageId) => {
              const previews = shown.get(messageId);
              return previews === undefined ? [] : [{ messageId, previews }];
            }),
          };
        }),
      ),
    /** Takes previews off a message for good, all of them or that of one link. What is off already stays so silently. */
    dismiss: kit
      .message('message.get', { rate: 'mutations' })
      .input(z.strictObject({ messageId: id, url: z.string().max(4_096).optional() }))
      .mutation(({ ctx, input }): Promise<MessagePreviews> =>
        dismiss(kit, recorder, ctx.chat, { ...input, isSender: ctx.message.senderId === ctx.chat.user.id }),
      ),
  };
}

interface Dismissal {
  readonly messageId: string;
  readonly url?: string | undefined;
  readonly isSender: boolean;
}

function dismiss(
  kit: LinkPreviewKit,
  recorder: Recorder,
  scope: ChatScope,
  { messageId, url, isSender }: Dismissal,
): Promise<MessagePreviews> {
  const action = isSender ? 'linkPreviews.dismiss' : 'message.moderate';
  return kit.writeMessage(scope, action, messageId, async ({ models, db, room, publish }) => {
    const { chatLinkPreview } = models;
    const roomId = room.id;
    const dismissedAt = kit.clock.now();
    const message = await messageOf(db, messageId);
    const links = message === null ? [] : recorder.linksOf(message);
    const known = new Set((await chatLinkPreview.findMany({ where: { messageId } })).map((row) => row.url));
    const isMeant = (link: string): boolean => url === undefined || link === url;
    const { count } = await chatLinkPreview.updateMany({
      where: { messageId, dismissedAt: null, ...(url === undefined ? {} : { url }) },
      data: { dismissedAt, title: null, description: null, image: null, siteName: null },
    });
    // Those that are still being fetched must not come later.
    await chatLinkPreview.createMany({
      data: links.flatMap((link, position) =>
        isMeant(link) && !known.has(link)
          ? [{ id: kit.ids.next(), messageId, roomId, position, url: link, fetchedAt: dismissedAt, dismissedAt }]
          : [],
      ),
    });
    if (count > 0) await publish({ roomId }, 'linkPreviews.updated', { messageId });
    const shown = await shownPreviews(models, [messageId]);
    return { messageId, previews: shown.get(messageId) ?? [] };
  });
}
