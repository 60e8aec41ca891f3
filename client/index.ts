export { createChatClient } from './client.js';
export type { ChatClient } from './client.js';
export type { PermittedRoom, SaidMessage } from './permitted.js';
export type { ChatContract } from './contract.js';
export { isChatError, isTransportError } from './errors.js';
export type { ChatClientError } from './errors.js';
export type { ChatErrorShape } from './error-shape.js';
export { defineClientPlugin } from './client-plugin.js';
export type { ClientPlugin, PluginTools } from './client-plugin.js';
export type { ChatErrorCodeIn, ChatEventIn } from './router-types.js';
export type { ListenedEvent } from './listeners.js';
export type {
  ChatFailure,
  ListedMessage,
  MembersSnapshot,
  MessagesSnapshot,
  OutgoingMessage,
  RoomSnapshot,
  RoomsSnapshot,
  ThreadSnapshot,
  UnreadSnapshot,
} from './live/snapshots.js';
export type { ChatStore } from './live/store.js';
export type { ChatTypes, DefaultTypes, TypesOf } from './live/types.js';
export type {
  ChatClientOptions,
  ConnectionReason,
  CursorStorage,
  EventSourceClass,
  WebSocketClass,
} from './options.js';
export type { Connection, ConnectionState, ConnectionStatus } from './status.js';
export type * from '@confab/shared';
