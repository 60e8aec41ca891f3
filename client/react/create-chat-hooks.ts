'use client';
import type { FunctionComponent } from 'react';
import type { AnyTRPCRouter } from '@trpc/server';
import type { Presence, UserProfile } from '@confab/shared';
import type { ChatClient } from '../client.js';
import type { ListenedEvent } from '../listeners.js';
import type { RoomSnapshot, RoomsSnapshot, UnreadSnapshot } from '../live/snapshots.js';
import type { TypesOf } from '../live/types.js';
import type { ChatEventIn } from '../router-types.js';
import { ChatProvider, useClient } from './context.js';
import type { ChatProviderProps } from './context.js';
import { useConnection } from './use-connection.js';
import type { ConnectionResult } from './use-connection.js';
import { useEvent } from './use-event.js';
import { useAutoRead, useMessages, useSend, useTyping } from './use-messages.js';
import type { MessagesResult, SendResult, TypingResult } from './use-messages.js';
import { useMe, useMembers, usePresence, useRoom, useRooms, useUnread } from './use-room.js';
import type { MembersResult } from './use-room.js';
import { useThread } from './use-thread.js';
import type { ThreadResult } from './use-thread.js';

/** The hooks, with the types of one router. Each is described where it is exported by itself. */
export interface ChatHooks<Router extends AnyTRPCRouter> {
  readonly ChatProvider: FunctionComponent<ChatProviderProps<Router>>;
  useClient(this: void): ChatClient<Router>;
  useMe(this: void): UserProfile | null;
  useRooms(this: void): RoomsSnapshot<TypesOf<Router>>;
  useRoom(this: void, roomId: string | null): RoomSnapshot<TypesOf<Router>>;
  useMessages(this: void, roomId: string | null): MessagesResult<TypesOf<Router>>;
  useThread(this: void, roomId: string | null, threadId: string | null): ThreadResult<TypesOf<Router>>;
  useMembers(this: void, roomId: string | null): MembersResult<TypesOf<Router>>;
  useTyping(this: void, roomId: string | null): TypingResult;
  useUnread(this: void, roomId?: string | null): UnreadSnapshot;
  useAutoRead(this: void, roomId: string | null): void;
  usePresence(this: void, userId: string | null): Presence | null;
  useConnection(this: void): ConnectionResult;
  useEvent<Type extends ChatEventIn<Router>['type'] | '*'>(
    this: void,
    type: Type,
    listener: (event: ListenedEvent<Type, ChatEventIn<Router>>) => void,
  ): void;
  useSend(this: void, roomId: string | null): SendResult<TypesOf<Router>>;
}

const hooks = {
  ChatProvider,
  useClient,
  useMe,
  useRooms,
  useRoom,
  useMessages,
  useThread,
  useMembers,
  useTyping,
  useUnread,
  useAutoRead,
  usePresence,
  useConnection,
  useEvent,
  useSend,
};

/**
 * The same hooks with the types of a router: a host's custom fields, its plugins' procedures and events come through
 * without a cast. The functions are the ones that are exported by themselves, so both may be used below one provider.
 *
 * @example
 * export const { ChatProvider, useMessages, useSend } = createChatHooks<AppRouter>();
 */
export function createChatHooks<Router extends AnyTRPCRouter>(): ChatHooks<Router> {
  // What they return is what the router answered; only the compiler has to be told.
  return hooks as unknown as ChatHooks<Router>;
}
