import { expect } from 'vitest';
import type { Database } from '../support/databases.js';
import { waitFor } from '../support/wait.js';
import { expectWhole } from './ledger.js';
import type { Call, Outcome, Processes } from './processes.js';

/** Several processes at one thing at the same moment: what must be true afterwards. */
export interface Race {
  readonly says: string;
  run(processes: Processes, database: Database, round: number): Promise<void>;
}

type Answer = NonNullable<Outcome['answer']>;

const answersOf = (outcomes: readonly Outcome[]): readonly Answer[] =>
  outcomes.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
const refusalsOf = (outcomes: readonly Outcome[]): readonly string[] => outcomes.flatMap(({ code }) => code ?? []);

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function group(
  processes: Processes,
  [owner, ...members]: readonly string[],
  fields: object = {},
): Promise<string> {
  const made = await processes.call(owner ?? '', 'room.create', { kind: 'group', name: 'A room', members, ...fields });
  return made['id'] as string;
}

const memberCap: Race = {
  says: 'the cap of a room holds, and everyone whom it lets in is in',
  async run(processes, database, round) {
    const ada = `cap${round}-ada`;
    const roomId = await group(processes, [ada], { visibility: 'public', maxMembers: 4 });
    const outcomes = await processes.atOnce([
      ...range(3).map((index) => ({ as: `cap${round}-j${index}`, path: 'room.join', input: { roomId } }) as const),
      ...range(3).map(
        (index) =>
          ({ as: ada, path: 'room.addMembers', input: { roomId, userIds: [`cap${round}-a${index}`] } }) as const,
      ),
    ]);
    expect(refusalsOf(outcomes)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    const { types } = await expectWhole(database, roomId);
    expect(types).toEqual(['room.created', 'member.added', 'member.added', 'member.added']);
  },
};

const directPair: Race = {
  says: 'a pair has one direct room, however it was made',
  async run(processes, database, round) {
    const pair = [`pair${round}-ada`, `pair${round}-bob`] as const;
    const outcomes = await processes.atOnce(
      range(6).map((index) => {
        const [me, other] = index % 2 === 0 ? pair : [pair[1], pair[0]];
        return { as: me, path: 'room.create', input: { kind: 'direct', members: [other] } };
      }),
    );
    expect(refusalsOf(outcomes)).toEqual([]);
    const rooms = answersOf(outcomes);
    expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
    expect(rooms.filter(({ created }) => created === true)).toHaveLength(1);
    const { types } = await expectWhole(database, rooms[0]?.['id'] as string);
    expect(types).toEqual(['room.created']);
  },
};

const lastOnesLeave: Race = {
  says: 'when everyone leaves the room is deleted once, and until then it belongs to one of them',
  async run(processes, database, round) {
    const people = range(3).map((index) => `leave${round}-${index}`);
    const roomId = await group(processes, people);
    const outcomes = await processes.atOnce(people.map((as) => ({ as, path: 'room.leave', input: { roomId } })));
    expect(refusalsOf(outcomes)).toEqual([]);
    expect(answersOf(outcomes).filter(({ deleted }) => deleted === true)).toHaveLength(1);
    const { types } = await expectWhole(database, roomId);
    expect(types.filter((type) => type === 'member.removed')).toHaveLength(2);
    expect(types.at(-1)).toBe('room.deleted');
  },
};

const lastLeavesOneComes: Race = {
  says: 'whoever comes as the last one leaves is too late or owns the room',
  async run(processes, database, round) {
    const [ada, bob, cyd] = [`come${round}-ada`, `come${round}-bob`, `come${round}-cyd`];
    const roomId = await group(processes, [ada], { visibility: 'public' });
    const { token } = await processes.call(ada, 'room.createInvite', { roomId });
    const [left, joined, invited] = await processes.atOnce([
      { as: ada, path: 'room.leave', input: { roomId } },
      { as: bob, path: 'room.join', input: { roomId } },
      { as: cyd, path: 'room.acceptInvite', input: { token } },
    ]);
    const came = [joined, invited].filter((outcome) => outcome?.answer !== undefined);
    for (const outcome of [joined, invited]) if (outcome?.code !== undefined) expect(outcome.code).toBe('NOT_FOUND');
    expect(left?.answer).toEqual({ roomId, deleted: came.length === 0 });
    const { types } = await expectWhole(database, roomId);
    expect(types.filter((type) => type === 'member.added')).toHaveLength(came.length);
  },
};

const oneReaction: Race = {
  says: 'somebody who reacts in several ways at once has reacted in one',
  async run(processes, database, round) {
    const [ada, bob] = [`react${round}-ada`, `react${round}-bob`];
    const roomId = await group(processes, [ada, bob]);
    const { id } = await processes.call(ada, 'message.send', { roomId, content: 'What do you think?' });
    const messageId = id as string;
    const outcomes = await processes.atOnce(
      ['👍', '🎉', '👀', '👍', '🎉', '👀'].map((emoji) => ({
        as: bob,
        path: 'message.react',
        input: { messageId, emoji },
      })),
    );
    expect(refusalsOf(outcomes)).toEqual([]);
    const kept = await database.db.chatReaction.findMany({ where: { messageId } });
    expect(kept).toHaveLength(1);
    await expectWhole(database, roomId);
    // Each says what it took the place of, so together they tell what is left.
    const log = await database.db.chatEvent.findMany({
      where: { roomId, type: 'message.reaction' },
      orderBy: { seq: 'asc' },
    });
    const told = log.map(({ data }) => data as { readonly emoji: string; readonly replaced?: string });
    told.forEach(({ replaced }, index) => expect(replaced).toBe(told[index - 1]?.emoji));
    expect(told.at(-1)?.emoji).toBe(kept[0]?.emoji);
  },
};

const succession: Race = {
  says: 'a room that is handed over while people come and go belongs to one who is in it',
  async run(processes, database, round) {
    const [ada, bob, cyd, dan] = ['ada', 'bob', 'cyd', 'dan'].map((name) => `own${round}-${name}`) as [
      ...[string, string, string, string],
    ];
    const roomId = await group(processes, [ada, bob, cyd, dan]);
    const calls: readonly Call[] = [
      { as: ada, path: 'room.transferOwnership', input: { roomId, userId: bob } },
      { as: bob, path: 'room.leave', input: { roomId } },
      { as: ada, path: 'room.setRole', input: { roomId, userIds: [cyd], role: 'admin' } },
      { as: ada, path: 'room.leave', input: { roomId } },
      { as: ada, path: 'room.removeMembers', input: { roomId, userIds: [cyd] } },
      { as: bob, path: 'room.transferOwnership', input: { roomId, userId: cyd } },
    ];
    // Which of them comes first is another one each time.
    const outcomes = await processes.atOnce([...calls.slice(round % 6), ...calls.slice(0, round % 6)]);
    for (const code of refusalsOf(outcomes)) expect(['CONFLICT', 'PERMISSION_DENIED', 'NOT_FOUND']).toContain(code);
    await expectWhole(database, roomId);
  },
};

const inviteUses: Race = {
  says: 'an invite lets in as many as it says',
  async run(processes, database, round) {
    const roomId = await group(processes, [`uses${round}-ada`]);
    const { id, token } = await processes.call(`uses${round}-ada`, 'room.createInvite', { roomId, maxUses: 2 });
    const outcomes = await processes.atOnce(
      range(6).map((index) => ({ as: `uses${round}-${index}`, path: 'room.acceptInvite', input: { token } })),
    );
    expect(answersOf(outcomes)).toHaveLength(2);
    expect(refusalsOf(outcomes)).toEqual(range(4).map(() => 'NOT_FOUND'));
    const { types } = await expectWhole(database, roomId);
    expect(types).toEqual(['room.created', 'member.added', 'member.added']);
    const invite = await database.db.chatInvite.findUniqueOrThrow({ where: { id: id as string } });
    expect(invite).toMatchObject({ uses: 2 });
    expect(invite.closedAt).not.toBeNull();
  },
};

const oneClientId: Race = {
  says: 'what is sent under one client id is one message, and nothing else that is sent is lost',
  async run(processes, database, round) {
    const [ada, bob] = [`once${round}-ada`, `once${round}-bob`];
    const roomId = await group(processes, [ada, bob]);
    const input = { roomId, content: 'once', clientId: `once-and-only-once-${round}` };
    const naming = { ...input, clientId: `once-and-naming-bob-${round}`, mentions: [bob] };
    const outcomes = await processes.atOnce([
      ...range(3).map(() => ({ as: ada, path: 'message.send', input }) as const),
      ...range(3).map(() => ({ as: ada, path: 'message.send', input: naming }) as const),
      ...range(3).map(
        (index) => ({ as: bob, path: 'message.send', input: { roomId, content: `other ${index}` } }) as const,
      ),
    ]);
    expect(refusalsOf(outcomes)).toEqual([]);
    const ids = answersOf(outcomes).map(({ id }) => id);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(new Set(ids.slice(3, 6)).size).toBe(1);
    const kept = await database.db.chatMessage.findMany({ where: { roomId } });
    expect(kept.map(({ id }) => id).toSorted()).toEqual([...new Set(ids)].toSorted());
    const told = await database.db.chatNotification.findMany({ where: { roomId, userId: bob } });
    expect(told).toHaveLength(1);
    const { types } = await expectWhole(database, roomId);
    expect(types.filter((type) => type === 'message.created')).toHaveLength(5);
  },
};

const oneRoom: Race = {
  says: 'a room that is made under one client id is one room',
  async run(processes, database, round) {
    const input = { kind: 'group', name: 'Once', members: [`room${round}-bob`], clientId: `a-room-made-once-${round}` };
    const outcomes = await processes.atOnce(
      range(4).map(() => ({ as: `room${round}-ada`, path: 'room.create', input }) as const),
    );
    expect(refusalsOf(outcomes)).toEqual([]);
    const ids = new Set(answersOf(outcomes).map(({ id }) => id as string));
    expect(ids.size).toBe(1);
    for (const id of ids) await expectWhole(database, id);
  },
};

const scheduled: Race = {
  says: 'what is scheduled is sent once or, taken back in time, never',
  async run(processes, database, round) {
    const [ada, bob] = [`late${round}-ada`, `late${round}-bob`];
    const roomId = await group(processes, [ada, bob]);
    const sendAt = new Date(Date.now() + 1_500);
    const made = await processes.atOnce(
      range(6).map((index) => ({
        as: ada,
        path: 'message.schedule',
        input: { roomId, content: `late ${index}`, sendAt },
      })),
    );
    expect(refusalsOf(made)).toEqual([]);
    const ids = answersOf(made).map(({ id }) => id as string);
    await waitFor(() => Date.now() >= sendAt.getTime(), { what: 'their time to come' });
    const taken = await processes.atOnce(
      ids.slice(0, 3).map((id) => ({ as: ada, path: 'message.unschedule', input: { id } })),
    );
    for (const code of refusalsOf(taken)) expect(code).toBe('CONFLICT');
    const isDone = async (): Promise<boolean> => {
      const rows = await database.db.chatScheduledMessage.findMany({ where: { roomId } });
      return rows.every(({ state }) => state === 'sent' || state === 'cancelled');
    };
    await waitFor(isDone, { what: 'all of them to be sent or taken back', timeoutMs: 30_000 });
    const kept = await database.db.chatMessage.findMany({ where: { roomId } });
    const cancelled = ids.filter((_, index) => taken[index]?.answer !== undefined);
    expect(kept.map(({ clientId }) => clientId).toSorted()).toEqual(
      ids.filter((id) => !cancelled.includes(id)).toSorted(),
    );
    await expectWhole(database, roomId);
  },
};

export const races: readonly Race[] = [
  ...[memberCap, directPair, lastOnesLeave, lastLeavesOneComes, oneReaction, succession, inviteUses],
  ...[oneClientId, oneRoom, scheduled],
];
