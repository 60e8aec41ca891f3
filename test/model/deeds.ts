import type { Model, ModelMessage, ModelRoom } from './model.js';
import { asAdmin, mayActOn } from './rules.js';
import type { Refusal } from './rules.js';
import { narrateEnd } from './narration.js';

/** What is done by a call of its own, and because of a report as well. */
export interface Deed {
  readonly refusal: Refusal;
  readonly apply: () => void;
}

/** Whom, and until when in milliseconds; `Infinity`: for ever, 0: no longer. */
interface Whom {
  readonly userId: string;
  readonly until: number;
}

/** Takes messages away from everyone, and whoever was told of them hears of it no more. */
export function deleteMessages(model: Model, room: ModelRoom, messages: readonly ModelMessage[]): void {
  const gone = messages.filter(({ isDeleted }) => !isDeleted);
  for (const message of gone) {
    Object.assign(message, { isDeleted: true, isPinned: false, mentions: [] });
    message.reactions.clear();
    model.dropNotices(message.id);
  }
  if (gone.length > 0) room.log.push('message.deleted');
}

export function banning(model: Model, room: ModelRoom, me: string, { userId, until }: Whom): Deed {
  const target = room.members.get(userId);
  const isDenied = userId === me || (target !== undefined && !mayActOn(room.members.get(me), target));
  return {
    refusal: asAdmin(room, me) ?? (isDenied ? 'PERMISSION_DENIED' : undefined),
    apply() {
      room.bans.set(userId, until);
      room.requests.delete(userId);
      model.endInvitations(room, userId);
      if (target === undefined) return;
      const { ownerId } = room;
      model.remove(room, [userId]);
      narrateEnd(model, room, me, { event: 'member.banned', userIds: [userId], ownerId });
    },
  };
}

export function muting(model: Model, room: ModelRoom, me: string, { userId, until }: Whom): Deed {
  const target = room.members.get(userId);
  // Nobody else could take it off an owner.
  const isOwnersOwn = until === 0 && userId === me && target?.role === 'owner';
  const isDenied = target !== undefined && !isOwnersOwn && !mayActOn(room.members.get(me), target);
  const standing: Refusal = target === undefined ? 'CONFLICT' : isDenied ? 'PERMISSION_DENIED' : undefined;
  return {
    refusal: asAdmin(room, me) ?? standing,
    apply() {
      if (target === undefined) return;
      const before = model.isMuted(target) ? target.mutedUntil : 0;
      target.mutedUntil = until;
      if (before !== until) room.log.push('member.updated');
    },
  };
}
