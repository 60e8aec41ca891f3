import type { MessagePreviews } from '@confab/shared/plugins/link-previews';
import { z } from 'zod';
import { renderedEvent } from '../../extend/data/definitions.js';
import type { LinkPreviewModels } from '../../store/plugin-models.js';
import { shownPreviews } from './stored-previews.js';

export const linkPreviewEvents = {
  'linkPreviews.updated': renderedEvent({
    facts: z.strictObject({ messageId: z.string() }),
    async render(tx, facts): Promise<readonly MessagePreviews[]> {
      // The chat was refused at construction if its client had not the plugin's models.
      const models = tx.db as unknown as LinkPreviewModels;
      const shown = await shownPreviews(
        models,
        facts.map(({ messageId }) => messageId),
      );
      return facts.map(({ messageId }) => ({ messageId, previews: shown.get(messageId) ?? [] }));
    },
  }),
};
