/** Faults that are injected; counted when they took effect. */
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
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What was done about them, and what else happened. */
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
  'syncPages',
  'hides',
] as const;
export type EffectKind = (typeof effectKinds)[number];

/** How often everything happened. A campaign in which something never did has shown nothing about it. */
export interface Tally<Fault extends string = FaultKind, Effect extends string = EffectKind> {
  readonly faults: Record<Fault, number>;
  readonly effects: Record<Effect, number>;
}

/** A tally of these kinds, all at zero. */
export function tallyOf<Fault extends string, Effect extends string>(
  faults: readonly Fault[],
  effects: readonly Effect[],
): Tally<Fault, Effect> {
  const zeroes = <Kind extends string>(kinds: readonly Kind[]): Record<Kind, number> =>
    Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  return { faults: zeroes(faults), effects: zeroes(effects) };
}

/** Every kind that never happened. */
export function unseen({ faults, effects }: Tally<string, string>): string[] {
  return [...Object.entries(faults), ...Object.entries(effects)]
    .filter(([, count]) => count === 0)
    .map(([kind]) => kind);
}
