import type { Dice } from '../dice.js';
import type { Model, ModelRoom, ModelScheduled } from '../model.js';
import { asAnswerer, asHerald, asSpeaker } from '../rules.js';
import type { Bearing, Refusal } from '../rules.js';
import { nextClientId } from '../said.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyIn, someUsers, step } from '../step.js';

/** Something to say, mostly plain; else in a thread, in answer to something, or to somebody. */
function someBearing(model: Model, room: ModelRoom, dice: Dice): Bearing {
  const replyTo = (dice.rarely(4) ? dice.pick(room.messages.slice(-5)) : undefined) ?? null;
  const top = room.messages.filter((message) => message.root === null).slice(-5);
  const root = replyTo?.root ?? (dice.rarely(3) ? dice.pick(top) : undefined) ?? null;
  const mentions = dice.rarely(3) ? [...(dice.rarely(4) ? ['@room'] : []), ...someUsers(model, dice, 2)] : [];
  return { replyTo, root, mentions };
}

/** Says something later: within a moment, or when much may have changed. */
export const schedule: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const inMs = dice.one([500, 5_000, 40_000, 70_000, 500, 5_000, 0] as const);
  const sendAt = model.now + inMs;
  const bearing = someBearing(model, room, dice);
  const { replyTo, root, mentions } = bearing;
  const input = {
    ...{ roomId: room.id, content: `later words ${dice.roll(1_000)}`, clientId: nextClientId() },
    ...(mentions.length > 0 && { mentions: [...mentions] }),
    ...(replyTo !== null && { replyToId: replyTo.id }),
    ...(root !== null && { threadId: root.id }),
    sendAt: new Date(sendAt),
  };
  const tooSoon: Refusal = inMs === 0 ? 'VALIDATION' : undefined;
  // Slow mode is a matter of the moment when it is sent.
  const about = asAnswerer(model, room, me, bearing) ?? asHerald(room, me, bearing);
  return step({
    by: me,
    says: `says something in ${nameOf(model, room)} in ${inMs} ms`,
    refusal: asSpeaker(model, room, me) ?? tooSoon ?? about,
    call: (api) => api.message.schedule(input),
    apply({ id }) {
      const state = { state: 'waiting', error: null, isLate: false } as const;
      model.scheduled.push({ ...bearing, ...state, id, room, by: me, sendAt, input });
    },
  });
};

/** Somebody whom slow mode holds back in a room; else anybody in any of theirs. */
function somebodySlow(model: Model, dice: Dice): ReturnType<typeof somebodyIn> {
  const held = model.livingRooms
    .filter(({ settings }) => settings.slowModeSeconds > 0)
    .flatMap((room) => [...room.members].flatMap(([me, { role }]) => (role === 'member' ? [{ me, room }] : [])));
  return dice.pick(held) ?? somebodyIn(model, dice);
}

/** Says two things later, both at once: in slow mode the second one has to wait. */
export const scheduleTwo: Move = (model, dice) => {
  const place = somebodySlow(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const sendAt = model.now + dice.one([500, 5_000] as const);
  const content = `later words ${dice.roll(1_000)}`;
  const inputs = ['first', 'second'].map((which) => {
    return { roomId: room.id, content: `${content}, ${which}`, clientId: nextClientId(), sendAt: new Date(sendAt) };
  });
  return step({
    by: me,
    says: `says two things in ${nameOf(model, room)} soon`,
    refusal: asSpeaker(model, room, me),
    async call(api) {
      const ids: string[] = [];
      for (const input of inputs) ids.push((await api.message.schedule(input)).id);
      return ids;
    },
    apply(ids) {
      const plain = { mentions: [], replyTo: null, root: null, state: 'waiting', error: null, isLate: false } as const;
      for (const [index, input] of inputs.entries()) {
        model.scheduled.push({ ...plain, id: ids[index] ?? '', room, by: me, sendAt, input });
      }
    },
  });
};

function someScheduled({ scheduled }: Model, dice: Dice): ModelScheduled | undefined {
  const waiting = scheduled.filter(({ state }) => state === 'waiting' || state === 'failed');
  return dice.rarely(3) || waiting.length === 0 ? dice.pick(scheduled) : dice.pick(waiting);
}

/** Schedules again what was scheduled, whatever became of it, or something else under its client id. */
export const scheduleAgain: Move = (model, dice) => {
  const one = someScheduled(model, dice);
  if (one === undefined) return undefined;
  const { by, room } = one;
  const isOther = dice.rarely(3);
  const input = { ...one.input, ...(isOther && { content: 'something else' }) };
  return step({
    by,
    says: `schedules "${one.input.content}" again${isOther ? ' in other words' : ''}`,
    refusal: asSpeaker(model, room, by) ?? (isOther ? 'CONFLICT' : undefined),
    call: (api) => api.message.schedule(input),
    apply({ id, sendAt }) {
      if (id !== one.id || sendAt.getTime() !== one.sendAt) throw new Error('It was scheduled twice.');
    },
  });
};

/** Takes back what waits or has failed. */
export const unschedule: Move = (model, dice) => {
  const one = someScheduled(model, dice);
  if (one === undefined) return undefined;
  const me = dice.rarely(6) ? dice.one(model.users) : one.by;
  const isOver: Refusal = one.state === 'sent' ? 'CONFLICT' : undefined;
  return step({
    by: me,
    says: `takes back "${one.input.content}", which ${shortOf(one.by)} scheduled and which is ${one.state}`,
    refusal: me === one.by ? isOver : 'NOT_FOUND',
    call: (api) => api.message.unschedule({ id: one.id }),
    apply: () => void (one.state = 'cancelled'),
  });
};
