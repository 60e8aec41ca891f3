/**
 * Words of Confab.
 *
 * - user: someone the host knows, by an opaque string id. Confab never owns passwords.
 * - room: a direct chat, a group or a channel. Its members see its log.
 * - member: a user who is in a room now. Roles and grants count only for members.
 * - event: one thing that happened in a room, with the next `seq` of that room's log.
 * - log: all events; every room has a gapless `seq`, every shard of the log a gapless `pos`.
 * - cursor: how far a stream has come, over all shards. It grants nothing.
 * - stream: one subscription to everything a user may see.
 * - mark: how far a member has received or read a room, by `seq`. It only moves forward.
 * - tailer: reads the log in order and hands it to the hub; the hub routes it to the streams of its node.
 * - front: what stands before tRPC on a WebSocket.
 */
export * from './drafts.js';
export * from './events.js';
export * from './json.js';
export * from './marks.js';
export * from './messages.js';
export * from './notifications.js';
export * from './pages.js';
export * from './people.js';
export * from './rooms.js';
export * from './scheduled.js';
export * from './threads.js';
export { reportActions } from './reports.js';
export type { Report, ReportAction, ReportState } from './reports.js';
export type { PushRegistration } from './push.js';
export type { DoNotDisturb, NotificationPreferences, QuietHours } from './notification-preferences.js';
export { ChatError, errorCodes, invalid } from './errors.js';
export type {
  ChatErrorCode,
  ChatErrorData,
  ChatErrorDetails,
  ErrorDefinition,
  ErrorDefinitions,
  InputIssue,
  TrpcErrorName,
} from './errors.js';
export { closeCodes, shouldComeBack } from './close-codes.js';
export type { CloseReason } from './close-codes.js';
export {
  cursorLength,
  defaultLimits,
  defaultSocketLimits,
  receiptRoomSize,
  replayLimits,
  searchQueryLength,
} from './limits.js';
export type { Limits, Rate, SocketLimits } from './limits.js';
export { outranks, permissionTable, procedurePermissions, rule, ruledAs } from './permissions.js';
export type {
  MemberFacts,
  PermissionTable,
  ProcedureName,
  ProcedurePermission,
  RoomAction,
  RoomFacts,
  Rule,
  Rules,
  Situation,
  Verdict,
} from './permissions.js';
export { checkCustom } from './custom.js';
export type { CustomLimits } from './custom.js';
export { isForbiddenKey } from './keys.js';
export { checkRoomName, checkText, cleanName, hasRefusedCharacters, isBlank, utf8Bytes } from './text.js';
export type { TextLimits } from './text.js';
export { guardedDeserialize, transformer } from './transformer.js';
