import type { JoinPolicy } from '@confab/shared';
import { plainSettings } from '../model.js';
import type { ModelMember, ModelRoom, ModelSettings } from '../model.js';
import { asAdmin, asMember, asOwner } from '../rules.js';
import type { Refusal } from '../rules.js';
import { narrate } from '../narration.js';
import type { Move } from '../step.js';
import { nameOf, shortOf, somebodyIn, somebodyInCharge, someUsers, step } from '../step.js';

/** Makes a group or channel. */
export const createRoom: Move = (model, dice) => {
  const me = dice.one(model.users);
  const kind = dice.rarely(4) ? 'channel' : 'group';
  const others = someUsers(model, dice, 4).filter((id) => id !== me);
  const visibility = dice.rarely(3) ? 'public' : 'private';
  const open: JoinPolicy = visibility === 'public' ? 'open' : 'invite';
  const joinPolicy = dice.rarely(3) ? dice.one<JoinPolicy>(['request', 'invite', 'open']) : open;
  const history = dice.rarely(4) ? 'sinceJoin' : 'all';
  const maxMembers = dice.rarely(5) ? 3 : 100;
  const founders = [me, ...others];
  const slowModeSeconds = dice.rarely(5) ? 30 : 0;
  const set = { visibility, joinPolicy, history, maxMembers, slowModeSeconds } as const;
  const name = `Room ${model.rooms.size}`;
  const blocked: Refusal = others.some((id) => model.isBlocked(me, id)) ? 'PERMISSION_DENIED' : undefined;
  return step({
    by: me,
    says: `creates a ${visibility} ${kind} with ${others.map(shortOf).join(', ')} (${JSON.stringify(set)})`,
    refusal: blocked ?? (founders.length > maxMembers ? 'CONFLICT' : undefined),
    call: (api) => api.room.create({ kind, name, members: others, ...set }),
    apply: ({ id }) => model.create({ id, kind, founders, ownerId: me, settings: { ...plainSettings, name, ...set } }),
  });
};

/** Makes a direct room, or finds it. */
export const createDirect: Move = (model, dice) => {
  const [me, other] = [dice.one(model.users), dice.one(model.users)];
  const known = model.directOf(me, other);
  const blocked: Refusal = known === undefined && model.isBlocked(me, other) ? 'PERMISSION_DENIED' : undefined;
  return step({
    by: me,
    says: `creates a direct room with ${shortOf(other)}`,
    refusal: me === other ? 'VALIDATION' : blocked,
    call: (api) => api.room.create({ kind: 'direct', members: [other] }),
    apply({ id, created }) {
      if (created !== (known === undefined) || (known ?? { id }).id !== id) throw new Error('There are two of a pair.');
      if (created)
        model.create({
          id,
          kind: 'direct',
          founders: [me, other],
          ownerId: null,
          settings: { ...plainSettings, maxMembers: 2 },
        });
    },
  });
};

function patchOf(room: ModelRoom, roll: (sides: number) => number): Partial<ModelSettings> {
  switch (roll(8)) {
    case 0:
      return { name: `Room ${roll(3)}` };
    case 1:
    case 2:
      return { locked: roll(2) === 0 };
    case 3:
      return { slowModeSeconds: roll(2) === 0 ? 30 : 0 };
    case 4:
      return { visibility: roll(2) === 0 ? 'public' : 'private' };
    case 5:
      return { joinPolicy: (['open', 'request', 'invite'] as const)[roll(3)] ?? 'open' };
    case 6:
      return { history: roll(2) === 0 ? 'sinceJoin' : 'all' };
    default:
      return { maxMembers: Math.max(1, room.members.size - 1 + roll(3)) };
  }
}

export const updateRoom: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const patch = patchOf(room, (sides) => dice.roll(sides));
  const isTooSmall = (patch.maxMembers ?? Infinity) < room.members.size;
  return step({
    by: me,
    says: `sets ${JSON.stringify(patch)} of ${nameOf(model, room)}`,
    refusal: asAdmin(room, me) ?? (isTooSmall ? 'CONFLICT' : undefined),
    call: (api) => api.room.update({ roomId: room.id, ...(patch as { name?: string }) }),
    apply() {
      const before = { ...room.settings };
      Object.assign(room.settings, patch);
      if (JSON.stringify(room.settings) === JSON.stringify(before)) return;
      room.log.push('room.updated');
      if (room.settings.name !== before.name) narrate(model, room, me, 'room.renamed');
    },
  });
};

export const deleteRoom: Move = (model, dice) => {
  const place = somebodyInCharge(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  return step({
    by: me,
    says: `deletes ${nameOf(model, room)}`,
    refusal: room.kind === 'direct' ? asMember(room, me) : asOwner(room, me),
    call: (api) => api.room.delete({ roomId: room.id }),
    apply: () => model.delete(room),
  });
};

export const setPreferences: Move = (model, dice) => {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { me, room } = place;
  const set = dice.one<Partial<Pick<ModelMember, 'notify' | 'archived' | 'pinned'>>>([
    { notify: 'mentions' },
    { notify: 'none' },
    { notify: 'all' },
    { archived: true },
    { archived: false },
    { pinned: true },
    { pinned: false },
  ]);
  const member = room.members.get(me);
  return step({
    by: me,
    says: `prefers ${JSON.stringify(set)} in ${nameOf(model, room)}`,
    refusal: asMember(room, me),
    call: (api) => api.room.setPreferences({ roomId: room.id, ...set }),
    apply() {
      if (member === undefined) return;
      const before = JSON.stringify(member);
      Object.assign(member, set);
      if (JSON.stringify(member) !== before) model.tell(me, 'preferences.updated');
    },
  });
};
