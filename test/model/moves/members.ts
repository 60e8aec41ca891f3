import type { Model, ModelRoom } from '../model.js';
import { asAdmin, asMember, isFull, mayActOn } from '../rules.js';
import type { Refusal } from '../rules.js';
import { narrate, narrateEnd } from '../narration.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyIn, somebodyInCharge, someUsers, step } from '../step.js';

function same(got: readonly string[], wanted: readonly string[]): void {
  if (got.toSorted().join() !== wanted.toSorted().join())
    throw new Error(`It was ${got.join()}, not ${wanted.join()}.`);
}

function tellAdded(model: Model, room: ModelRoom, actorId: string, userId: string): void {
  model.notify(userId, { kind: 'added', roomId: room.id, messageId: null, actorId });
}

export const addMembers: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userIds = someUsers(model, dice, 3);
  const added = userIds.filter((id) => !room.members.has(id) && !model.isBanned(room, id) && !model.isBlocked(me, id));
  return step({
    by: me,
    says: `adds ${userIds.map(shortOf).join(', ')} to ${nameOf(model, room)}`,
    refusal: asAdmin(room, me, 'member.add') ?? isFull(room, added.length),
    call: (api) => api.room.addMembers({ roomId: room.id, userIds }),
    apply(answer) {
      same(answer.added, added);
      if (added.length === 0) return;
      model.add(room, added);
      narrate(model, room, me, 'member.added', added);
      for (const id of added) tellAdded(model, room, me, id);
    },
  });
};

export const removeMembers: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userIds = someUsers(model, dice, 3);
  const mine = room.members.get(me);
  const removed = userIds.filter((id) => {
    const target = room.members.get(id);
    return target !== undefined && id !== me && mayActOn(mine, target);
  });
  return step({
    by: me,
    says: `removes ${userIds.map(shortOf).join(', ')} from ${nameOf(model, room)}`,
    refusal: asAdmin(room, me, 'member.remove'),
    call: (api) => api.room.removeMembers({ roomId: room.id, userIds }),
    apply(answer) {
      same(answer.removed, removed);
      if (removed.length === 0) return;
      const { ownerId } = room;
      model.remove(room, removed);
      narrateEnd(model, room, me, { event: 'member.removed', userIds: removed, ownerId });
    },
  });
};

export const leave: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  return step({
    by: me,
    says: `leaves ${nameOf(model, room)}`,
    refusal: asMember(room, me) ?? (room.kind === 'direct' ? 'PERMISSION_DENIED' : undefined),
    call: (api) => api.room.leave({ roomId: room.id }),
    apply({ deleted }) {
      const { ownerId } = room;
      model.remove(room, [me]);
      narrateEnd(model, room, me, { event: 'member.left', userIds: [me], ownerId });
      if (deleted !== room.isDeleted) throw new Error(`The room is ${deleted ? '' : 'not '}gone.`);
    },
  });
};

/** Told to those who run the room and want to hear of it. */
function tellAdmins(model: Model, room: ModelRoom, actorId: string): void {
  for (const [id, { role, notify }] of room.members) {
    if (role !== 'member' && notify === 'all') {
      model.notify(id, { kind: 'joinRequest', roomId: room.id, messageId: null, actorId });
    }
  }
}

function joining(model: Model, room: ModelRoom, me: string): Refusal {
  const outside = asMember(room, me);
  if (outside === undefined) return room.kind === 'direct' ? 'PERMISSION_DENIED' : undefined;
  if (outside === 'NOT_FOUND') return outside;
  if (room.settings.joinPolicy === 'invite' || model.isBanned(room, me)) return 'PERMISSION_DENIED';
  return room.settings.joinPolicy === 'open' ? isFull(room, 1) : undefined;
}

export const join: Move = (model, dice) => {
  const me = dice.one(model.users);
  const open = model.livingRooms.filter(
    ({ settings, members }) => settings.visibility === 'public' && !members.has(me),
  );
  const room = dice.rarely(8) || open.length === 0 ? dice.pick([...model.rooms.values()]) : dice.pick(open);
  if (room === undefined) return undefined;
  return step({
    by: me,
    says: `joins ${nameOf(model, room)}`,
    refusal: joining(model, room, me),
    call: (api) => api.room.join({ roomId: room.id }),
    apply({ status }) {
      const isAsking = !room.members.has(me) && room.settings.joinPolicy === 'request';
      if (status !== (isAsking ? 'requested' : 'joined')) throw new Error(`The status was ${status}.`);
      if (isAsking) {
        if (!room.requests.has(me)) tellAdmins(model, room, me);
        room.requests.add(me);
      } else if (!room.members.has(me)) {
        model.add(room, [me]);
        narrate(model, room, me, 'member.joined', [me]);
      }
    },
  });
};

export const answerRequest: Move = (model, dice) => {
  const waiting = model.livingRooms.filter(({ requests }) => requests.size > 0);
  const room = dice.rarely(6) ? dice.pick(model.livingRooms) : dice.pick(waiting);
  if (room === undefined) return undefined;
  const me = (dice.rarely(5) ? undefined : room.ownerId) ?? dice.one(model.users);
  const userId = dice.pick([...room.requests]) ?? dice.one(model.users);
  const accept = !dice.rarely(3);
  const isWaiting = room.requests.has(userId);
  const idle: Refusal = accept && !room.members.has(userId) ? 'CONFLICT' : undefined;
  return step({
    by: me,
    says: `${accept ? 'lets' : 'does not let'} ${shortOf(userId)} into ${nameOf(model, room)}`,
    refusal: asAdmin(room, me) ?? (isWaiting ? (accept ? isFull(room, 1) : undefined) : idle),
    call: (api) => api.room.answerJoinRequest({ roomId: room.id, userId, accept }),
    apply() {
      room.requests.delete(userId);
      if (!isWaiting || !accept) return;
      model.add(room, [userId]);
      narrate(model, room, me, 'member.added', [userId]);
      tellAdded(model, room, me, userId);
    },
  });
};
