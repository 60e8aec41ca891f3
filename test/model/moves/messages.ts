import type { Dice } from '../dice.js';
import type { Model } from '../model.js';
import { asAdmin, asMember, asPatient, asPinner, asReader, asSeer, asSender, asSpeaker } from '../rules.js';
import type { Refusal } from '../rules.js';
import { deleteMessages } from '../deeds.js';
import { keep, nextClientId } from '../said.js';
import type { Move, Step } from '../step.js';
import { nameOf, shortOf, somebodyAt, somebodyIn, someUsers, step } from '../step.js';

const emoji = ['👍', '🎉', '👀'] as const;

/** Says something; sometimes as an answer, sometimes naming people or everyone. */
function saying(model: Model, dice: Dice, shape: 'plain' | 'naming' | 'answering'): Step | undefined {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const content = `words ${dice.roll(1_000)}`;
  const people = shape === 'naming' ? someUsers(model, dice, 3) : [];
  const isForAll = shape === 'naming' && dice.rarely(3);
  const mentions = isForAll ? ['@room', ...people] : people;
  const replyTo = (shape === 'answering' ? dice.pick(room.messages) : undefined) ?? null;
  if (shape === 'answering' && replyTo === null) return undefined;
  const input = {
    ...{ roomId: room.id, content, clientId: nextClientId() },
    ...(mentions.length > 0 && { mentions }),
    ...(replyTo !== null && { replyToId: replyTo.id }),
  };
  const aside = `${mentions.length > 0 ? ` to ${mentions.map(shortOf).join(', ')}` : ''}${replyTo === null ? '' : ` in answer to ${replyTo.seq}`}`;
  return step({
    by: me,
    says: `says something in ${nameOf(model, room)}${aside}`,
    refusal: asSender(model, room, me, { mentions, replyTo, root: null }),
    call: (api) => api.message.send(input),
    apply: (sent) => keep(model, room, sent, { mentions, replyTo, sentAs: input }),
  });
}

export const say: Move = (model, dice) => saying(model, dice, 'plain');
export const mention: Move = (model, dice) => saying(model, dice, 'naming');
export const reply: Move = (model, dice) => saying(model, dice, 'answering');

/** Tries a message once more that was sent long ago, or says something else under its client id. */
export const retry: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { room, message } = place;
  if (message.clientId === null || message.forwardedFrom !== null) return undefined;
  const isOther = dice.rarely(3);
  const me = message.senderId;
  const input = { ...message.sentAs, ...(isOther && { content: 'something else' }) } as {
    roomId: string;
    content: string;
  };
  return step({
    by: me,
    says: `sends ${message.seq} of ${nameOf(model, room)} again${isOther ? ' in other words' : ''}`,
    refusal: asMember(room, me) ?? (isOther ? 'CONFLICT' : undefined),
    call: (api) => api.message.send(input),
    apply({ id, deletedAt }) {
      if (id !== message.id || (deletedAt !== null) !== message.isDeleted) throw new Error('It is another message.');
    },
  });
};

export const forward: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { me, room, message } = place;
  const targets = [...new Set([dice.pick([...model.rooms.values()]), dice.pick(model.roomsOf(me))])].flatMap(
    (target) => target ?? [],
  );
  if (targets.length === 0) return undefined;
  const nobodys: Refusal = message.news === null ? undefined : 'NOT_FOUND';
  const refusals = targets.map((target) => asSpeaker(model, target, me) ?? asPatient(model, target, me));
  return step({
    by: me,
    says: `forwards ${message.seq} of ${nameOf(model, room)} to ${targets.map((target) => nameOf(model, target)).join(', ')}`,
    refusal: asReader(model, room, me, message) ?? nobodys ?? refusals.find((refusal) => refusal !== undefined),
    call: (api) => api.message.forward({ messageId: message.id, roomIds: targets.map(({ id }) => id) }),
    apply(copies) {
      const forwardedFrom = message.forwardedFrom ?? message.senderId;
      for (const copy of copies) {
        const target = model.rooms.get(copy.roomId);
        if (target !== undefined) keep(model, target, copy, { forwardedFrom, content: message.content });
      }
    },
  });
};

export const edit: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { room, message } = place;
  const me = dice.rarely(6) ? place.me : message.senderId;
  const content = dice.rarely(5) ? message.content : `other words ${dice.roll(1_000)}`;
  const foreign: Refusal = message.senderId === me && message.news === null ? undefined : 'PERMISSION_DENIED';
  const isOthersWords = message.forwardedFrom !== null && content !== message.content;
  const quoted: Refusal = isOthersWords ? 'PERMISSION_DENIED' : undefined;
  return step({
    by: me,
    says: `rewords ${message.seq} of ${nameOf(model, room)}`,
    refusal: asReader(model, room, me, message) ?? foreign ?? quoted,
    call: (api) => api.message.edit({ messageId: message.id, content }),
    apply() {
      if (message.content === content) return;
      Object.assign(message, { content, isEdited: true });
      room.log.push('message.updated');
    },
  });
};

