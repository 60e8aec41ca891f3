import { ChatError, invalid } from '@confab/shared';
import type { Message } from '@confab/shared';
import type { Poll, PostedPoll } from '@confab/shared/plugins/polls';
import type { ChatScope } from '../../extend/scope.js';
import type { CreateInput } from './inputs.js';
import type { PollKit } from './kit.js';
import { linesOf, textOf } from './poll-text.js';
import { loadPolls, pollsFor } from './stored-polls.js';
import type { OptionRow, PollRow, StoredPoll } from './stored-polls.js';

/** Sooner, and it could close before anybody sees it. */
const soonestMs = 5_000;
const latestMs = 366 * 86_400_000;

/** Posts a poll: a message that says it in words, for whoever knows no polls, and the poll itself, together or not at all. */
export async function createPoll(kit: PollKit, scope: ChatScope, input: CreateInput): Promise<PostedPoll> {
  if (input.maxVotes > input.options.length) throw invalid('maxVotes', 'must be at most the number of options');
  return kit.transaction(scope, async (inside) => {
    const isRepeat = await wasSent(kit, inside, input);
    // A repeated call asks for no more than to read what was posted.
    if (!isRepeat) {
      checkTime(kit, input);
      await kit.writeRoom(inside, 'polls.create', input.roomId, () => Promise.resolve());
    }
    const { roomId, clientId, custom } = input;
    const caller = scope.isSystem ? kit.system(inside) : kit.as(scope.user.id, inside);
    const message = await caller.message.send({
      ...{ roomId, content: textOf(input) },
      ...(clientId === undefined ? {} : { clientId }),
      ...(custom === undefined ? {} : { custom }),
    });
    if (message.deletedAt !== null) return { message, poll: null };
    return {
      message,
      poll: isRepeat ? await posted(kit, inside, message, input) : await post(kit, inside, message, input),
    };
  });
}

async function wasSent(kit: PollKit, scope: ChatScope, { roomId, clientId }: CreateInput): Promise<boolean> {
  if (clientId === undefined) return false;
  return kit.read(scope, async ({ db }) => {
    const where = { roomId, senderId: scope.user.id, clientId };
    return (await db.chatMessage.count({ where })) + (await db.chatRemovedMessage.count({ where })) > 0;
  });
}

function checkTime({ clock }: PollKit, { closesAt }: CreateInput): void {
  if (closesAt === null) return;
  const left = closesAt.getTime() - clock.now().getTime();
  if (left < soonestMs || left > latestMs) throw invalid('closesAt', 'must be 5 seconds to a year from now');
}

/** The poll that an earlier call posted; `CONFLICT` when this one says something else. */
async function posted(kit: PollKit, scope: ChatScope, { id }: Message, input: CreateInput): Promise<Poll> {
  return kit.read(scope, async ({ models }) => {
    const stored = await loadPolls(models, [id]);
    const found = stored.get(id);
    if (found === undefined || !saysTheSame(found, input)) {
      throw new ChatError('CONFLICT', 'This clientId was used for something else.', {
        details: { constraint: 'clientId' },
      });
    }
    return pollOf(await pollsFor(models, stored, { userId: scope.user.id, now: kit.clock.now() }), id);
  });
}

/** The question and first options are the message's, which was compared already. */
function saysTheSame({ poll }: StoredPoll, input: CreateInput): boolean {
  return (
    poll.maxVotes === input.maxVotes &&
    poll.anonymous === input.anonymous &&
    poll.suggestions === input.suggestions &&
    poll.results === input.results &&
    poll.closesAt?.getTime() === input.closesAt?.getTime()
  );
}

async function post(kit: PollKit, scope: ChatScope, message: Message, input: CreateInput): Promise<Poll> {
  const { id: messageId, roomId, seq, senderId: creatorId } = message;
  const { maxVotes, anonymous, suggestions, results, closesAt } = input;
  const { question, options: texts } = linesOf(message.content, input);
  const poll: PollRow = {
    ...{ messageId, roomId, seq, creatorId, question, maxVotes, anonymous, suggestions, results, closesAt },
    ...{ voterCount: 0, revision: 1, closedAt: null, closedBy: null, createdAt: message.createdAt },
  };
  const options: OptionRow[] = texts.map((text, position) => ({
    ...{ id: kit.ids.next(), messageId, position, text },
    ...{ suggestedBy: null, votes: 0 },
  }));
  return kit.write(scope, async ({ models, db, lock, publish }) => {
    await lock([roomId]);
    // A hook may have answered with a message that nobody else is to see; then nobody is to see its poll either.
    if ((await db.chatMessage.count({ where: { id: messageId } })) > 0) {
      await models.chatPoll.create({ data: poll });
      await models.chatPollOption.createMany({ data: options });
      await publish({ roomId }, 'polls.created', { messageId });
    }
    const stored = new Map([[messageId, { poll, options }]]);
    return pollOf(await pollsFor(models, stored, { userId: creatorId, now: kit.clock.now() }), messageId);
  });
}

export function pollOf(polls: ReadonlyMap<string, Poll>, messageId: string): Poll {
  const poll = polls.get(messageId);
  if (poll === undefined) throw new ChatError('NOT_FOUND');
  return poll;
}
