import type { MemberRow } from '../store/rows.js';
import type { NewNotification } from '../store/messages/notifications.js';
import type { NotificationKind } from '@confab/shared';

/** What may be worth telling one person. */
export interface NotifiableEvent {
  readonly kind: NotificationKind;
  readonly roomId: string;
  readonly messageId: string | null;
  /** Who it is by. */
  readonly actorId: string;
  readonly at: Date;
}

/** A notification that was committed. */
export interface CommittedNotification extends NotifiableEvent {
  readonly id: string;
  readonly userId: string;
}

/** A host's own rule of who is notified, and where that goes beside the table. */
export interface Notify {
  /**
   * Whether this member is to hear of it; `next` asks their preferences. Pure and quick: it runs inside the transaction,
   * perhaps more than once. When it throws, that is logged and the preferences decide. It is not asked about one's own
   * doing, about invites (who gets one is no member), nor with the setting `notifications: false`.
   *
   * @default the member's `notify`: `all` of it, `mentions` and replies only, or `none`
   */
  decide?(event: NotifiableEvent, member: MemberRow, next: () => boolean): boolean;
  /** After the commit, once per call that notified anybody; what it throws is logged. */
  deliver?(batch: readonly CommittedNotification[]): void | Promise<void>;
}

/** The rule and the sink, resolved. */
export interface Notifier {
  decides(event: NotifiableEvent, member: MemberRow): boolean;
  /** To be called after the commit. Never throws. */
  delivered(notifications: readonly NewNotification[]): void;
}
