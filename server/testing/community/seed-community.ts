import type { UserProfile } from '@confab/shared';
import type { Chat } from '../../chat.js';
import { createChat } from '../../create-chat.js';
import type { ChatStore } from '../../store/port.js';
import { createPrng } from '../simulator/prng.js';
import type { Prng } from '../simulator/prng.js';
import { createStoryClock } from './clock.js';
import type { StoryClock } from './clock.js';
import { converse } from './conversation.js';
import { makePeople, mostPeople } from './people.js';
import { planRooms } from './rooms.js';
import type { PlannedRoom } from './rooms.js';
import { planBursts } from './timeline.js';
import { createVoice } from './voice.js';

const dayMs = 86_400_000;

/** More rooms at once would let calls wait long enough to be refused on a busy machine. */
const sideBySide = 24;

export interface SeedOptions {
  /** Migrated. It is closed when everything is there. */
  readonly store: ChatStore;
  /** At most 528. @default 200 */
  readonly users?: number;
  /** @default 60 */
  readonly rooms?: number;
  /** Counting those in threads. @default 50_000 */
  readonly messages?: number;
  /** The same number makes the same people, rooms and words. @default 1 */
  readonly seed?: number;
  /** When the last of it happens. @default now */
  readonly until?: Date;
  /** Over how many days. @default 90 */
  readonly days?: number;
  /** Told how many messages more there are. */
  readonly onMessages?: (count: number) => void;
}

/** What was made. */
export interface Community {
  /** The busiest room's members come first. */
  readonly users: readonly UserProfile[];
  readonly rooms: number;
  readonly messages: number;
}

/**
 * Fills a database with a community that talks: people, rooms of all kinds, conversations with threads, replies, mentions,
 * reactions, edits and pins over some months, most of it read. Rooms and all that is not plain go through the chat's own
 * calls, the rest through its store. A second run with another seed
 * adds to it.
 */
export async function seedCommunity(options: SeedOptions): Promise<Community> {
  const {
    store,
    users = 200,
    rooms = 60,
    messages = 50_000,
    seed = 1,
    days = 90,
    onMessages = () => undefined,
  } = options;
  const until = options.until ?? new Date();
  if (users < 10 || users > mostPeople) throw new RangeError(`users: 10 to ${mostPeople}.`);
  if (rooms < 1 || rooms > 1_000) throw new RangeError('rooms: 1 to 1,000.');
  const prng = createPrng(seed);
  const clock = createStoryClock();
  const people = makePeople(prng, users);
  const plans = planRooms(prng, people, { rooms, messages });
  const chat = createChat({
    store,
    viewer: () => null,
    // That they were added to their rooms is nothing anybody has to be told.
    notify: { decide: ({ kind }, _member, next) => kind !== 'added' && next() },
    ports: { clock },
  });
  try {
    await chat.ready;
    const from = new Date(until.getTime() - days * dayMs);
    for (let first = 0; first < people.length; first += 100) {
      const named = people.slice(first, first + 100).map(({ id: userId, name }) => ({ userId, name }));
      await clock.at(from, () => chat.system.user.upsert({ users: named }));
    }
    const profiles = new Map(people.map((person) => [person.id, person]));
    const stages = plans.map((room, index) => {
      return {
        room,
        chat,
        store,
        profiles,
        clock,
        from,
        until,
        said: onMessages,
        prng: createPrng(seed * 10_007 + index),
      };
    });
    const waiting = stages.values();
    // In a room one thing comes after the other; what batches of sends are made of is several rooms side by side.
    const next = async (): Promise<void> => {
      for (const stage of waiting) await play(stage);
    };
    await Promise.all(Array.from({ length: sideBySide }, next));
  } finally {
    await chat.close();
  }
  return { users: people, rooms: plans.length, messages };
}

interface Stage {
  readonly room: PlannedRoom;
  readonly chat: Chat;
  readonly store: ChatStore;
  readonly profiles: ReadonlyMap<string, UserProfile>;
  readonly clock: StoryClock;
  readonly prng: Prng;
  readonly from: Date;
  readonly until: Date;
  readonly said: (count: number) => void;
}

async function play({ room, chat, store, profiles, clock, prng, from, until, said }: Stage): Promise<void> {
  const roomId = await clock.at(from, () => makeRoom(chat, room));
  const voice = createVoice({ chat, store, clock, roomId, profiles });
  const bursts = planBursts(prng, room.messages, from, until);
  const last = await converse({ room, roomId, voice, prng, bursts, said });
  if (last !== undefined) await voice.readAll(until, marksOf(prng, room.userIds, last.seq));
}

/** Most people have read everything, some are a little behind, a few never come. */
function marksOf(prng: Prng, userIds: readonly string[], lastSeq: number): ReadonlyMap<string, number> {
  return new Map(
    userIds.map((userId) => {
      const behind = prng.chance(0.6) ? 0 : prng.between(1, prng.chance(0.2) ? lastSeq : 40);
      return [userId, Math.max(0, lastSeq - behind)];
    }),
  );
}

async function makeRoom(chat: Chat, room: PlannedRoom): Promise<string> {
  const [ownerId = '', ...others] = room.userIds;
  const owner = chat.as(ownerId);
  if (room.kind === 'direct') return (await owner.room.create({ kind: 'direct', members: others })).id;
  const { id: roomId } = await owner.room.create({
    kind: room.kind,
    name: room.name ?? '',
    description: room.topic.description,
    visibility: room.isPublic ? 'public' : 'private',
    members: others.slice(0, 99),
    maxMembers: Math.max(100, room.userIds.length * 2),
  });
  for (let first = 99; first < others.length; first += 100) {
    await owner.room.addMembers({ roomId, userIds: others.slice(first, first + 100) });
  }
  const speakers = room.userIds.slice(1, room.speakers);
  const isSpoken = room.kind === 'channel' && speakers.length > 0;
  if (isSpoken) await owner.room.grant({ roomId, userIds: [...speakers], permissions: ['message.send'] });
  return roomId;
}
