'use client';
import { useCallback, useMemo } from 'react';
import type { Presence, UserProfile } from '@confab/shared';
import type { MembersSnapshot, RoomSnapshot, RoomsSnapshot, UnreadSnapshot } from '../live/snapshots.js';
import type { ChatTypes, DefaultTypes } from '../live/types.js';
import { useClient } from './context.js';
import { useOpen, useSnapshot, useWatchedPresence } from './use-snapshot.js';

const noRooms: RoomsSnapshot = { rooms: [], isLoading: true, error: null };
const noRoom: RoomSnapshot = { room: null, status: 'absent', error: null };
const loadingRoom: RoomSnapshot = { room: null, status: 'loading', error: null };
const noMembers: MembersSnapshot = { members: [], isLoading: false, hasMore: false, error: null };
const loadingMembers: MembersSnapshot = { ...noMembers, isLoading: true };
const nothingUnread: UnreadSnapshot = { unread: 0, mentions: 0, isExact: false };

/** The user, as the others see them; `null` until the server has said who it is, nameless before the first room. */
export function useMe(): UserProfile | null {
  return useSnapshot((store) => store.me(), null);
}

/** All rooms of the user, latest activity first. */
export function useRooms(): RoomsSnapshot {
  return useSnapshot((store) => store.rooms(), noRooms);
}

/** One room, also one that is not among the loaded ones. `null`: none. */
export function useRoom(roomId: string | null): RoomSnapshot {
  useOpen(roomId, 'room');
  return useSnapshot(
    (store) => (roomId === null ? noRoom : store.room(roomId)),
    roomId === null ? noRoom : loadingRoom,
  );
}

export interface MembersResult<Types extends ChatTypes = DefaultTypes> extends MembersSnapshot<Types> {
  /** Loads the next ones, of which there are many only in a large room. */
  loadMore(): void;
}

/** Who is in a room, with how far each of them has read it. */
export function useMembers(roomId: string | null): MembersResult {
  const { store } = useClient();
  useOpen(roomId, 'members');
  const members = useSnapshot(
    (own) => (roomId === null ? noMembers : own.members(roomId)),
    roomId === null ? noMembers : loadingMembers,
  );
  const loadMore = useCallback(() => {
    if (roomId !== null) store.loadMembers(roomId);
  }, [store, roomId]);
  return useMemo(() => ({ ...members, loadMore }), [members, loadMore]);
}

/** What is unread in a room, or in all of them when none is named. */
export function useUnread(roomId?: string | null): UnreadSnapshot {
  return useSnapshot((store) => (roomId === null ? nothingUnread : store.unread(roomId)), nothingUnread);
}

/** Whether a user is online; `null` while it is not known, and for those who share no small room with the user. */
export function usePresence(userId: string | null): Presence | null {
  useWatchedPresence(userId);
  return useSnapshot((store) => (userId === null ? null : store.presence(userId)), null);
}
