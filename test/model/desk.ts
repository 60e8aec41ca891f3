import type { ChatEvent, Draft, Notification, NotificationPreferences } from '@confab/shared';

/** What there is for one user alone, as it is asked for. */
export interface Papers {
  readonly notifications: readonly Notification[];
  readonly drafts: readonly Draft[];
  readonly preferences: NotificationPreferences;
}

/** A draft as a device tells it apart from others. */
export interface HeldDraft {
  readonly roomId: string;
  readonly threadId: string | null;
  readonly content: string;
}

/**
 * What a device knows of what is for its user alone: what was aimed at them, what they have begun to write, how they want
 * to be disturbed. It begins with the lists as they are when the device comes, and goes on by what it is told, as an app
 * does that shows this beside the rooms.
 */
export class Desk {
  readonly #userId: string;
  readonly #notifications = new Map<string, Notification>();
  readonly #drafts = new Map<string, HeldDraft>();
  /** Messages known to be deleted: nobody is told of a room and of oneself in one order. */
  readonly #gone = new Set<string>();
  #preferences: NotificationPreferences | undefined;
  #isStale = true;

  constructor(userId: string) {
    this.#userId = userId;
  }

  get notifications(): readonly Notification[] {
    const isThere = ({ messageId }: Notification): boolean => messageId === null || !this.#gone.has(messageId);
    return [...this.#notifications.values()].filter(isThere);
  }

  get drafts(): readonly HeldDraft[] {
    return [...this.#drafts.values()];
  }

  get preferences(): NotificationPreferences | undefined {
    return this.#preferences;
  }

  /** Whether there may be more, or less, than was told. */
  get isStale(): boolean {
    return this.#isStale;
  }

  load({ notifications, drafts, preferences }: Papers): void {
    this.#notifications.clear();
    this.#drafts.clear();
    for (const notification of notifications) this.#notifications.set(notification.id, notification);
    for (const draft of drafts) this.#put(draft);
    this.#preferences = preferences;
    this.#isStale = false;
  }

  hear(event: ChatEvent): void {
    switch (event.type) {
      case 'notification':
        this.#notifications.set(event.data.notification.id, event.data.notification);
        break;
      case 'draft.updated':
        this.#put({ ...event.data, content: event.data.draft?.content ?? '' });
        break;
      case 'notifications.updated':
        this.#preferences = event.data;
        break;
      case 'message.deleted':
        for (const id of event.data.messageIds) this.#gone.add(id);
        break;
      case 'message.created':
      case 'message.updated':
        if (event.data.message.deletedAt !== null) this.#gone.add(event.data.message.id);
        break;
      case 'ready':
        this.#isStale ||= !event.data.resumed;
        break;
      case 'room.limited':
      case 'resync':
        this.#isStale = true;
        break;
      case 'member.added':
        // What became of a room's things while one was not in it was not told.
        this.#isStale ||= event.data.members.some(({ userId }) => userId === this.#userId);
        break;
      default:
    }
  }

  #put({ roomId, threadId, content }: HeldDraft): void {
    const key = `${roomId} ${threadId ?? ''}`;
    if (content === '') this.#drafts.delete(key);
    else this.#drafts.set(key, { roomId, threadId, content });
  }
}
