import type { StreamsParts } from '../../events/create-streams.js';
import type { LogStore } from '../../events/log.js';
import type { Outlet } from '../../events/outlet.js';
import type { Clock } from '../../ports.js';

/** One promise taken out, by wrapping a port or one of the pieces the streams are composed of. */
export interface Defect {
  readonly name: string;
  readonly parts?: (parts: StreamsParts) => StreamsParts;
  readonly log?: (log: LogStore) => LogStore;
  readonly clock?: (clock: Clock) => Clock;
  readonly outlet?: (outlet: Outlet) => Outlet;
  /** Positions are taken before the commit, as from an identity column. */
  readonly takesPositionsEarly?: true;
  /** A repeated send is not recognised. */
  readonly ignoresClientIds?: true;
}