export const deleteForAll: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { room, message } = place;
  const me = dice.rarely(3) ? place.me : message.senderId;
  const more = dice.rarely(3) ? dice.pick(room.messages) : undefined;
  const messages = [...new Set([message, ...(more === undefined ? [] : [more])])];
  const isOwn = messages.every(({ senderId, news }) => senderId === me && news === null);
  const messageIds = messages.map(({ id }) => id);
  return step({
    by: me,
    says: `deletes ${messages.map(({ seq }) => seq).join(', ')} of ${nameOf(model, room)}`,
    refusal: asSeer(model, room, me, messages) ?? (isOwn ? undefined : asAdmin(room, me, 'message.moderate')),
    call: (api) => api.message.delete({ messageIds }),
    apply: () => deleteMessages(model, room, messages),
  });
};

export const deleteForMe: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { me, room, message } = place;
  return step({
    by: me,
    says: `hides ${message.seq} of ${nameOf(model, room)}`,
    refusal: asSeer(model, room, me, [message]),
    call: (api) => api.message.delete({ messageIds: [message.id], for: 'me' }),
    apply() {
      if (!message.hiddenFor.has(me)) model.tell(me, 'message.hidden');
      message.hiddenFor.add(me);
    },
  });
};

export const react: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { room, message } = place;
  // Somebody who has reacted before takes that back by it.
  const me = (dice.rarely(2) ? dice.pick([...message.reactions.keys()]) : undefined) ?? place.me;
  const chosen = dice.one(emoji);
  return step({
    by: me,
    says: `reacts ${chosen} to ${message.seq} of ${nameOf(model, room)}`,
    refusal: asReader(model, room, me, message),
    call: (api) => api.message.react({ messageId: message.id, emoji: chosen }),
    apply() {
      if (message.reactions.get(me) === chosen) return;
      message.reactions.set(me, chosen);
      room.log.push('message.reaction');
      const { senderId, news, rangFor } = message;
      const isTold =
        news !== null || senderId === me || rangFor.has(me) || room.members.get(senderId)?.notify !== 'all';
      if (isTold) return;
      rangFor.add(me);
      model.notify(senderId, { kind: 'reaction', roomId: room.id, messageId: message.id, actorId: me });
    },
  });
};

export const unreact: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { room, message } = place;
  const me = dice.pick([...message.reactions.keys()]) ?? place.me;
  const chosen = (dice.rarely(5) ? undefined : message.reactions.get(me)) ?? dice.one(emoji);
  return step({
    by: me,
    says: `takes ${chosen} back from ${message.seq} of ${nameOf(model, room)}`,
    refusal: asReader(model, room, me, message),
    call: (api) => api.message.unreact({ messageId: message.id, emoji: chosen }),
    apply() {
      if (message.reactions.get(me) !== chosen) return;
      message.reactions.delete(me);
      room.log.push('message.reaction');
    },
  });
};

export const pin: Move = (model, dice) => {
  const place = somebodyAt(model, dice);
  if (place === undefined) return undefined;
  const { me, room, message } = place;
  const isPinned = !dice.rarely(3);
  const input = { messageId: message.id };
  return step({
    by: me,
    says: `${isPinned ? 'pins' : 'unpins'} ${message.seq} of ${nameOf(model, room)}`,
    refusal: asPinner(model, room, me, message),
    call: (api) => (isPinned ? api.message.pin(input) : api.message.unpin(input)),
    apply() {
      if (message.isPinned === isPinned) return;
      message.isPinned = isPinned;
      room.log.push('message.pinned');
    },
  });
};

/** More at once than a device that is away can be told of one by one. */
export const burst: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  if (place === undefined || model.offline.size === 0) return undefined;
  const { me, room } = place;
  if (room.settings.slowModeSeconds > 0 || room.messages.length > 150) return undefined;
  return step({
    by: me,
    says: `says a hundred things in ${nameOf(model, room)}`,
    refusal: asSpeaker(model, room, me),
    call: (api) =>
      Promise.all(Array.from({ length: 101 }, () => api.message.send({ roomId: room.id, content: 'all the same' }))),
    apply(sent) {
      for (const message of sent.toSorted((one, other) => one.seq - other.seq)) keep(model, room, message);
    },
  });
};
