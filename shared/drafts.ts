import type { JsonObject } from './json.js';
import type { Attachment, Mention, MessageFormat } from './messages.js';

/** What somebody has begun to write in a room, or in a thread of it. Nobody else sees it. */
export interface Draft {
  readonly roomId: string;
  /** `null`: in the room itself. */
  readonly threadId: string | null;
  readonly content: string;
  readonly format: MessageFormat;
  readonly attachments: readonly Attachment[];
  readonly mentions: readonly Mention[];
  /** Perhaps of a message that is gone by now: it is looked at when the message is sent. */
  readonly replyToId: string | null;
  readonly custom: JsonObject;
  readonly updatedAt: Date;
}
