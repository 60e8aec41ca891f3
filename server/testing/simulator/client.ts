import type { ChatEvent } from '@confab/shared';
import type { Database } from './database.js';
import type { Io } from './io.js';
import type { SimulatedNode } from './node.js';
import type { Prng } from './prng.js';
import type { Tally } from './tally.js';
import type { Witness } from './witness.js';

/** What stands behind a device's socket: a store of its own that is fed the stream. What it throws ends the run. */
export interface SimulatedClient {
  /** The rooms it takes its user to be in; what its user does, is done there. */
  readonly roomIds: readonly string[];
  /** Takes one value of the stream. */
  take(cursor: string, event: ChatEvent): void;
  /** Reads something, as people do now and then. */
  read?(): void;
  /** Is looked at again after a while. */
  doubt?(): void;
  /** May ask the database for something; called at every step. */
  load?(): void;
  /** All faults have ended, and everything was told: is what it holds right? */
  checkEnd?(): void;
}

/** The device a client runs on. */
export interface Seat {
  readonly name: string;
  readonly userId: string;
  /** Whatever the client waits for goes through here, so that the run decides when it comes. */
  readonly io: Io;
  readonly prng: Prng;
  readonly tally: Tally;
  /** What is true; to answer what the client asks for, and to hold it against. */
  readonly database: Database;
  readonly witness: Witness;
  /** The connection of now: another object after each reconnect. */
  readonly connection: { readonly node: SimulatedNode } | undefined;
}

export type CreateClient = (seat: Seat) => SimulatedClient;

/** A client that keeps nothing but which rooms it was told of. */
export function createPlainClient({ witness }: Seat): SimulatedClient {
  return {
    get roomIds() {
      return witness.roomIds;
    },
    take: () => undefined,
  };
}
