import type { Dice } from '../dice.js';
import type { Model, ModelMessage, ModelRoom } from '../model.js';
import { asMember, asSender, canHaveThread } from '../rules.js';
import type { Refusal } from '../rules.js';
import { keep, nextClientId } from '../said.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyIn, someUsers, step } from '../step.js';

/** A message, mostly one that a thread hangs on already. */
function someRoot(room: ModelRoom, dice: Dice): ModelMessage | undefined {
  const roots = room.messages.filter(({ id }) => room.threads.has(id));
  return dice.rarely(3) || roots.length === 0 ? dice.pick(room.messages.slice(-5)) : dice.pick(roots);
}

function hasThread(room: ModelRoom, root: ModelMessage): boolean {
  return room.messages.some((message) => message.root === root);
}

/** Says something in a thread, perhaps to somebody or in answer to something. */
export const sayInThread: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  const root = place && someRoot(place.room, dice);
  if (place === undefined || root === undefined) return undefined;
  const { me, room } = place;
  const mentions = dice.rarely(3) ? [...(dice.rarely(3) ? ['@room'] : []), ...someUsers(model, dice, 2)] : [];
  const replyTo = (dice.rarely(3) ? dice.pick(room.messages) : undefined) ?? null;
  const input = {
    ...{ roomId: room.id, content: `aside ${dice.roll(1_000)}`, clientId: nextClientId(), threadId: root.id },
    ...(mentions.length > 0 && { mentions }),
    ...(replyTo !== null && { replyToId: replyTo.id }),
  };
  return step({
    by: me,
    says: `says something in thread ${root.seq} of ${nameOf(model, room)}${mentions.length > 0 ? ` to ${mentions.map(shortOf).join(', ')}` : ''}`,
    refusal: asSender(model, room, me, { mentions, replyTo, root }),
    call: (api) => api.message.send(input),
    apply: (sent) => keep(model, room, sent, { mentions, root, replyTo, sentAs: input }),
  });
};

/** Of doing something with a thread: the message it hangs on may be deleted, but not out of sight. */
function asFollower(model: Model, room: ModelRoom, me: string, root: ModelMessage): Refusal {
  const outside = asMember(room, me);
  if (outside !== undefined) return outside;
  if (!model.readable(room, me).includes(root)) return 'NOT_FOUND';
  return canHaveThread(root) ? undefined : 'VALIDATION';
}

export const readThread: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  const root = place && someRoot(place.room, dice);
  if (place === undefined || root === undefined) return undefined;
  const { me, room } = place;
  const head = room.log.length;
  const seq = dice.rarely(2) ? dice.roll(head + 3) : undefined;
  return step({
    by: me,
    says: `reads thread ${root.seq} of ${nameOf(model, room)}${seq === undefined ? '' : ` up to ${seq}`}`,
    refusal: asFollower(model, room, me, root),
    call: (api) => api.thread.read({ threadId: root.id, ...(seq !== undefined && { seq }) }),
    apply({ readSeq, unread }) {
      const before = room.threads.get(root.id)?.get(me) ?? { following: false, readSeq: 0 };
      const after = { ...before, readSeq: Math.max(before.readSeq, Math.min(seq ?? head, head)) };
      model.stand(room, root.id, me, after);
      const left = model.countThread(room, me, root.id);
      if (readSeq !== after.readSeq || unread !== left.unread)
        throw new Error(`It is read up to ${readSeq}, ${unread} are left.`);
    },
  });
};

export const followThread: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  const root = place && someRoot(place.room, dice);
  if (place === undefined || root === undefined) return undefined;
  const { me, room } = place;
  const isFollowing = !dice.rarely(2);
  const over: Refusal = isFollowing && root.isDeleted && !hasThread(room, root) ? 'NOT_FOUND' : undefined;
  const input = { threadId: root.id };
  return step({
    by: me,
    says: `${isFollowing ? 'follows' : 'no longer follows'} thread ${root.seq} of ${nameOf(model, room)}`,
    refusal: asFollower(model, room, me, root) ?? over,
    call: (api) => (isFollowing ? api.thread.follow(input) : api.thread.unfollow(input)),
    apply() {
      const before = room.threads.get(root.id)?.get(me) ?? { following: false, readSeq: 0 };
      if (before.following === isFollowing) return;
      const readSeq = isFollowing ? Math.max(before.readSeq, room.log.length) : before.readSeq;
      model.stand(room, root.id, me, { following: isFollowing, readSeq });
    },
  });
};

/** Begins to write something, or drops it. */
export const draft: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const root = dice.rarely(3) ? someRoot(room, dice) : undefined;
  const threadId = root?.id;
  const content = dice.rarely(4) ? '' : `begun ${dice.roll(3)}`;
  const about = root === undefined ? asMember(room, me) : asFollower(model, room, me, root);
  const where = { roomId: room.id, ...(threadId !== undefined && { threadId }) };
  return step({
    by: me,
    says: `${content === '' ? 'drops what was begun' : 'begins to write'} in ${nameOf(model, room)}`,
    refusal: content === '' ? asMember(room, me) : about,
    call: async (api) => void (await (content === '' ? api.draft.clear(where) : api.draft.set({ ...where, content }))),
    apply() {
      const mine = room.drafts.get(me) ?? new Map<string, string>();
      const before = mine.get(threadId ?? '') ?? '';
      if (before !== content) model.tell(me, 'draft.updated');
      if (content === '') mine.delete(threadId ?? '');
      else mine.set(threadId ?? '', content);
      room.drafts.set(me, mine);
    },
  });
};
