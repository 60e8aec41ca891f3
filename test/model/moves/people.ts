import type { Mark } from '@confab/shared';
import type { Model, ModelMessage, ModelRoom } from '../model.js';
import { asMember } from '../rules.js';
import type { Refusal } from '../rules.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyAt, somebodyIn, step } from '../step.js';

/** Moves a mark as far as it may, and holds the answer against it. */
function moveTo(room: ModelRoom, me: string, seq: number, isRead: boolean, marks: readonly Mark[]): void {
  const member = room.members.get(me);
  if (member === undefined) return;
  const target = Math.min(seq, room.log.length);
  if (isRead) member.readSeq = Math.max(member.readSeq, target);
  member.deliveredSeq = Math.max(member.deliveredSeq, member.readSeq, target);
  const mark = marks.find(({ roomId }) => roomId === room.id);
  if (mark?.readSeq !== member.readSeq || mark.deliveredSeq !== member.deliveredSeq) {
    throw new Error(`The marks are ${JSON.stringify(mark)}, not ${member.readSeq} and ${member.deliveredSeq}.`);
  }
}

/** Reads or acknowledges up to a place, perhaps beyond the head. */
export const markPlace: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const isRead = !dice.rarely(4);
  const seq = dice.rarely(3) ? dice.roll(room.log.length + 3) : room.log.length;
  const input = { roomId: room.id, seq };
  return step({
    by: me,
    says: `${isRead ? 'reads' : 'acknowledges'} ${nameOf(model, room)} up to ${seq}`,
    refusal: asMember(room, me),
    call: (api) => (isRead ? api.message.read(input) : api.message.ack(input)),
    apply: ({ marks }) => moveTo(room, me, seq, isRead, marks),
    isToldToDevice: dice.rarely(2),
  });
};

function asReaderOfAll(
  model: Model,
  me: string,
  named: readonly { room: ModelRoom; message: ModelMessage }[],
): Refusal {
  for (const { room, message } of named) {
    const outside = asMember(room, me);
    if (outside !== undefined) return outside;
    if (message.seq < model.floor(room, me)) return 'NOT_FOUND';
  }
  return undefined;
}

/** Reads or acknowledges messages, of several rooms when they are all one's own. */
export const markMessages: Move = (model, dice) => {
  const first = somebodyAt(model, dice);
  if (first === undefined) return undefined;
  const { me } = first;
  const isIn = first.room.members.has(me);
  const other = isIn && dice.rarely(2) ? dice.pick(model.roomsOf(me)) : undefined;
  const more = other && dice.pick(other.messages);
  const named = [first, ...(other === undefined || more === undefined ? [] : [{ room: other, message: more }])];
  const isRead = !dice.rarely(4);
  const messageIds = [...new Set(named.map(({ message }) => message.id))];
  return step({
    by: me,
    says: `${isRead ? 'reads' : 'acknowledges'} ${named.map(({ room, message }) => `${message.seq} of ${nameOf(model, room)}`).join(' and ')}`,
    refusal: asReaderOfAll(model, me, named),
    call: (api) => (isRead ? api.message.read({ messageIds }) : api.message.ack({ messageIds })),
    apply({ marks }) {
      for (const room of new Set(named.map((each) => each.room))) {
        const seqs = named.filter((each) => each.room === room).map(({ message }) => message.seq);
        moveTo(room, me, Math.max(...seqs), isRead, marks);
      }
    },
    isToldToDevice: dice.rarely(2),
  });
};

export const block: Move = (model, dice) => {
  const [me, userId] = [dice.one(model.users), dice.one(model.users)];
  return step({
    by: me,
    says: `blocks ${shortOf(userId)}`,
    refusal: me === userId ? 'VALIDATION' : undefined,
    call: (api) => api.user.block({ userId }),
    apply: () => void model.blocks.set(me, new Set([...(model.blocks.get(me) ?? []), userId])),
  });
};

export const unblock: Move = (model, dice) => {
  const me = dice.pick([...model.blocks].flatMap(([id, blocked]) => (blocked.size > 0 ? [id] : [])));
  const userId = me === undefined ? undefined : dice.pick([...(model.blocks.get(me) ?? [])]);
  if (me === undefined || userId === undefined) return undefined;
  return step({
    by: me,
    says: `no longer blocks ${shortOf(userId)}`,
    refusal: undefined,
    call: (api) => api.user.unblock({ userId }),
    apply: () => void model.blocks.get(me)?.delete(userId),
  });
};
