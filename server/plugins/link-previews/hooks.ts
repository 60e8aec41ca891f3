import type { Hooks } from '../../extend/hooks/hooks.js';
import type { Gone } from '../../extend/plugins/plugin.js';
import type { LinkPreviewModels } from '../../store/plugin-models.js';
import { purgeHooks } from '../purge-hooks.js';
import type { LinkPreviewKit } from './kit.js';
import { mayHaveLinks } from './links.js';
import type { Worker } from './worker.js';

/** Lets go of the previews of what is gone. */
export async function purgePreviews(models: LinkPreviewModels, where: Gone): Promise<void> {
  await models.chatLinkPreview.deleteMany({ where });
  await models.chatLinkPreviewTask.deleteMany({ where });
}

/** What happens around messages: all of it in the transactions that send, edit and delete them. */
export function linkPreviewHooks(kit: LinkPreviewKit, worker: Worker): Hooks {
  const { recorder } = worker;
  return {
    ...purgeHooks(kit, purgePreviews),
    'message.send': {
      // What has no link keeps to the fast path.
      inTransaction: true,
      when: ({ input }) => mayHaveLinks(input.content) && !worker.isOverloaded,
      async around({ input, ctx, next }) {
        const message = await next();
        if (mayHaveLinks(input.content) && !worker.isOverloaded && recorder.linksOf(message).length > 0) {
          await kit.write(ctx, (tx) => recorder.note(tx, message));
        }
        return message;
      },
    },
    'message.edit': {
      inTransaction: true,
      async around({ ctx, next }) {
        const message = await next();
        await kit.write(ctx, (tx) => recorder.note(tx, message));
        return message;
      },
    },
  };
}
