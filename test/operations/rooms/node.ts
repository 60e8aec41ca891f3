import { ChatError } from '@confab/shared';
import type { ChatErrorCode, EphemeralEvent, LoggedEvent, ProcedureName, Room } from '@confab/shared';
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
import type { LoadUsers } from '../../../server/operations/users/directory.js';
import { createExclusions } from '../../../server/operations/users/exclusions.js';
import { createSessions } from '../../../server/operations/users/sessions.js';
import type { Revocation } from '../../../server/operations/users/sessions.js';
import { createAccessCache } from '../../../server/policy/access-cache.js';
import { createPolicy } from '../../../server/policy/policy.js';
import { validationError } from '../../../server/trpc/error-shape.js';
import { resolveSettings } from '../../../server/settings.js';
import type { SettingsInput } from '../../../server/settings.js';
import type { ChatStore } from '../../../server/store/port.js';
import { systemIds } from '../../../server/system.js';
import type { Database } from '../../support/databases.js';
import { createManualClock } from '../messages/manual-clock.js';
import type { ManualClock } from '../messages/manual-clock.js';
import { plainExtension } from '../plain-extension.js';

/** Who calls: a user, a device of a user, or the host itself (`null`). */
export type Who = string | { readonly userId: string; readonly sessionId: string } | null;

export interface NodeOptions {
  readonly settings?: SettingsInput;
  readonly load?: LoadUsers;
  readonly store?: ChatStore;
  readonly revoked?: (revocation: Revocation) => void;
}

/** What one server process has, without its router, sockets and streams. */
export interface Node {
  readonly kernel: Kernel;
  readonly clock: ManualClock;
  readonly announced: readonly { readonly to: Audience; readonly event: EphemeralEvent }[];
  call<Name extends ProcedureName, Schema extends z.ZodType, Output>(
    operation: Operation<Name, Schema, Output>,
    who: Who,
    input: z.input<Schema>,
    store?: ChatStore,
  ): Promise<Output>;
  /** A group of the first user with the others. */
  group(
    users: readonly string[],
    fields?: Partial<z.input<ReturnType<typeof roomOperations.create.input>>>,
  ): Promise<Room>;
}

export async function createNode(database: Database, options: NodeOptions = {}): Promise<Node> {
  const store = options.store ?? (await database.store());
  const settings = resolveSettings(options.settings);
  const clock = createManualClock();
  const announced: { to: Audience; event: EphemeralEvent }[] = [];
  const streams = {
    announce: (to: Audience, event: EphemeralEvent) => void announced.push({ to, event }),
  } as unknown as Streams;
  const kernel: Kernel = {
    store,
    clock,
    ids: systemIds,
    settings,
    policy: createPolicy(),
    access: createAccessCache(),
    streams,
    directory: createDirectory({ store, clock, streams, ...(options.load && { load: options.load }) }),
    sessions: createSessions({ store, clock, settings, ...(options.revoked && { revoked: options.revoked }) }),
    exclusions: createExclusions({ store, clock }),
    typing: createTypingClock({ clock, streams, settings }),
    receipts: createReceiptPace({ clock, streams }),
    ...plainExtension(settings, clock),
  };
  const call: Node['call'] = async (operation, who, input, within = store) => {
    const parsed = operation.input(settings).safeParse(input);
    if (!parsed.success) throw validationError(parsed.error);
    const userId = who === null ? 'system' : typeof who === 'string' ? who : who.userId;
    const sessionId = who === null || typeof who === 'string' ? null : who.sessionId;
    const profile = { id: userId, name: null, image: null };
    const caller = { userId, profile, sessionId, connectionId: null, isSystem: who === null };
    return perform({ kernel, caller, store: within }, operation, parsed.data);
  };
  return {
    kernel,
    clock,
    announced,
    call,
    group: ([owner = 'ada', ...members], fields = {}) =>
      call(roomOperations.create, owner, { kind: 'group', name: 'A group', members, ...fields }),
  };
}

/** The log of a room, as it is told today. */
export async function eventsOf(database: Database, node: Node, roomId: string): Promise<readonly LoggedEvent[]> {
  const records = await database.db.chatEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
  const rows = records.map((record) => ({ ...record, pos: Number(record.pos) }) as LogRow);
  return node.kernel.store.log.render(rows);
}

export async function typesOf(database: Database, roomId: string): Promise<readonly string[]> {
  const records = await database.db.chatEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
  expect(records.map((record) => record.seq)).toEqual(records.map((_, index) => index + 1));
  return records.map((record) => record.type);
}

/** Waits for a call to be refused with this code, and resolves to the error. */
export async function expectRefused(call: Promise<unknown>, code: ChatErrorCode): Promise<ChatError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`expected ${code}, but it succeeded: ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof ChatError)) throw outcome.error;
  expect(outcome.error.code).toBe(code);
  return outcome.error;
}
