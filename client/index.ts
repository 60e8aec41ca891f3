export { createChatClient } from './client.js';
export type { ChatClient, PermittedRoom } from './client.js';
export type { ChatContract } from './contract.js';
export { isChatError, isTransportError } from './errors.js';
export type { ChatClientError } from './errors.js';
export type { ListenedEvent } from './listeners.js';
export type {
  ChatClientOptions,
  ConnectionReason,
  CursorStorage,
  EventSourceClass,
  WebSocketClass,
} from './options.js';
export type { Connection, ConnectionState, ConnectionStatus } from './status.js';
export type * from '@confab/shared';
