import { reduce } from '../../client/store/reduce.js';
import type { Answer, Input, LoadedRoom, StoreState } from '../../client/store/state.js';
import { emptyState } from '../../client/store/state.js';
import type { Seat, SimulatedClient } from '../../server/testing/simulator/client.js';
import { Violation } from '../../server/testing/simulator/violation.js';
import { CountWitness } from './count-witness.js';
import type { CampaignDefect } from './defects.js';
import type { Loader } from './loader.js';
import { createLoader } from './loader.js';
import type { ClientTally } from './tally.js';

/** The client's own reducer on a simulated device, asked for what it needs and held against the database. */
export class ReducerClient implements SimulatedClient {
  #state: StoreState = emptyState;
  readonly #asked = new Set<number>();
  readonly #loader: Loader;
  readonly #counts: CountWitness;
  readonly #reduceState: typeof reduce;
  readonly #seat: Seat;
  readonly #tally: ClientTally;

  constructor(seat: Seat, tally: ClientTally, defect: CampaignDefect | undefined) {
    const { io, database, prng, userId } = seat;
    this.#seat = seat;
    this.#tally = tally;
    this.#counts = new CountWitness(userId, database, tally);
    this.#loader = createLoader({ io, prng, database, userId });
    this.#reduceState = defect?.store?.(reduce) ?? reduce;
  }

  get roomIds(): readonly string[] {
    return [...this.#state.rooms.keys()];
  }

  take(...[id, event]: Parameters<SimulatedClient['take']>): void {
    this.#reduce({ kind: 'event', id, event });
  }

  /** Reads a room up to some event. The mark is committed first, then told to others, then answered. */
  read(): void {
    const { prng, io, database, connection, userId } = this.#seat;
    const view = prng.pick([...this.#state.rooms.values()]);
    if (connection === undefined || view === undefined) return;
    const { roomId, readTo } = view;
    const seq = prng.between(Math.min(readTo + 1, view.seq), view.seq);
    const { node } = connection;
    const tellsRoom = prng.chance(0.5);
    const commit = (): number | undefined => {
      const mark = database.moveMark(userId, roomId, seq);
      if (mark?.isMoved !== true) return mark?.readSeq;
      this.#tally.effects.reads += 1;
      const at = new Date(0);
      const event = { type: 'receipt.read', at, roomId, data: { userId, seq: mark.readSeq, at } } as const;
      const tellOthers = (): void => {
        if (node.isStarted) node.streams.announce(tellsRoom ? { roomId } : { userIds: [userId] }, event);
      };
      // Receipts are paced, so some go out later than a newer one from elsewhere.
      if (prng.chance(0.7)) tellOthers();
      else void io.call(node, tellOthers, false);
      return mark.readSeq;
    };
    io.call(node, commit).then(
      (readSeq) => {
        if (readSeq === undefined || this.#seat.connection !== connection) return;
        this.#guard(() => this.#reduce({ kind: 'moved', marks: [{ roomId, readSeq }] }));
      },
      () => undefined,
    );
  }

  /** The app is looked at again. */
  doubt(): void {
    this.#reduce({ kind: 'doubt' });
  }

  /** Asks for what the reducer needs. */
  load(): void {
    const { effects, faults } = this.#tally;
    for (const need of this.#state.needs.values()) {
      if (this.#asked.has(need.id)) continue;
      this.#asked.add(need.id);
      effects.loads += 1;
      const view = need.kind === 'room' ? this.#state.rooms.get(need.roomId) : undefined;
      if (view !== undefined && view.room !== null && view.older === null) effects.recounts += 1;
      this.#loader.answer(need).then(
        (answer) => this.#guard(() => this.#answered(answer)),
        () => {
          faults.loadFault += 1;
          this.#asked.delete(need.id);
        },
      );
    }
  }

  /** The reducer's state must be what a fresh load would give. */
  checkEnd(): void {
    const { database, name, userId } = this.#seat;
    if (this.#state.needs.size > 0) throw new Violation(`${name} still needs something`);
    const rooms = [...database.rooms.values()].filter(({ id }) => database.isMember(userId, id));
    if (rooms.length !== this.#state.rooms.size) throw new Violation(`${name} holds other rooms than it is in`);
    for (const { id } of rooms) {
      const view = this.#state.rooms.get(id);
      // However many messages it holds, they are the newest.
      const fresh = this.#loader.load(id, view?.messages.length ?? 0);
      if (view === undefined || fresh === undefined) throw new Violation(`${name} lacks ${id}`);
      const members = [...view.members.values()];
      const held = tell({ room: { ...fresh.room, seq: view.seq }, members, messages: view.messages });
      // One who was added knows whom the event named, until the member list is asked for.
      const known = new Set(members.map((member) => member.userId));
      const expected = tell({ ...fresh, members: fresh.members.filter((member) => known.has(member.userId)) });
      if (held !== expected) throw new Violation(`${name} differs in ${id}: ${held} ${expected}`);
    }
    this.#counts.checkEnd(this.#state);
  }

  #answered(answer: Answer): void {
    const { rooms, needs } = this.#state;
    if (answer.kind === 'marks' && needs.has(answer.id)) {
      const unheard = answer.marks.filter(({ roomId, readSeq }) => (rooms.get(roomId)?.readTo ?? Infinity) < readSeq);
      this.#tally.faults.receiptMissed += unheard.length;
    }
    this.#reduce(answer);
  }

  #reduce(input: Input): void {
    const before = this.#state;
    this.#counts.before(input);
    this.#state = this.#reduceState(before, [input]);
    this.#counts.after(input, before, this.#state);
    for (const need of this.#state.needs.values()) {
      if (need.kind === 'events') throw new Violation(`${this.#seat.name} met a hole in ${need.roomId}`);
    }
  }

  /** Where nobody waits for the outcome. */
  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#seat.io.fail(error);
    }
  }
}

function tell({ room, members, messages }: Pick<LoadedRoom, 'room' | 'members' | 'messages'>): string {
  return JSON.stringify([
    room.seq,
    members.map(({ userId }) => userId).sort(),
    messages.map((message) => [message.id, message.content, message.reactions]),
  ]);
}
