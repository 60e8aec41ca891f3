import { effectKinds, faultKinds, tallyOf } from '../../server/testing/simulator/tally.js';
import type { Tally } from '../../server/testing/simulator/tally.js';

/** What else can go wrong for a device that holds the client's store, and what else happens to it. */
const clientFaults = ['loadFault', 'receiptMissed'] as const;
const clientEffects = [
  'loads',
  'reads',
  'receipts',
  'recounts',
  'countChecks',
  'exactChecks',
  'unreadCounts',
  'finalCounts',
  'markChecks',
] as const;

const faults = [...faultKinds, ...clientFaults];
const effects = [...effectKinds, ...clientEffects];

export type ClientTally = Tally<(typeof faults)[number], (typeof effects)[number]>;

export function createTally(): ClientTally {
  return tallyOf(faults, effects);
}
