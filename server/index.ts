export { createChat } from './create-chat.js';
export type { Chat, ChatCaller, ChatCalls, ChatEvents, ChatWebSocketsOptions, LoggedEventOf } from './chat.js';
export type { RoomRetention } from './host/room-calls.js';
export type { SystemCalls } from './host/system-calls.js';
export type { KnownUser } from './host/user-calls.js';
export type { Erased } from './operations/erasure/erase-user.js';
export type { UserRecord } from './operations/erasure/export-user.js';
export type { ExportedData, ExportedRecord, ExportedType } from './store/erasure/export-data.js';
export type { UserBan } from './store/users/user-bans.js';
export type { ChatOptions } from './chat-options.js';
export type { ChatBuilder, MemberContext, MessageContext, RoomContext, UserContext } from './extend/builders.js';
export { renderedEvent } from './extend/data/definitions.js';
export type { CustomSchemas, EventDefinitions, MessageSchemas, RenderedEvent } from './extend/data/definitions.js';
export type { Hooks, OperationHook, SessionHooks } from './extend/hooks/hooks.js';
export type { SignedUpload, UploadRequest, Uploads } from './extend/uploads.js';
export type { CommittedNotification, NotifiableEvent, Notify } from './extend/notify.js';
export { definePlugin, pluginModels } from './extend/plugins/plugin.js';
export type {
  ChatPlugin,
  Gone,
  PluginDefinition,
  PluginModels,
  PluginResource,
  PluginUserRecord,
} from './extend/plugins/plugin.js';
export type {
  Admitted,
  EventTarget,
  PluginKit,
  PluginRead,
  PluginWrite,
  Reached,
} from './extend/plugins/plugin-kit.js';
export { PushGoneError } from './deliveries/push-option.js';
export type { Push, PushNotification, PushOption, PushResult } from './deliveries/push-option.js';
export type { WebhookPayload } from './deliveries/webhook-channel.js';
export type { Delivery, SystemDeliveryCalls } from './host/delivery-calls.js';
export { verifyWebhook, WebhookVerificationError } from './webhooks/verify.js';
export type { ReceivedWebhook } from './webhooks/verify.js';
export type { WebhookOption } from './webhooks/webhook-option.js';
export type { Presenters } from './extend/data/presenters.js';
export type { ChatScope } from './extend/scope.js';
export type { PlainShape, Shape, ShapeOf } from './extend/types/shape.js';
export type { ChatProcedures } from './router/builders.js';
export type { ErrorHandling } from './router/told.js';
export type { Bus, BusMessage, Audience } from './bus/bus.js';
export { memoryBus, memoryWire } from './bus/memory.js';
export type { MemoryWire } from './bus/memory.js';
export type { WebSockets } from './front/options.js';
export type { CanTarget, Permission } from './policy/can.js';
export type { PermissionOverride, PermissionOverrides, PermissionQuestion } from './policy/policy.js';
export type { ChatErrorShape, ChatErrorShapeData } from './trpc/error-shape.js';
export type { ChatRouter } from './router/index.js';
export { ChatConfigError } from './settings.js';
export type { Settings, SettingsInput } from './settings.js';
export type { HostClient, HostClients, TxOf } from './store/client.js';
export { prismaStore } from './store/prisma-store.js';
export type { PrismaStoreOptions } from './store/prisma-store.js';
export { sqliteRetry } from './store/sqlite-retry.js';
export type { ChatStore } from './store/port.js';
export type { Viewer } from './viewer.js';
export type { OwnColumns } from './store/present/presentation.js';
