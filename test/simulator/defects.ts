import { unreadOf } from '../../client/store/counts.js';
import type { reduce } from '../../client/store/reduce.js';
import type { Input, RoomView, StoreState } from '../../client/store/state.js';
import type { Defect } from '../../server/testing/simulator/defect.js';

/** A promise taken out of the server or of the client's store. */
export interface CampaignDefect extends Defect {
  readonly store?: (reducer: typeof reduce) => typeof reduce;
}

/** A reducer that gets one thing wrong about rooms. */
function withRooms(
  reducer: typeof reduce,
  spoil: (view: RoomView, input: Input | undefined, before: StoreState, after: StoreState) => RoomView,
): typeof reduce {
  return (before, inputs) => {
    const after = reducer(before, inputs);
    const rooms = [...after.rooms].map(([roomId, view]) => [roomId, spoil(view, inputs[0], before, after)] as const);
    return { ...after, rooms: new Map(rooms) };
  };
}

const never = { clear: () => undefined };

export const defects: readonly CampaignDefect[] = [
  {
    name: 'M1 replays room by room',
    parts: (parts) => ({
      ...parts,
      lineUp: (replay, at) => {
        const entries = [...replay.entries].sort((one, other) => one.row.roomId.localeCompare(other.row.roomId));
        let furthest = replay.since;
        // Only ever forward, as a cursor must be.
        return parts.lineUp({ ...replay, entries }, at).map((item) => {
          furthest = parts.furthest(furthest, item.positions);
          return { ...item, positions: furthest };
        });
      },
    }),
  },
  {
    name: 'M2 forgets what happens while the snapshot is on its way',
    parts: (parts) => ({
      ...parts,
      createRing: (bounds) => {
        const ring = parts.createRing(bounds);
        return { ...ring, after: (shard, pos) => (ring.after(shard, pos) === undefined ? undefined : []) };
      },
    }),
  },
  {
    name: 'M3 trusts the bus and does not poll',
    clock: (clock) => ({
      now: () => clock.now(),
      turn: () => clock.turn(),
      after: () => never,
      every: (ms, task) => clock.every(ms, task),
    }),
  },
  {
    name: 'M4 does not fill holes',
    log: (log) => ({ ...log, read: async (...range) => (await log.read(...range)).slice(-1) }),
  },
  { name: 'M5 does not recognise a repeated send', ignoresClientIds: true },
  {
    name: 'M6 replays from before the joining',
    log: (log) => ({
      ...log,
      snapshot: async (...input) => {
        const snapshot = await log.snapshot(...input);
        return { ...snapshot, memberships: snapshot.memberships.map((membership) => ({ ...membership, joinSeq: 1 })) };
      },
    }),
  },
  { name: 'M7 takes positions before the commit', takesPositionsEarly: true },
  {
    name: 'M8 yields events without a cursor',
    outlet: (outlet) => ({
      get backlog() {
        return outlet.backlog;
      },
      drained: () => outlet.drained(),
      close: (reason) => outlet.close(reason),
      send: (delivery) => {
        const isEphemeral = delivery.event.type === 'typing';
        outlet.send(isEphemeral ? ({ ...delivery, cursor: undefined } as unknown as typeof delivery) : delivery);
      },
    }),
  },
  {
    name: 'M9 goes on routing to the removed',
    parts: (parts) => ({
      ...parts,
      createRoutes: () => ({ ...parts.createRoutes(), leave: () => undefined }),
    }),
  },
  {
    name: 'M10 forgets that a snapshot can be ahead of the tail',
    parts: (parts) => ({ ...parts, furthest: (_floor, tail) => [...tail] }),
  },
  {
    name: 'M11 puts room.limited at its last position',
    parts: (parts) => ({
      ...parts,
      lineUp: (replay, at) => {
        const items = parts.lineUp({ ...replay, limited: [] }, at);
        for (const room of replay.limited) {
          const [marker] = parts.lineUp({ ...replay, limited: [room], gone: [], entries: [] }, at);
          const isLater = (item: (typeof items)[number]): boolean =>
            (item.positions[room.shard] ?? 0) > room.headPos ||
            item.positions.some((pos, shard) => shard > room.shard && pos > (replay.since[shard] ?? 0));
          const place = items.findIndex(isLater);
          const before = items[(place < 0 ? items.length : place) - 1]?.positions ?? replay.since;
          const positions = before.map((pos, shard) => (shard === room.shard ? Math.max(pos, room.headPos) : pos));
          if (marker !== undefined) items.splice(place < 0 ? items.length : place, 0, { ...marker, positions });
        }
        return items;
      },
    }),
  },
  {
    name: 'M12 keeps deleted content in memory',
    parts: (parts) => ({
      ...parts,
      createRing: (bounds) => ({ ...parts.createRing(bounds), forget: () => undefined }),
    }),
  },
  {
    name: 'M13 does not subtract what is deleted from what is unread',
    store: (reducer) =>
      withRooms(reducer, (view, input, before, after) => {
        const isDeletion = input?.kind === 'event' && input.event.type === 'message.deleted';
        const had = unreadOf(before, view.roomId)?.unread ?? 0;
        const lost = had - (unreadOf(after, view.roomId)?.unread ?? 0);
        if (!isDeletion || lost <= 0 || view.older === null) return view;
        return { ...view, older: { ...view.older, unread: view.older.unread + lost } };
      }),
  },
  {
    name: 'M14 takes a deletion it can not place for one that did not count',
    store: (reducer) => (before, inputs) =>
      reducer(
        before,
        inputs.map((input) => {
          if (input.kind !== 'event' || input.event.type !== 'message.deleted') return input;
          const { event } = input;
          const held = before.rooms.get(event.roomId ?? '')?.messages ?? [];
          const messageIds = event.data.messageIds.filter((id) => held.some((message) => message.id === id));
          return { ...input, event: { ...event, data: { messageIds } } };
        }),
      ),
  },
  {
    name: 'M15 does not ask what was read while it was away',
    store: (reducer) => (before, inputs) => ({ ...reducer(before, inputs), doubtedFrom: 0 }),
  },
  {
    name: 'M16 lets a read mark go back',
    store: (reducer) =>
      withRooms(reducer, (view, input) => {
        if (input?.kind !== 'event' || input.event.type !== 'receipt.read') return view;
        const { roomId, data } = input.event;
        return roomId === view.roomId && data.userId === view.userId ? { ...view, readTo: data.seq } : view;
      }),
  },
  {
    name: 'M17 counts a hidden message that comes after its hiding',
    store: (reducer) => (before, inputs) => ({ ...reducer(before, inputs), hidden: [] }),
  },
];
