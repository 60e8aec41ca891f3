import { useMemo } from 'react';
import type { Member, RoomListItem } from '@confab/client';

interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** What a person is called. */
export function nameOf(user: Named | null | undefined): string {
  return user?.name ?? user?.id ?? 'Someone';
}

export function titleOf(room: RoomListItem): string {
  return room.kind === 'direct' ? nameOf(room.peer) : (room.name ?? 'Room');
}

/** What the members of a room are called, by id: the same map while nobody comes, goes or is renamed. */
export function useNames(members: readonly Member[]): ReadonlyMap<string, string> {
  const text = JSON.stringify(members.map(({ userId, user }) => [userId, nameOf(user)]));
  return useMemo(() => new Map(JSON.parse(text) as [string, string][]), [text]);
}
