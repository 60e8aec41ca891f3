import { ChatError } from '@confab/shared';
import type { FrontLog } from '../../front/options.js';
import type { Random, Timer } from '../../ports.js';
import type { ScheduledRow } from '../../store/scheduled/rows.js';
import type { Settlement } from '../../store/scheduled/work.js';
import type { Caller, Kernel } from '../kernel.js';
import { send } from '../messages/send.js';
import { perform } from '../perform.js';

/** Sends scheduled messages when their time has come. */
export interface ScheduledSender {
  start(): void;
  /** Ends after what is being sent; what was claimed beyond that is given back. */
  stop(): Promise<void>;
}

export interface ScheduledSenderOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly log: FrontLog;
  readonly callerOf: (userId: string) => Promise<Caller>;
}

/** How often a node looks for what other nodes were told to send later. */
const lookMs = 1_000;
/** How long one node has for what it claimed; longer than a send and its settling may take together. */
const leaseMs = 60_000;
/** How long one send is waited for, and how long those under way are at the end: a hook of the host's may never end. */
const patienceMs = 30_000;
const lastPatienceMs = 3_000;
/** Sends at once on one node. */
const atOnce = 8;
/** While another node holds what is due. */
const heldMs = 100;

/** What may pass is tried again after this, twice as long each time, and given up a day after its time. */
const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;
const giveUpMs = 24 * 60 * 60_000;
/** Tries of what fails for no reason that a caller could be told. */
const failures = 5;

/**
 * Every node looks by itself what is due next, in the database alone, so that nothing is lost with a node. A message is sent
 * by the operation itself, as its author, under its own id as the `clientId`: whoever does it again, because the first died
 * before it could say so, is answered with the same message.
 */
export function createScheduledSender({ kernel, random, log, callerOf }: ScheduledSenderOptions): ScheduledSender {
  const { clock, store } = kernel;
  const { methods } = store;
  let timer: Timer | undefined;
  let working: Promise<void> | undefined;
  let isStopped = false;
  /** What ends the wait for each send under way. */
  const waiting = new Set<() => void>();

  /** Whoever is given up goes on by itself; what comes of it is found by the next try. */
  function inTime<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new ChatError('UNAVAILABLE'));
      const patience = clock.after(patienceMs, giveUp);
      waiting.add(giveUp);
      const ended = (): void => {
        patience.clear();
        waiting.delete(giveUp);
      };
      work.then(resolve, reject).then(ended, ended);
    });
  }

  /** Sends what is due and returns how long until it is worth looking again. */
  async function work(): Promise<number> {
    const before = new Date(clock.now().getTime() + lookMs);
    const next = await store.read((tx) => methods.nextScheduled(tx, { before }));
    if (next === null) return lookMs;
    const now = clock.now();
    const left = next.getTime() - now.getTime();
    if (left > 0) return Math.min(left, lookMs);
    const until = new Date(now.getTime() + leaseMs);
    const claimed = await store.write((tx) => methods.claimScheduled(tx, { now, until, limit: atOnce }));
    await Promise.all([...byRoom(claimed).values()].map(sendInOrder));
    return claimed.length === 0 ? heldMs : 0;
  }

  async function sendInOrder(rows: readonly ScheduledRow[]): Promise<void> {
    for (const row of rows) {
      const settlement: Settlement = isStopped
        ? { state: 'waiting', claimedUntil: clock.now() }
        : await inTime(deliver(row)).then(
            (messageId) => ({ state: 'sent', messageId }),
            (error: unknown) => refused(row, error),
          );
      await store
        .write((tx) => methods.settleScheduled(tx, { id: row.id, settlement }))
        .catch((error: unknown) => log.warn({ error, id: row.id }, 'a scheduled message is looked at again later'));
    }
  }

  async function deliver({ id, roomId, userId, input, attempts, createdAt }: ScheduledRow): Promise<string> {
    // Whatever became of the author's rights since: it was sent when they had them.
    const key = { roomId, senderId: userId, clientId: id };
    const sent = attempts > 1 ? await store.read((tx) => methods.findSent(tx, key)) : null;
    if (sent !== null) return sent.message.id;
    // As if its author called with what let them in when they scheduled it.
    if (await kernel.exclusions.isExcluded(userId, createdAt)) throw new ChatError('UNAUTHENTICATED');
    const parsed = send.input(kernel.settings).safeParse({ ...input, clientId: id });
    if (!parsed.success) throw new ChatError('VALIDATION', undefined, { cause: parsed.error });
    const caller = await callerOf(userId);
    return (await perform({ kernel, caller, store }, send, parsed.data)).id;
  }

  /** What a refusal means: what may pass is tried again, everything else is for the author to see. */
  function refused({ id, sendAt, attempts }: ScheduledRow, error: unknown): Settlement {
    const code = error instanceof ChatError ? error.code : 'INTERNAL';
    const isUnexpected = code === 'INTERNAL';
    if (isUnexpected) log.error({ error, id }, 'a scheduled message could not be sent');
    const now = clock.now().getTime();
    const isPassing = isUnexpected ? attempts < failures : code === 'UNAVAILABLE' || code === 'RATE_LIMITED';
    if (!isPassing || now - sendAt.getTime() > giveUpMs) return { state: 'failed', error: code };
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 20)) * (0.5 + random.next() / 2);
    const asked = error instanceof ChatError ? (error.details?.retryAfterMs ?? 0) : 0;
    return { state: 'waiting', claimedUntil: new Date(now + Math.max(asked, pause)) };
  }

  function look(): void {
    working = work()
      .catch((error: unknown) => {
        log.warn({ error }, 'scheduled messages could not be looked up; it is tried again');
        return lookMs;
      })
      .then((ms) => {
        if (!isStopped) timer = clock.after(ms, look);
      });
  }

  return {
    start: look,
    async stop() {
      isStopped = true;
      timer?.clear();
      const end = (): void => {
        for (const giveUp of waiting) giveUp();
      };
      const patience = clock.after(lastPatienceMs, end, { holdsProcess: true });
      await working;
      patience.clear();
    },
  };
}

function byRoom(rows: readonly ScheduledRow[]): ReadonlyMap<string, readonly ScheduledRow[]> {
  const rooms = new Map<string, ScheduledRow[]>();
  for (const row of rows) rooms.set(row.roomId, [...(rooms.get(row.roomId) ?? []), row]);
  return rooms;
}
