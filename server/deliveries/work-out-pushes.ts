import type { PushCandidate, PushSubject } from '../store/deliveries/index.js';
import type { StoreMethods } from '../store/methods.js';
import type { ReadTx } from '../store/transaction.js';
import type { Batch, Worked } from './channel.js';
import { placeKey } from './place.js';
import { askOf, decide } from './push-questions.js';
import type { PushMoment } from './push-questions.js';

/** Devices looked at in one transaction. */
const devicesPerStep = 300;

interface Pair {
  readonly subject: PushSubject;
  readonly candidate: PushCandidate;
}

/**
 * Works out which devices are to be pushed for some events, in a number of statements that grows neither with rooms nor
 * with people. What would take too many devices at once is left for the next transaction: events at first, and when a single
 * one has too many, devices.
 */
export async function workOutPushes(
  methods: StoreMethods,
  tx: ReadTx,
  { rows, afterId }: Batch,
  { maxAgeMs, ...moment }: PushMoment & { readonly maxAgeMs: number },
): Promise<Worked> {
  const fresh = rows.filter(({ at }) => moment.now.getTime() - at.getTime() <= maxAgeMs);
  const subjects = await methods.pushSubjects(tx, { rows: fresh });
  const all = { deliveries: [], done: rows.length, afterId: null };
  if (subjects.length === 0) return all;

  const said = subjects.filter(({ notification }) => notification === null);
  const userIds = [...new Set(subjects.flatMap(({ notification }) => notification?.userId ?? []))];
  const rooms = [...new Map(said.map(({ room }) => [room.id, room])).values()];
  const [first] = rows;
  const partial = afterId === null ? undefined : said.find(({ event }) => event === first);
  const candidates =
    partial === undefined ? await methods.pushCandidates(tx, { rooms, userIds, limit: devicesPerStep + 1 }) : undefined;
  const inRooms = candidates?.filter(({ roomId }) => roomId !== null) ?? [];
  if (candidates === undefined || inRooms.length > devicesPerStep) return one();

  const devices = new Map<string, PushCandidate[]>();
  for (const candidate of candidates) {
    const key = keyOf(candidate);
    devices.set(key, [...(devices.get(key) ?? []), candidate]);
  }
  const bySubject = new Map(subjects.map((subject) => [placeKey(subject.event), subject]));
  const pairs: Pair[] = [];
  let done = 0;
  for (const row of rows) {
    const subject = bySubject.get(placeKey(row));
    const theirs = subject === undefined ? [] : (devices.get(subjectKey(subject)) ?? []);
    if (pairs.length > 0 && pairs.length + theirs.length > devicesPerStep) break;
    if (subject !== undefined) pairs.push(...theirs.map((candidate) => ({ subject, candidate })));
    done += 1;
  }
  return { deliveries: await decided(pairs), done, afterId: null };

  /** The events before the first message, and of that one message as many devices as fit. */
  async function one(): Promise<Worked> {
    const subject = partial ?? said[0];
    if (subject === undefined) return all;
    const index = rows.findIndex((row) => row === subject.event);
    if (index > 0) {
      // What comes before it is no message, so it is worked out without any room.
      const before = rows.slice(0, index);
      return workOutPushes(methods, tx, { rows: before, afterId: null }, { maxAgeMs, ...moment });
    }
    const page = { roomId: subject.room.id, afterId: partial === undefined ? null : afterId, limit: devicesPerStep };
    const found = await methods.pushCandidatesAfter(tx, page);
    const last = found.length < devicesPerStep ? undefined : found.at(-1);
    const deliveries = await decided(found.map((candidate) => ({ subject, candidate })));
    return last === undefined ? { deliveries, done: 1, afterId: null } : { deliveries, done: 0, afterId: last.id };
  }

  async function decided(pairs: readonly Pair[]): Promise<Worked['deliveries']> {
    const asked = pairs.map((pair) => ({ ...pair, ask: askOf(pair.subject, pair.candidate) }));
    const people = await methods.pushPeople(tx, { asks: asked.map(({ ask }) => ask), now: moment.now });
    return asked.flatMap(({ subject, candidate, ask }) => {
      if (!decide(subject, ask, people, moment).push) return [];
      const { roomId, seq } = subject.event;
      return [{ target: candidate.id, userId: candidate.userId, roomId, seq }];
    });
  }
}

/** Devices are looked up by the room they are concerned with, or by their user. */
function keyOf({ roomId, userId }: PushCandidate): string {
  return roomId === null ? `user ${userId}` : `room ${roomId}`;
}

function subjectKey({ room, notification }: PushSubject): string {
  return notification === null ? `room ${room.id}` : `user ${notification.userId}`;
}
