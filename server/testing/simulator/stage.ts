import type { LogRow } from '../../events/log.js';
import type { Database } from './database.js';
import type { Defect } from './defect.js';
import type { Device } from './device.js';
import type { Io } from './io.js';
import type { NodeWorld, SimulatedNode } from './node.js';
import type { Prng } from './prng.js';
import type { Tally } from './tally.js';

/** What everything that happens in a run works with. */
export interface Stage {
  readonly prng: Prng;
  readonly tally: Tally;
  readonly io: Io;
  readonly database: Database;
  readonly nodeWorld: NodeWorld;
  readonly nodes: readonly SimulatedNode[];
  readonly devices: readonly Device[];
  readonly users: readonly string[];
  readonly defect: Defect | undefined;
  /** Faults are only injected until the run heals. */
  readonly isHealing: boolean;
  readonly step: number;
  readonly now: Date;
  anyUser(): string;
  /** One of the nodes that can be connected to. */
  anyStarted(): SimulatedNode | undefined;
  /** Rows were committed, on some node: its streams are offered them at once, late, or (if it dies first) never. */
  write(rows: readonly LogRow[]): void;
  /** The node dies, and all that is connected to it is cut off. */
  kill(node: SimulatedNode): void;
}

export function unique(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}
