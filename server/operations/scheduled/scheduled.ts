import { ChatError, invalid } from '@confab/shared';
import type { JsonObject, Page, Scheduled, ScheduledMessage } from '@confab/shared';
import { z } from 'zod';
import { enter } from '../../policy/enter.js';
import type { Entry } from '../../policy/enter.js';
import { factsFor } from '../../policy/facts.js';
import type { Settings } from '../../settings.js';
import type { ScheduledRow } from '../../store/scheduled/rows.js';
import type { WriteTx } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { checkSent } from '../messages/custom.js';
import { bodyHashOf, draftOf, sendInput } from '../messages/draft.js';
import type { SendInput } from '../messages/draft.js';
import { authorize } from '../../policy/reach.js';
import { aboutWhat } from '../messages/send.js';
import { mutation, query } from '../operation.js';
import { valueOf } from '../outcome.js';

/** As many scheduled messages as one user may have, those that failed included. */
const most = 100;

const dayMs = 24 * 60 * 60 * 1_000;
const latestMs = 366 * dayMs;

const scheduleInput = (settings: Settings) => sendInput(settings).extend({ sendAt: z.date() });

/**
 * Sends a message later, as if its author sent it then: rules, hooks and limits are those of that moment. Whether it could
 * be sent now is looked at now. Under one `clientId` it is scheduled once.
 */
export const schedule = mutation('message.schedule', scheduleInput, async (op, asked): Promise<Scheduled> => {
  const { sendAt, ...input } = asked;
  const { ids, settings } = op.kernel;
  const { methods } = op.store;
  const { userId } = op.caller;
  const { roomId, clientId = null } = input;
  const draft = draftOf(settings, input);
  const bodyHash = clientId === null ? null : fingerprint({ message: bodyHashOf(input), sendAt: sendAt.getTime() });
  const checked = await checkSent(op, roomId, draft.custom);
  return op.store.write(async (tx) => {
    const entry = await enter(op, tx, 'message.schedule', roomId);
    const facts = await factsFor(op, tx, 'message.send', entry);
    await authorize(op, 'message.send', entry.room, entry.me, facts);
    await tx.lockPersonal([userId]);
    const earlier = clientId === null ? null : await methods.findScheduledBy(tx, { roomId, userId, clientId });
    if (earlier !== null) {
      op.unchanged?.();
      return sameSchedule(earlier, bodyHash);
    }
    const createdAt = op.kernel.clock.now();
    checkTime(sendAt, createdAt);
    if (checked !== undefined) valueOf(checked);
    await checkAbout(op, tx, entry, input);
    const { clientId: _named, ...later } = { ...input, content: draft.content };
    const scheduled = {
      ...{ id: ids.next(), roomId, userId, clientId, bodyHash, sendAt, createdAt },
      input: plainOf(later),
    };
    if ((await methods.scheduleMessage(tx, { scheduled, most })) === 'scheduled') return { id: scheduled.id, sendAt };
    throw new ChatError('CONFLICT', `At most ${most} scheduled messages.`, { details: { constraint: 'scheduled' } });
  });
});

/** Takes back one that was not sent yet. One that is being sent, or was, is `CONFLICT`. */
export const unschedule = mutation(
  'message.unschedule',
  () => z.strictObject({ id: inputs.id }),
  (op, { id }): Promise<Record<never, never>> =>
    op.store.write(async (tx) => {
      const { methods } = op.store;
      const found = await methods.findScheduled(tx, { id });
      if (found?.userId !== op.caller.userId) throw new ChatError('NOT_FOUND');
      if (found.state === 'cancelled') op.unchanged?.();
      else if (!(await methods.cancelScheduled(tx, { id }))) {
        throw new ChatError('CONFLICT', 'It is being sent, or was sent.', { details: { constraint: 'sent' } });
      }
      return {};
    }),
);

/** What the caller has scheduled and what of it failed, soonest first. */
export const scheduled = query(
  'message.scheduled',
  (settings: Settings) =>
    z.strictObject({
      /** @default every room */
      roomId: inputs.id.optional(),
      limit: inputs.limit(settings),
      cursor: inputs.cursor.optional(),
    }),
  (op, { roomId, limit, cursor }): Promise<Page<ScheduledMessage>> => {
    const { userId } = op.caller;
    return op.store.read(async (tx) => {
      const page = await op.store.methods.listScheduled(tx, { userId, roomId, limit, cursor });
      return { ...page, items: page.items.map(shown) };
    });
  },
);

function checkTime(sendAt: Date, now: Date): void {
  const ahead = sendAt.getTime() - now.getTime();
  if (!(ahead > 0)) throw invalid('sendAt', 'must be to come');
  if (ahead > latestMs) throw invalid('sendAt', 'must be within 366 days');
}

/** What would be refused now is refused now, as far as it can be told: what it answers, and `@room`. */
async function checkAbout(op: Op, tx: WriteTx, { room, me }: Entry, input: SendInput): Promise<void> {
  const { replyToId = null, threadId = null, mentions } = input;
  await aboutWhat(op, tx, { room, me }, { replyToId, threadId });
  if (mentions.includes('@room')) await authorize(op, 'message.mentionRoom', room, me);
}

function sameSchedule({ id, sendAt, bodyHash: before }: ScheduledRow, bodyHash: string | null): Scheduled {
  if (before === bodyHash) return { id, sendAt };
  throw new ChatError('CONFLICT', 'This clientId was used for another message.', {
    details: { constraint: 'clientId' },
  });
}

/** The input as a column takes it. */
function plainOf(input: SendInput): JsonObject {
  return JSON.parse(JSON.stringify(input)) as JsonObject;
}

function shown({ id, roomId, input, sendAt, state, error, createdAt }: ScheduledRow): ScheduledMessage {
  // It was checked by the schema of a send on its way in.
  const { content, format, attachments, mentions, replyToId, threadId, custom } = input as unknown as SendInput;
  return {
    ...{ id, roomId, content, format, attachments, mentions, sendAt, createdAt },
    threadId: threadId ?? null,
    replyToId: replyToId ?? null,
    custom: custom ?? {},
    state: state === 'failed' ? 'failed' : 'waiting',
    error: state === 'failed' ? error : null,
  };
}
