import { narrate } from '../narration.js';
import { asAdmin, isFull } from '../rules.js';
import type { Refusal } from '../rules.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyInCharge, step } from '../step.js';

export const createInvite: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const maxUses = dice.rarely(2) ? 1 : null;
  const expiresAt = dice.rarely(3) ? model.now + 60_000 : Infinity;
  return step({
    by: me,
    says: `makes an invite to ${nameOf(model, room)} for ${maxUses ?? 'any'} uses`,
    refusal: asAdmin(room, me),
    call: (api) =>
      api.room.createInvite({
        roomId: room.id,
        ...(maxUses !== null && { maxUses }),
        ...(expiresAt !== Infinity && { expiresAt: new Date(expiresAt) }),
      }),
    apply({ id, token }) {
      const terms = { userId: null, maxUses, expiresAt };
      room.invites.push({ id, by: me, token, ...terms, uses: 0, isClosed: false });
    },
  });
};

/** Somebody is asked in by name, of which they are told once. */
export const inviteUser: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const outside = model.users.filter((id) => !room.members.has(id));
  const userId = (dice.rarely(4) ? undefined : dice.pick(outside)) ?? dice.one(model.users);
  const expiresAt = dice.rarely(3) ? model.now + 60_000 : Infinity;
  const isOut = model.isBlocked(me, userId) || model.isBanned(room, userId);
  return step({
    by: me,
    says: `invites ${shortOf(userId)} to ${nameOf(model, room)}`,
    refusal: asAdmin(room, me) ?? (room.members.has(userId) ? 'CONFLICT' : isOut ? 'PERMISSION_DENIED' : undefined),
    call: (api) =>
      api.room.createInvite({
        ...{ roomId: room.id, userId },
        ...(expiresAt !== Infinity && { expiresAt: new Date(expiresAt) }),
      }),
    apply({ id, token }) {
      const wasTold = room.invites.some((invite) => invite.userId === userId && model.isUsable(invite));
      model.endInvitations(room, userId);
      room.invites.push({ id, by: me, token, userId, maxUses: 1, expiresAt, uses: 0, isClosed: false });
      if (!wasTold) model.notify(userId, { kind: 'invite', roomId: room.id, messageId: null, actorId: me });
    },
  });
};

export const acceptInvite: Move = (model, dice) => {
  const all = [...model.rooms.values()].flatMap((room) => room.invites.map((invite) => ({ room, invite })));
  const found = dice.pick(all);
  if (found === undefined) return undefined;
  const { room, invite } = found;
  // Those that are for one user alone are mostly taken up by them.
  const me = dice.rarely(4) ? dice.one(model.users) : (invite.userId ?? dice.one(model.users));
  const isByName = invite.userId !== null && !dice.rarely(3);
  const isMine = invite.userId === null || invite.userId === me;
  const isIn = room.members.has(me);
  const outside: Refusal = model.isBanned(room, me) ? 'PERMISSION_DENIED' : isFull(room, 1);
  const entry: Refusal = model.isUsable(invite) ? outside : 'NOT_FOUND';
  return step({
    by: me,
    says: `accepts an invite to ${nameOf(model, room)}${isByName ? ' by its id' : ''}`,
    refusal: room.isDeleted || !isMine ? 'NOT_FOUND' : isIn ? undefined : entry,
    call: (api) => api.room.acceptInvite(isByName ? { id: invite.id } : { token: invite.token }),
    apply() {
      if (isIn) return;
      invite.uses += 1;
      invite.isClosed ||= invite.maxUses !== null && invite.uses >= invite.maxUses;
      model.add(room, [me]);
      narrate(model, room, me, 'member.joined', [me]);
    },
  });
};

export const revokeInvite: Move = (model, dice) => {
  const me = dice.one(model.users);
  const found = dice.pick(model.livingRooms.flatMap((room) => room.invites.map((invite) => ({ room, invite }))));
  if (found === undefined) return undefined;
  const { room, invite } = found;
  return step({
    by: me,
    says: `revokes an invite to ${nameOf(model, room)}`,
    refusal: asAdmin(room, me),
    call: (api) => api.room.revokeInvite({ roomId: room.id, id: invite.id }),
    apply: () => void (invite.isClosed = true),
  });
};

export const declineInvite: Move = (model, dice) => {
  const all = [...model.rooms.values()].flatMap((room) => room.invites.map((invite) => ({ room, invite })));
  const found = dice.pick(all.filter(({ invite }) => invite.userId !== null));
  if (found === undefined) return undefined;
  const { room, invite } = found;
  const me = dice.rarely(4) ? dice.one(model.users) : (invite.userId ?? dice.one(model.users));
  return step({
    by: me,
    says: `declines an invite to ${nameOf(model, room)}`,
    refusal: invite.userId === me ? undefined : 'NOT_FOUND',
    call: (api) => api.room.declineInvite({ id: invite.id }),
    apply: () => void (invite.isClosed = true),
  });
};
