import { linkPreviewPermissions } from '@confab/shared/plugins/link-previews';
import type { LinkPreview, LinkPreviewEventData, MessagePreviews } from '@confab/shared/plugins/link-previews';
import type { MessageState } from '@confab/shared';
import { defineClientPlugin } from '../../client-plugin.js';
import type { PluginTools } from '../../client-plugin.js';
import type { PermittedRoom } from '../../permitted.js';
import { createWatched } from '../../live/watched.js';

export type { LinkPreview, LinkPreviewEventData, MessagePreviews } from '@confab/shared/plugins/link-previews';

/** The server's half, as this one calls it. */
interface LinkPreviewCalls {
  readonly list: {
    readonly query: (input: {
      roomId: string;
      messageIds: string[];
    }) => Promise<{ readonly items: readonly MessagePreviews[] }>;
  };
  readonly dismiss: {
    readonly mutate: (input: { messageId: string; url?: string | undefined }) => Promise<MessagePreviews>;
  };
}

interface Told<Type extends string, Data> {
  readonly type: Type;
  readonly roomId?: string | undefined;
  readonly data: Data;
}

type LinkPreviewEvent =
  | Told<'linkPreviews.updated', LinkPreviewEventData['linkPreviews.updated']>
  | Told<'message.deleted', { readonly messageIds: readonly string[] }>
  | Told<'room.limited', unknown>
  | Told<'ready', { readonly resumed: boolean }>;

/** Previews of links, as a client has them. */
export interface LinkPreviewsOffer {
  /**
   * The previews of a message that is watched, in the order of its links: the same array until something in it changes.
   * `undefined` while they are not known.
   */
  previews(messageId: string): readonly LinkPreview[] | undefined;
  /** Keeps the previews of these messages known, as for a page of a room, until the returned function is called. */
  watch(roomId: string, messageIds: readonly string[]): () => void;
  /** Calls the listener after changes. The returned function ends it. With `previews` it fits `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void;
  /** Takes previews off a message for good, all of them or that of one link. Returns those that are left. */
  dismiss(messageId: string, url?: string): Promise<readonly LinkPreview[]>;
  /** Whether the permission table allows to dismiss them, as `client.can`. */
  canDismiss(room: PermittedRoom, message: Pick<MessageState, 'senderId'>): boolean;
}

const none: readonly LinkPreview[] = [];

/** The client half of the plugin `linkPreviews`. Watched previews follow the event stream, over all reconnects. */
export const linkPreviews = defineClientPlugin({
  id: 'linkPreviews',
  permissions: linkPreviewPermissions,
  setup(tools: PluginTools<{ readonly linkPreviews: LinkPreviewCalls }, LinkPreviewEvent>): LinkPreviewsOffer {
    const { on, can, persist } = tools;
    const { linkPreviews: calls } = tools.calls;
    const watched = createWatched<readonly LinkPreview[]>({
      absent: none,
      begin: listen,
      // An event carries all there is, and came after the question.
      later: (put) => put,
      async load(roomId, messageIds, isWanted) {
        const answer = await persist(() => calls.list.query({ roomId, messageIds }), isWanted);
        return answer && new Map(answer.items.map(({ messageId, previews }) => [messageId, previews]));
      },
    });

    function listen(): void {
      on('linkPreviews.updated', ({ data: { messageId, previews } }) => watched.put(messageId, previews));
      on('message.deleted', ({ data }) => {
        for (const messageId of data.messageIds) watched.put(messageId, none);
      });
      on('room.limited', ({ roomId }) => watched.refreshAll('all', roomId));
      on('ready', ({ data }) => watched.refreshAll(data.resumed ? 'unknown' : 'all'));
    }

    return {
      previews: watched.get,
      watch: watched.watch,
      subscribe: watched.subscribe,
      async dismiss(messageId, url) {
        const { previews } = await calls.dismiss.mutate({ messageId, url });
        watched.put(messageId, previews);
        return previews;
      },
      canDismiss: (room, message) => can('linkPreviews.dismiss', room, message) || can('message.moderate', room),
    };
  },
});
