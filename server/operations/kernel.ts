import type { UserProfile } from '@confab/shared';
import type { CustomData } from '../extend/data/custom-data.js';
import type { Keepers } from '../extend/plugins/keepers.js';
import type { HookRunner } from '../extend/hooks/hook-runner.js';
import type { SignUpload } from '../extend/create-uploads.js';
import type { Notifier } from '../extend/notify.js';
import type { AccessCache } from '../policy/access-cache.js';
import type { Policy } from '../policy/policy.js';
import type { Clock, Ids } from '../ports.js';
import type { Settings } from '../settings.js';
import type { ChatStore } from '../store/port.js';
import type { Streams } from '../events/streams.js';
import type { Directory } from './users/directory.js';
import type { Exclusions } from './users/exclusions.js';
import type { Sessions } from './users/sessions.js';
import type { TypingClock } from './messages/typing-clock.js';
import type { ReceiptPace } from './messages/receipt-pace.js';
import type { OwnEvents } from '../store/extension.js';

/** What every operation of one chat works with. */
export interface Kernel {
  readonly store: ChatStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly settings: Settings;
  readonly policy: Policy;
  readonly access: AccessCache;
  readonly streams: Streams;
  /** Who is a user, and what they are called. */
  readonly directory: Directory;
  readonly sessions: Sessions;
  /** Whom the host keeps out. */
  readonly exclusions: Exclusions;
  /** Ends `typing` by itself and swallows repeats. */
  readonly typing: TypingClock;
  /** At most one receipt a second per user and room leaves the node. */
  readonly receipts: ReceiptPace;
  /** What hosts and plugins put around operations. */
  readonly hooks: HookRunner;
  /** What plugins keep of users and messages. */
  readonly keepers: Keepers;
  readonly custom: CustomData;
  /** The events that hosts and plugins declared. */
  readonly ownEvents: OwnEvents;
  /** Who is notified, and where that goes. */
  readonly notifier: Notifier;
  /** Has the host sign uploads; `undefined` when it signs none. */
  readonly signUpload: SignUpload | undefined;
}

/** Who calls. */
export interface Caller {
  readonly userId: string;
  readonly profile: UserProfile;
  /** The device; `null` for calls from the host's own code. */
  readonly sessionId: string | null;
  /** The socket; `null` for HTTP and for calls from the host's own code. */
  readonly connectionId: string | null;
  /** When their credentials were issued, if they say. */
  readonly issuedAt?: Date | undefined;
  /** The host itself: no permission is checked, no rate counted. */
  readonly isSystem: boolean;
}

/** One call of an operation. */
export interface Op {
  readonly kernel: Kernel;
  readonly caller: Caller;
  /** The kernel's store, or the same store inside a `chat.transaction`. */
  readonly store: ChatStore;
  /**
   * What repetitions under a client id are compared by, taken of the input before a hook could change it. Absent: it is
   * taken where it is needed.
   */
  readonly bodyHash?: string;
  /** `custom` was checked already, ahead of the hooks. */
  readonly isPrepared?: true;
  /** Told when the call turns out to change nothing: it repeats another, or everything is as it asks already. */
  readonly unchanged?: () => void;
}

/** Who an event is by; nobody when the host did it itself. */
export function actorOf({ caller }: Op): string | null {
  return caller.isSystem ? null : caller.userId;
}
