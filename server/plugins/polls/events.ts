import type { OwnPollVote, PollNews } from '@confab/shared/plugins/polls';
import { z } from 'zod';
import { renderedEvent } from '../../extend/data/definitions.js';
import type { ReadTx } from '../../store/transaction.js';
import type { PollModels } from '../../store/plugin-models.js';
import { loadPolls, pollState } from './stored-polls.js';

/** The chat was refused at construction if its client had not the plugin's models. */
const modelsOf = (tx: ReadTx): PollModels => tx.db as unknown as PollModels;

const news = renderedEvent({
  facts: z.strictObject({ messageId: z.string() }),
  async render(tx, facts): Promise<readonly PollNews[]> {
    const stored = await loadPolls(
      modelsOf(tx),
      facts.map(({ messageId }) => messageId),
    );
    return facts.map(({ messageId }) => {
      const found = stored.get(messageId);
      return { messageId, poll: found === undefined ? null : pollState(found) };
    });
  },
});

/** Goes to the voter's own devices, so it may say what the vote is. */
const voted = renderedEvent({
  facts: z.strictObject({ messageId: z.string(), roomId: z.string(), userId: z.string() }),
  async render(tx, facts): Promise<readonly OwnPollVote[]> {
    const rows = await modelsOf(tx).chatPollVote.findMany({
      where: {
        messageId: { in: [...new Set(facts.map(({ messageId }) => messageId))] },
        userId: { in: [...new Set(facts.map(({ userId }) => userId))] },
      },
      orderBy: { id: 'asc' },
    });
    return facts.map(({ messageId, roomId, userId }) => ({
      messageId,
      roomId,
      mine: rows.filter((row) => row.messageId === messageId && row.userId === userId).map(({ optionId }) => optionId),
    }));
  },
});

export const pollEvents = {
  'polls.created': news,
  'polls.updated': news,
  'polls.closed': news,
  'polls.voted': voted,
};
