import { ChatError } from '@confab/shared';
import type { ChatErrorCode, EphemeralEvent, ProcedureName, Room, RoomKind } from '@confab/shared';
import { expect } from 'vitest';
import type { z } from 'zod';
import type { Audience } from '../../../server/bus/bus.js';
import type { LogRow } from '../../../server/events/log.js';
import type { Streams } from '../../../server/events/streams.js';
import type { Kernel } from '../../../server/operations/kernel.js';
import { createReceiptPace } from '../../../server/operations/messages/receipt-pace.js';
import { createTypingClock } from '../../../server/operations/messages/typing-clock.js';
import type { Operation } from '../../../server/operations/operation.js';
import { perform } from '../../../server/operations/perform.js';
import { roomOperations } from '../../../server/operations/rooms/index.js';
import { createDirectory } from '../../../server/operations/users/directory.js';
import { createAccessCache } from '../../../server/policy/access-cache.js';
import { createPolicy } from '../../../server/policy/policy.js';
import type { PermissionOverrides } from '../../../server/policy/policy.js';
import { validationError } from '../../../server/trpc/error-shape.js';
import { resolveSettings } from '../../../server/settings.js';
import type { SettingsInput } from '../../../server/settings.js';
import type { ChatStore } from '../../../server/store/port.js';
import { systemIds } from '../../../server/system.js';
import { plainExtension } from '../plain-extension.js';
import { createManualClock } from './manual-clock.js';
import type { ManualClock } from './manual-clock.js';

/** Something told to an audience and not kept. */
export interface Announcement {
  readonly to: Audience;
  readonly event: EphemeralEvent;
}

/** Operations on a database of their own, without router, socket or stream. */
export interface Stage {
  readonly kernel: Kernel;
  readonly clock: ManualClock;
  readonly announced: readonly Announcement[];
  /** Every committed row of the log. */
  readonly rows: readonly LogRow[];
  /** Calls an operation as a user, or as the system when the user is `null`. */
  call<Name extends ProcedureName, Schema extends z.ZodType, Output>(
    operation: Operation<Name, Schema, Output>,
    userId: string | null,
    input: z.input<Schema>,
    store?: ChatStore,
  ): Promise<Output>;
  /** A room of the first user with the others. */
  room(
    kind: RoomKind,
    users: readonly string[],
    fields?: Partial<z.input<ReturnType<typeof roomOperations.create.input>>>,
  ): Promise<Room>;
  /** The types of a room's events, in order of `seq`. */
  types(roomId: string): readonly string[];
  /** Ends the timers. */
  close(): void;
}

export interface StageOptions {
  readonly settings?: SettingsInput;
  readonly permissions?: PermissionOverrides;
}

/** Everything an operation needs, around an opened store. */
export function createStage(store: ChatStore, options: StageOptions = {}): Stage {
  const settings = resolveSettings(options.settings);
  const announced: Announcement[] = [];
  const rows: LogRow[] = [];
  const clock = createManualClock();
  const streams = {
    announce: (to: Audience, event: EphemeralEvent) => void announced.push({ to, event }),
  } as unknown as Streams;
  store.onCommit((committed) => void rows.push(...committed));
  const kernel: Kernel = {
    store,
    clock,
    ids: systemIds,
    settings,
    policy: createPolicy(options.permissions),
    access: createAccessCache(),
    streams,
    directory: createDirectory({ store, clock, streams }),
    // No operation of messages asks for sessions, or who is kept out.
    sessions: undefined as unknown as Kernel['sessions'],
    exclusions: undefined as unknown as Kernel['exclusions'],
    typing: createTypingClock({ clock, streams, settings }),
    receipts: createReceiptPace({ clock, streams }),
    ...plainExtension(settings, clock),
  };

  const call: Stage['call'] = async (operation, userId, input, within = store) => {
    const parsed = operation.input(settings).safeParse(input);
    if (!parsed.success) throw validationError(parsed.error);
    const id = userId ?? 'system';
    const profile = { id, name: null, image: null };
    const caller = { userId: id, profile, sessionId: null, connectionId: null, isSystem: userId === null };
    return perform({ kernel, caller, store: within }, operation, parsed.data);
  };

  return {
    kernel,
    clock,
    announced,
    rows,
    call,
    room(kind, [owner = 'ada', ...members], fields = {}) {
      const name = kind === 'direct' ? {} : { name: 'A room' };
      return call(roomOperations.create, owner, { kind, members, ...name, ...fields });
    },
    types: (roomId) =>
      rows
        .filter((row) => row.roomId === roomId)
        .toSorted((a, b) => a.seq - b.seq)
        .map((row) => row.type),
    close() {
      kernel.typing.close();
      kernel.receipts.close();
    },
  };
}

/** Waits for a call to be refused with this code, and resolves to the error. */
export async function expectRefused(call: Promise<unknown>, code: ChatErrorCode): Promise<ChatError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`expected ${code}, but the call succeeded: ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof ChatError)) throw outcome.error;
  expect(outcome.error.code).toBe(code);
  return outcome.error;
}
