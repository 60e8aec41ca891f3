import { rule } from '@confab/shared';
import type { Call } from './calls.js';
import { roomKinds, situationOf } from './world.js';
import type { Actor, RoomName } from './world.js';

export const roomNames = Object.keys(roomKinds) as readonly RoomName[];

/** What the table says of a call; short, as it fills pages. */
export function expected(
  { actions, isSender = false, isHidden, expected: special }: Call,
  room: RoomName,
  actor: Actor,
): string {
  if (actor === 'anonymous') return 'UNAUTHENTICATED';
  const given = special?.(actor, room);
  if (given !== undefined || actions === undefined) return given ?? 'allowed';
  const verdicts = actions.map((action) => rule(action, situationOf(room, actor, isSender)));
  const told = isHidden === true ? (['allowed'] as const) : (['allowed', 'PERMISSION_DENIED'] as const);
  return told.find((verdict) => verdicts.includes(verdict)) ?? 'NOT_FOUND';
}
