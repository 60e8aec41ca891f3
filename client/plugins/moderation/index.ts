import { moderationPermissions } from '@confab/shared/plugins/moderation';
import type { ModerationEventData, ModerationItem, ModerationRefusal } from '@confab/shared/plugins/moderation';
import { defineClientPlugin } from '../../client-plugin.js';
import type { PluginTools } from '../../client-plugin.js';
import type { PermittedRoom } from '../../permitted.js';

export type {
  ModerationCounts,
  ModerationEventData,
  ModerationItem,
  ModerationRefusal,
  ModerationReport,
  ModerationRule,
  ModerationState,
  ModerationSubject,
  OwnModerationItem,
  ShadowMute,
} from '@confab/shared/plugins/moderation';

interface Decided {
  readonly mutate: (input: { itemId: string; note?: string | undefined }) => Promise<ModerationItem>;
}

/** The server's half, as this one calls it. */
interface ModerationCalls {
  readonly flag: {
    readonly mutate: (input: { messageId: string; reason?: string | undefined }) => Promise<unknown>;
  };
  readonly approve: Decided;
  readonly reject: Decided;
}

type Told<Type extends keyof ModerationEventData> = {
  readonly [Each in Type]: { readonly type: Each; readonly data: ModerationEventData[Each] };
}[Type];

/** What became of something that was not said at once. */
export type NotSaid =
  | { readonly kind: 'held'; readonly itemId: string | null }
  /** `rule` and `reason` as far as the host tells them. */
  | { readonly kind: 'blocked'; readonly rule: ModerationRefusal['rule'] | null; readonly reason: string | null };

/** Moderation, as a client has it. */
export interface ModerationOffer {
  /** Whether an error of a send or an edit says that it was held or blocked; `null`: it is another error. */
  notSaid(error: unknown): NotSaid | null;
  /** Reports a message to the moderators; again by the same person changes nothing. */
  flag(messageId: string, reason?: string): Promise<void>;
  approve(itemId: string, note?: string): Promise<ModerationItem>;
  reject(itemId: string, note?: string): Promise<ModerationItem>;
  /** Something waits for this moderator. The returned function ends it. */
  onQueued(listener: (item: ModerationEventData['moderation.queued']) => void): () => void;
  /** Something of this author's was decided. The returned function ends it. */
  onDecided(listener: (item: ModerationEventData['moderation.decided']) => void): () => void;
  /** Whether the permission table allows to decide in this room, as `client.can`. */
  canReview(room: PermittedRoom): boolean;
  /** The same for having somebody be heard by nobody. */
  canShadowMute(room: PermittedRoom): boolean;
}

/** The client half of the plugin `moderation`. */
export const moderation = defineClientPlugin({
  id: 'moderation',
  permissions: moderationPermissions,
  setup(
    tools: PluginTools<
      { readonly moderation: ModerationCalls },
      Told<'moderation.queued'> | Told<'moderation.decided'>
    >,
  ): ModerationOffer {
    const { on, can, isChatError } = tools;
    const { moderation: calls } = tools.calls;
    const more = (note: string | undefined) => (note === undefined ? {} : { note });
    return {
      notSaid(error) {
        if (!isChatError<'MESSAGE_HELD' | 'MESSAGE_BLOCKED'>(error)) return null;
        const { code, details } = error.data.chat;
        // The plugin's own errors carry this.
        const data = (details?.data ?? {}) as ModerationRefusal;
        if (code === 'MESSAGE_HELD') return { kind: 'held', itemId: data.itemId ?? null };
        if (code !== 'MESSAGE_BLOCKED') return null;
        return { kind: 'blocked', rule: data.rule ?? null, reason: data.reason ?? null };
      },
      async flag(messageId, reason) {
        await calls.flag.mutate(reason === undefined ? { messageId } : { messageId, reason });
      },
      approve: (itemId, note) => calls.approve.mutate({ itemId, ...more(note) }),
      reject: (itemId, note) => calls.reject.mutate({ itemId, ...more(note) }),
      onQueued: (listener) => on('moderation.queued', ({ data }) => listener(data)),
      onDecided: (listener) => on('moderation.decided', ({ data }) => listener(data)),
      canReview: (room) => can('moderation.review', room),
      canShadowMute: (room) => can('moderation.shadowMute', room),
    };
  },
});
