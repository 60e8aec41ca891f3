import type { PluginUserRecord } from '../../extend/plugins/plugin.js';
import { windows } from '../windows.js';
import type { PollKit } from './kit.js';

/** What is left of an option that somebody suggested who was erased: others may have voted for it. */
const erasedText = '—';

/** Everything the plugin keeps of a user: polls they made, options they suggested, votes. */
export async function* exportPollsOf(kit: PollKit, userId: string): AsyncGenerator<PluginUserRecord> {
  for await (const rows of pollsOf(kit)) {
    for (const row of rows) if (row.creatorId === userId) yield { type: 'poll', data: { ...row } };
  }
  for await (const rows of optionsOf(kit)) {
    for (const row of rows) if (row.suggestedBy === userId) yield { type: 'suggestion', data: { ...row } };
  }
  for await (const rows of votesOf(kit)) {
    for (const row of rows) if (row.userId === userId) yield { type: 'vote', data: { ...row } };
  }
}

/** Takes a user's votes back, poll by poll, and blanks what they suggested. Their own polls went with the messages. */
export async function erasePollsOf(kit: PollKit, userId: string): Promise<number> {
  let erased = 0;
  for await (const rows of votesOf(kit)) {
    const messageIds = new Set(rows.filter((row) => row.userId === userId).map(({ messageId }) => messageId));
    for (const messageId of messageIds) erased += await takeBack(kit, messageId, userId);
  }
  for await (const rows of optionsOf(kit)) {
    const own = rows.filter((row) => row.suggestedBy === userId);
    for (const { id, messageId } of own) erased += await blank(kit, messageId, id);
  }
  return erased;
}

/** All of somebody's votes in a poll; its counts are those of a recount afterwards, also when it is closed. */
function takeBack(kit: PollKit, messageId: string, userId: string): Promise<number> {
  return inPoll(kit, messageId, async ({ chatPoll, chatPollOption, chatPollVote }) => {
    const votes = await chatPollVote.findMany({ where: { messageId, userId }, select: { optionId: true } });
    if (votes.length === 0) return 0;
    await chatPollVote.deleteMany({ where: { messageId, userId } });
    const chosen = { id: { in: votes.map(({ optionId }) => optionId) } };
    await chatPollOption.updateMany({ where: chosen, data: { votes: { decrement: 1 } } });
    const data = { voterCount: { decrement: 1 }, revision: { increment: 1 } };
    await chatPoll.update({ where: { messageId }, data });
    return votes.length;
  });
}

function blank(kit: PollKit, messageId: string, optionId: string): Promise<number> {
  return inPoll(kit, messageId, async ({ chatPoll, chatPollOption }) => {
    await chatPollOption.updateMany({ where: { id: optionId }, data: { text: erasedText, suggestedBy: null } });
    await chatPoll.update({ where: { messageId }, data: { revision: { increment: 1 } } });
    return 1;
  });
}

/** Changes a poll under its room's lock and tells the room; 0 for one that is gone. */
function inPoll(
  kit: PollKit,
  messageId: string,
  work: (models: Parameters<Parameters<typeof kit.write<number>>[1]>[0]['models']) => Promise<number>,
): Promise<number> {
  return kit.write(kit.host, async ({ models, lock, publish }) => {
    const found = await models.chatPoll.findUnique({ where: { messageId } });
    if (found === null) return 0;
    const room = (await lock([found.roomId])).get(found.roomId);
    const changed = await work(models);
    const isLiving = room !== undefined && room.deletedAt === null;
    if (changed > 0 && isLiving) await publish({ roomId: found.roomId }, 'polls.updated', { messageId });
    return changed;
  });
}

function pollsOf(kit: PollKit) {
  return windows(
    (afterId, take) =>
      kit.read(kit.host, ({ models }) =>
        models.chatPoll.findMany({ where: { messageId: { gt: afterId } }, orderBy: { messageId: 'asc' }, take }),
      ),
    ({ messageId }) => messageId,
  );
}

function optionsOf(kit: PollKit) {
  return windows(
    (afterId, take) =>
      kit.read(kit.host, ({ models }) =>
        models.chatPollOption.findMany({ where: { id: { gt: afterId } }, orderBy: { id: 'asc' }, take }),
      ),
    ({ id }) => id,
  );
}

function votesOf(kit: PollKit) {
  return windows(
    (afterId, take) =>
      kit.read(kit.host, ({ models }) =>
        models.chatPollVote.findMany({ where: { id: { gt: afterId } }, orderBy: { id: 'asc' }, take }),
      ),
    ({ id }) => id,
  );
}
