/** Faults that were injected and took effect. One that never did makes a campaign invalid. */
export const faultKinds = [
  'busDropped',
  'busDuplicated',
  'busReordered',
  'falseHint',
  'lateOffer',
  'crash',
  'crashBeforeHint',
  'disconnect',
  'disconnectMidReplay',
  'slowReader',
  'lostAck',
  'databaseFault',
  'badCursor',
  'pruned',
  'removal',
  'rejoin',
  'roomDeleted',
  'loadFault',
  'receiptMissed',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What the system did about them. A campaign that never saw one of these proved nothing about it. */
export const effectKinds = [
  'commits',
  'acks',
  'retriesSuppressed',
  'deliveries',
  'ephemerals',
  'checkpoints',
  'gapFills',
  'replays',
  'replayedFromRing',
  'replayedFromLog',
  'limited',
  'gone',
  'resyncInvalid',
  'resyncEpoch',
  'resyncTooOld',
  'resyncTooMuch',
  'repeatsAfterLimited',
  'tombstones',
  'loads',
  'syncPages',
  'reads',
  'receipts',
  'hides',
  'recounts',
  'countChecks',
  'exactChecks',
  'unreadCounts',
  'finalCounts',
  'markChecks',
] as const;
export type EffectKind = (typeof effectKinds)[number];

export interface Tally {
  readonly faults: Record<FaultKind, number>;
  readonly effects: Record<EffectKind, number>;
}

export function createTally(): Tally {
  const zeroes = <Kind extends string>(kinds: readonly Kind[]): Record<Kind, number> =>
    Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  return { faults: zeroes(faultKinds), effects: zeroes(effectKinds) };
}

/** Every class that never happened. */
export function unseen({ faults, effects }: Tally): string[] {
  return [...faultKinds.filter((kind) => faults[kind] === 0), ...effectKinds.filter((kind) => effects[kind] === 0)];
}
