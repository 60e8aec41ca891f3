import { grants as allGrants } from '@confab/shared';
import { banning, muting } from '../deeds.js';
import type { ModelMember, ModelRoom } from '../model.js';
import { asAdmin, asMember, asOwner, mayActOn } from '../rules.js';
import type { Refusal } from '../rules.js';
import { narrate } from '../narration.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyIn, somebodyInCharge, someUsers, step } from '../step.js';

function membersAmong(room: ModelRoom, userIds: readonly string[]): readonly ModelMember[] {
  return userIds.flatMap((id) => room.members.get(id) ?? []);
}

export const setRole: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userIds = someUsers(model, dice, 2);
  const role = dice.rarely(3) ? 'member' : 'admin';
  const targets = membersAmong(room, userIds);
  const changed = targets.filter((target) => target.role !== role);
  const mine = room.members.get(me);
  const isDenied = changed.some((target) => target.role === 'owner' || !mayActOn(mine, target));
  const isStrange: Refusal = targets.length < userIds.length ? 'CONFLICT' : undefined;
  return step({
    by: me,
    says: `makes ${userIds.map(shortOf).join(', ')} ${role} of ${nameOf(model, room)}`,
    refusal: asAdmin(room, me) ?? isStrange ?? (isDenied ? 'PERMISSION_DENIED' : undefined),
    call: (api) => api.room.setRole({ roomId: room.id, userIds, role }),
    apply() {
      for (const target of changed) target.role = role;
      if (changed.length > 0) room.log.push('member.updated');
    },
  });
};

export const changeGrants: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userIds = someUsers(model, dice, 2);
  const permission = dice.one(allGrants);
  const isGiven = !dice.rarely(3);
  const targets = membersAmong(room, userIds);
  const mine = room.members.get(me);
  const isDenied = targets.some((target) => !mayActOn(mine, target));
  const isStrange: Refusal = targets.length < userIds.length ? 'CONFLICT' : undefined;
  const input = { roomId: room.id, userIds, permissions: [permission] };
  return step({
    by: me,
    says: `${isGiven ? 'grants' : 'revokes'} ${permission} ${userIds.map(shortOf).join(', ')} in ${nameOf(model, room)}`,
    refusal: asAdmin(room, me) ?? isStrange ?? (isDenied ? 'PERMISSION_DENIED' : undefined),
    call: (api) => (isGiven ? api.room.grant(input) : api.room.revoke(input)),
    apply() {
      const changed = targets.filter((target) => target.grants.has(permission) !== isGiven);
      for (const target of changed) {
        const others = [...target.grants].filter((held) => held !== permission);
        target.grants = new Set(isGiven ? [...others, permission] : others);
      }
      if (changed.length > 0) room.log.push('member.updated');
    },
  });
};

export const transfer: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { room } = place;
  const me = (dice.rarely(3) ? undefined : room.ownerId) ?? place.me;
  const userId = dice.one(model.users);
  return step({
    by: me,
    says: `hands ${nameOf(model, room)} to ${shortOf(userId)}`,
    refusal: asOwner(room, me) ?? (room.members.has(userId) ? undefined : 'CONFLICT'),
    call: (api) => api.room.transferOwnership({ roomId: room.id, userId }),
    apply() {
      if (room.ownerId === userId) return;
      model.makeOwner(room, userId);
      narrate(model, room, me, 'room.ownerChanged', [userId]);
    },
  });
};

export const ban: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userId = dice.one(model.users);
  const until = dice.rarely(2) ? model.now + 60_000 : Infinity;
  const deed = banning(model, room, me, { userId, until });
  return step({
    by: me,
    says: `bans ${shortOf(userId)} from ${nameOf(model, room)} ${until === Infinity ? 'for ever' : 'for a minute'}`,
    refusal: deed.refusal,
    call: (api) => api.room.ban({ roomId: room.id, userId, ...(until !== Infinity && { until: new Date(until) }) }),
    apply: deed.apply,
  });
};

export const unban: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userId = dice.pick([...room.bans.keys()]) ?? dice.one(model.users);
  return step({
    by: me,
    says: `lifts the ban of ${shortOf(userId)} from ${nameOf(model, room)}`,
    refusal: asAdmin(room, me),
    call: (api) => api.room.unban({ roomId: room.id, userId }),
    apply: () => void room.bans.delete(userId),
  });
};

export const setMute: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userId = dice.one(model.users);
  const isMute = !dice.rarely(3);
  const until = isMute ? (dice.rarely(2) ? model.now + 60_000 : Infinity) : 0;
  const deed = muting(model, room, me, { userId, until });
  const input = { roomId: room.id, userId };
  return step({
    by: me,
    says: `${isMute ? 'mutes' : 'unmutes'} ${shortOf(userId)} in ${nameOf(model, room)}`,
    refusal: deed.refusal,
    call: (api) =>
      isMute
        ? api.room.mute({ ...input, ...(until !== Infinity && { until: new Date(until) }) })
        : api.room.unmute(input),
    apply: deed.apply,
  });
};

/** Replaces what an app keeps with a membership: one's own, or of somebody of a lower rank. */
export const updateMember: Move = (model, dice) => {
  const place = dice.rarely(2) ? somebodyInCharge(model, dice) : somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const userId = dice.rarely(3) ? dice.one(model.users) : me;
  const colour = dice.roll(3);
  const target = room.members.get(userId);
  const isDenied = target !== undefined && !mayActOn(room.members.get(me), target);
  const standing: Refusal = target === undefined ? 'CONFLICT' : isDenied ? 'PERMISSION_DENIED' : undefined;
  return step({
    by: me,
    says: `gives ${shortOf(userId)} another colour in ${nameOf(model, room)}`,
    refusal: userId === me ? asMember(room, me) : (asAdmin(room, me) ?? standing),
    call: (api) => api.room.updateMember({ roomId: room.id, ...(userId !== me && { userId }), custom: { colour } }),
    apply() {
      if (target === undefined || target.colour === colour) return;
      target.colour = colour;
      room.log.push('member.updated');
    },
  });
};
