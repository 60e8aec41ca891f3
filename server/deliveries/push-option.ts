import type { MessageState, PushRegistration, RoomKind, UserProfile } from '@confab/shared';
import type { PushKind } from '../operations/notifications/push-decision.js';

/** What a device is told. */
export interface PushNotification {
  readonly kind: PushKind;
  readonly roomId: string;
  readonly room: {
    readonly kind: RoomKind;
    /** `null` for a direct room: who it is with is the sender. */
    readonly name: string | null;
    readonly image: string | null;
  };
  /** `null` when it is not about a message. */
  readonly messageId: string | null;
  /** As it reads now. */
  readonly message: MessageState | null;
  /** Who it is by. */
  readonly senderId: string;
  readonly sender: UserProfile;
  /** What the user has not read, over all rooms, as `notification.unread` counts it: the number on the app's icon. */
  readonly unread: { readonly total: number; readonly mentions: number };
  /** When it happened. */
  readonly at: Date;
}

/** One push to one device. */
export interface Push {
  /** Stays the same however often this push is tried: hand it on as the key under which a repetition is dropped. */
  readonly id: string;
  readonly subscription: {
    readonly id: string;
    readonly userId: string;
    /** As `push.subscribe` was given it. */
    readonly registration: PushRegistration;
  };
  readonly notification: PushNotification;
}

/** What became of a push. */
export type PushResult = void | undefined | { readonly gone: boolean };

/** How devices that are not connected are reached. */
export interface PushOption {
  /**
   * Hands one push to the push service of the device. Called once per device and event, from one node; when it throws or
   * takes longer than `timeoutMs`, again later with the same `id` (5 s, 15 s, 45 s, … up to 6 h, eight times in all). `{ gone:
   * true }`, or a `PushGoneError`, says that the device can't be reached any more: its subscription is removed.
   *
   * @param options.signal aborted when nobody waits for it any more
   */
  deliver(push: Push, options: { readonly signal: AbortSignal }): PushResult | Promise<PushResult>;
  /** How long one call may take, in milliseconds, 1 to 60,000. @default 10_000 */
  readonly timeoutMs?: number;
  /** Calls at once, on each node, 1 to 100. @default 16 */
  readonly concurrency?: number;
  /** What happened longer ago than this, in milliseconds, is not pushed any more. @default 86_400_000 (a day) */
  readonly maxAgeMs?: number;
}

/** Throw it from `push.deliver` to say that a device can't be reached any more. */
export class PushGoneError extends Error {
  override readonly name = 'PushGoneError';
}
