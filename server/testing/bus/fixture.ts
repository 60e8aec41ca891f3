import type { Bus, BusMessage } from '../../bus/bus.js';
import { eventually } from '../suite/expectations.js';

/** What an author provides for `testBus`: a wire of its own for each test, and buses that are plugged into it. */
export interface BusUnderTest {
  /** The bus of one more node. All buses of one wire reach each other. */
  connect(): Bus | Promise<Bus>;
  /** The bus of a node with another database that shares the same server, where that can be. */
  connectStranger?(): Bus | Promise<Bus>;
  /** Puts a text on the wire that no bus has sent; left out where nobody else can get at it. */
  inject?(text: string): void | Promise<void>;
  /** Cuts the connections of all buses, so that they have to come back by themselves; left out where there are none. */
  interrupt?(): void | Promise<void>;
  /** Ends what is left once the buses were closed. */
  dispose?(): void | Promise<void>;
}

/** A node on the wire, and what its bus heard. */
export interface Listener {
  readonly bus: Bus;
  readonly heard: readonly BusMessage[];
}

/** A wire with the nodes that were plugged into it. */
export interface BusBench {
  readonly wire: BusUnderTest;
  node(bus?: Bus): Promise<Listener>;
  /** Sends from one node until another one has heard it; then everything after it gets through. */
  meet(nodes: readonly Listener[]): Promise<void>;
  readonly waitMs: number;
}

export function createBusBench(wire: BusUnderTest, waitMs: number): { bench: BusBench; close(): Promise<void> } {
  const open: Bus[] = [];
  let marks = 0;

  async function meet(nodes: readonly Listener[]): Promise<void> {
    for (const node of nodes) {
      for (const other of nodes) {
        if (other === node) continue;
        marks += 1;
        const mark = hint(1_000_000 + marks);
        const isHeard = (): boolean => {
          node.bus.publish(mark);
          return other.heard.some((message) => isSame(message, mark));
        };
        await eventually(isHeard, 'a message to get from one node to another', { timeoutMs: waitMs });
      }
    }
  }

  const bench: BusBench = {
    ...{ wire, meet, waitMs },
    async node(given) {
      const bus = given ?? (await wire.connect());
      open.push(bus);
      const heard: BusMessage[] = [];
      bus.subscribe((message) => void heard.push(message));
      return { bus, heard };
    },
  };
  return {
    bench,
    async close() {
      for (const bus of open) await bus.close();
      await wire.dispose?.();
    },
  };
}

/** A message that is told from all others by its position. */
export function hint(pos: number): BusMessage {
  return { kind: 'heads', heads: [{ shard: 0, pos }] };
}

export function isSame(one: BusMessage, other: BusMessage): boolean {
  return one.kind === 'heads' && other.kind === 'heads' && one.heads[0]?.pos === other.heads[0]?.pos;
}

/** The positions a node heard of, those of `meet` left out. */
export function positions({ heard }: Listener): number[] {
  return heard
    .flatMap((message) => (message.kind === 'heads' ? message.heads.map(({ pos }) => pos) : []))
    .filter((pos) => pos < 1_000_000);
}
