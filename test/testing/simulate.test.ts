import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulate, SimulationError } from '../../server/testing/simulator/simulate.js';
import type { SimulationInvariant } from '../../server/testing/simulator/invariants.js';
import type { SimulationAction } from '../../server/testing/simulator/own-actions.js';

/** Auctions in rooms: bids only ever rise, and nobody bids on what was sold. */
const auctions = {
  id: 'auctions',
  events: {
    'auction.bid': z.strictObject({ lot: z.int(), amount: z.int().positive() }),
    'auction.sold': z.strictObject({ lot: z.int(), amount: z.int().positive() }),
  },
} as const;

type AuctionEvents = (typeof auctions)['events'];

/** The lot each room is at, and what was bid for it. */
type Lots = Map<string, { lot: number; amount: number }>;

const bid: SimulationAction<AuctionEvents, Lots> = {
  name: 'a bid',
  weight: 20,
  act({ rooms, random, publish }, lots) {
    const room = random.pick(rooms);
    const actorId = random.pick(room?.members ?? []);
    if (room === undefined || actorId === undefined) return;
    const at = lots.get(room.id) ?? { lot: 1, amount: 0 };
    at.amount += random.between(1, 10);
    lots.set(room.id, at);
    publish({ roomId: room.id }, 'auction.bid', { lot: at.lot, amount: at.amount }, { actorId });
    if (!random.chance(0.3)) return;
    publish({ roomId: room.id }, 'auction.sold', { lot: at.lot, amount: at.amount });
    lots.set(room.id, { lot: at.lot + 1, amount: 0 });
  },
};

const bidsRise: SimulationInvariant<AuctionEvents, Lots> = {
  name: 'bids rise',
  told({ rooms }, event) {
    if (event.type !== 'auction.bid') return undefined;
    const earlier = rooms.get(event.roomId)?.events.slice(0, -1) ?? [];
    const higher = earlier.find((other) => {
      return (
        other.type === 'auction.bid' && other.data.lot === event.data.lot && other.data.amount >= event.data.amount
      );
    });
    return higher && `${event.data.amount} was bid after ${JSON.stringify(higher.data)}`;
  },
};

const everyoneKnows: SimulationInvariant<AuctionEvents, Lots> = {
  name: 'everyone ends up knowing what was bid last',
  atEnd({ userId, rooms }, truth) {
    for (const { id } of truth.rooms.filter(({ members }) => members.includes(userId))) {
      const told = rooms.get(id);
      const isBid = ({ type, seq }: { type: string; seq: number }) =>
        type === 'auction.bid' && seq > (told?.fromSeq ?? 0);
      if (told !== undefined) expect(told.events.findLast(isBid)).toEqual(truth.log(id).findLast(isBid));
    }
  },
};

describe('simulate', () => {
  it('carries the events of a plugin through every fault, and asks its invariants', { timeout: 60_000 }, async () => {
    const report = await simulate({
      seeds: 60,
      plugins: [auctions],
      model: (): Lots => new Map(),
      actions: [bid],
      invariants: [bidsRise, everyoneKnows],
    });
    expect(report).toMatchObject({ seeds: 60, steps: 24_000, violations: [] });
    expect(report.actions['a bid']).toBeGreaterThan(1_000);
    expect(report.invariants['bids rise']).toBeGreaterThan(5_000);
    expect(report.faults.crash).toBeGreaterThan(10);
    expect(report.unseen).not.toContain('a bid');
  });

  it('runs the same way twice', async () => {
    const run = () => simulate({ seeds: 5, plugins: [auctions], model: (): Lots => new Map(), actions: [bid] });
    expect(await run()).toEqual(await run());
  });

  it('rejects with the seed that shows it again when an invariant does not hold', async () => {
    const options = {
      plugins: [auctions],
      model: (): Lots => new Map(),
      actions: [bid],
      invariants: [
        { name: 'cheap', told: (_device, event) => void expect(JSON.stringify(event)).not.toContain('"amount":5') },
      ],
    } satisfies Parameters<typeof simulate<[typeof auctions], Record<never, never>, Lots>>[0];
    const error = await simulate(options).catch((caught: unknown) => caught);
    if (!(error instanceof SimulationError)) throw new Error('it found nothing', { cause: error });
    expect(error.message).toMatch(/^cheap \(device-\d of user-\d\): .*firstSeed: \d+, seeds: 1, steps: 400/s);
    const again = await simulate({ ...options, firstSeed: error.seed, seeds: 1 }).catch((caught: unknown) => caught);
    expect(again).toEqual(error);
  });

  it('goes on after a violation when someone is told of it', async () => {
    const told: number[] = [];
    const { violations } = await simulate({
      seeds: 4,
      steps: 50,
      invariants: [{ name: 'never', atEnd: () => 'no' }],
      onViolation: ({ seed }) => told.push(seed),
    });
    expect(told).toEqual([1, 2, 3, 4]);
    expect(violations.map(({ sentence }) => sentence)).toContain('never (device-0 of user-0): no');
  });

  it('says what never happened', async () => {
    const { unseen } = await simulate({ seeds: 1, steps: 10, actions: [{ name: 'idle', act: () => undefined }] });
    expect(unseen).toContain('idle');
  });

  it('refuses events that were not declared and data that does not fit', async () => {
    const publishing = (type: 'a.b', data: unknown) =>
      simulate({
        steps: 100,
        events: { 'a.b': z.strictObject({ n: z.int() }) },
        actions: [
          { name: 'wrong', weight: 100, act: ({ publish }) => publish({ userId: 'user-0' }, type, data as never) },
        ],
      });
    await expect(publishing('a.c' as 'a.b', {})).rejects.toThrow('There is no event a.c');
    await expect(publishing('a.b', { n: 'x' })).rejects.toThrow('does not fit');
  });
});
