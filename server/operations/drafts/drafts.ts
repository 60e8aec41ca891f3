import { ChatError, isBlank } from '@confab/shared';
import type { Draft, Page } from '@confab/shared';
import { z } from 'zod';
import { look } from '../../policy/enter.js';
import type { Settings } from '../../settings.js';
import type { DraftPlace } from '../../store/drafts/drafts.js';
import type { ReadTx } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import * as inputs from '../inputs.js';
import type { Op } from '../kernel.js';
import { sendInput } from '../messages/draft.js';
import { cleaned, textOf } from '../messages/wording.js';
import { mutation, query } from '../operation.js';
import { rootIn } from '../threads/reach.js';

/** As many drafts as one user may have, over all rooms and threads. */
const most = 1_000;

const place = () => z.strictObject({ roomId: inputs.id, threadId: inputs.id.optional() });

/** What `message.send` takes: it is checked by the same limits, so that what is kept can be sent. */
const setInput = (settings: Settings) => sendInput(settings).omit({ clientId: true });

type Place = z.output<ReturnType<typeof place>>;

/**
 * Keeps what the caller has begun to write in a room or thread, for all their devices, in the place of what was kept
 * before. With nothing in it it clears the draft. Sending clears none: the client knows what it sent.
 */
export const set = mutation('draft.set', setInput, async (op, asked): Promise<Draft> => {
  const { methods } = op.store;
  const { userId } = op.caller;
  const draft = draftOf(op, asked);
  return op.store.write(async (tx) => {
    await tx.lockPersonal([userId]);
    const at = await placeOf(op, tx, 'draft.set', asked);
    if (asked.threadId !== undefined) await rootIn(op, tx, at.entry, asked.threadId);
    const before = await methods.findDraft(tx, at.place);
    if (isEmpty(draft)) {
      const outcome = await methods.clearDraft(tx, { ...at.place, at: draft.updatedAt });
      if (outcome === 'unchanged') op.unchanged?.();
      return draft;
    }
    if (before !== null && fingerprint(saidIn(before)) === fingerprint(saidIn(draft))) {
      op.unchanged?.();
      return before;
    }
    const { joinSeq } = at.place;
    if ((await methods.saveDraft(tx, { userId, joinSeq, draft, most })) === 'saved') return draft;
    throw new ChatError('CONFLICT', `At most ${most} drafts.`, { details: { constraint: 'drafts' } });
  });
});

/** What the caller has begun to write in a room or thread. */
export const get = query('draft.get', place, (op, asked): Promise<{ readonly draft: Draft | null }> =>
  op.store.read(async (tx) => {
    const at = await placeOf(op, tx, 'draft.get', asked);
    return { draft: await op.store.methods.findDraft(tx, at.place) };
  }),
);

/** Drops it. */
export const clear = mutation('draft.clear', place, async (op, asked): Promise<Record<never, never>> => {
  const outcome = await op.store.write(async (tx) => {
    await tx.lockPersonal([op.caller.userId]);
    const at = await placeOf(op, tx, 'draft.clear', asked);
    return op.store.methods.clearDraft(tx, { ...at.place, at: op.kernel.clock.now() });
  });
  if (outcome === 'unchanged') op.unchanged?.();
  return {};
});

/** All drafts of the caller, of the rooms they are in, the one written last first. */
export const list = query(
  'draft.list',
  (settings: Settings) => z.strictObject({ limit: inputs.limit(settings), cursor: inputs.cursor.optional() }),
  (op, { limit, cursor }): Promise<Page<Draft>> =>
    op.store.read((tx) => op.store.methods.listDrafts(tx, { userId: op.caller.userId, limit, cursor })),
);

/**
 * Where a draft of the caller is kept. The room is not locked, since people write all the time: a draft belongs to one
 * membership, by its `joinSeq`, and whoever is removed meanwhile never sees it again.
 */
async function placeOf(op: Op, tx: ReadTx, action: 'draft.get' | 'draft.set' | 'draft.clear', asked: Place) {
  const { roomId, threadId = null } = asked;
  const entry = await look(op, tx, action, roomId);
  const { me } = entry;
  if (me?.status !== 'in') throw new ChatError('PERMISSION_DENIED', 'The host is not a member.');
  const kept: DraftPlace = { userId: me.userId, roomId, threadId, joinSeq: me.joinSeq };
  return { entry, place: kept };
}

function draftOf({ kernel }: Op, asked: z.output<ReturnType<typeof setInput>>): Draft {
  const { roomId, threadId = null, format, attachments, replyToId = null, custom = {} } = asked;
  const mentions = [...new Set(asked.mentions)];
  // Cleaned as what is sent is: another device of the same user shows it as it comes.
  const content = cleaned(asked);
  return { roomId, threadId, content, format, attachments, mentions, replyToId, custom, updatedAt: kernel.clock.now() };
}

function isEmpty(draft: Draft): boolean {
  const { attachments, replyToId, custom } = draft;
  return isBlank(textOf(draft)) && attachments.length === 0 && replyToId === null && Object.keys(custom).length === 0;
}

function saidIn({ content, format, attachments, mentions, replyToId, custom }: Draft) {
  return { content, format, attachments, mentions, replyToId, custom };
}
