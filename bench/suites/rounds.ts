import type { Contestant, Database } from '../servers/launch.js';

/** How large a run is. */
export interface Scale {
  readonly rounds: number;
  readonly sendMs: number;
  readonly subscribers: number;
  readonly deliveryMessages: number;
  readonly idle: readonly [number, number];
}

export const fullScale: Scale = {
  rounds: 3,
  sendMs: 3_000,
  subscribers: 1_000,
  deliveryMessages: 120,
  idle: [500, 2_000],
};

/** Small enough for every change: it shows that the bench runs, not how fast anything is. */
export const smokeScale: Scale = { rounds: 1, sendMs: 400, subscribers: 50, deliveryMessages: 20, idle: [20, 60] };

/** A figure of both contestants, by round. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly confab: readonly number[];
  readonly raw: readonly number[];
}

/** Measures both contestants in turn, as often as the scale says; who goes first alternates. */
export async function interleave(
  name: string,
  unit: string,
  rounds: number,
  measure: (contestant: Contestant) => Promise<number>,
): Promise<Line> {
  const results: Record<Contestant, number[]> = { confab: [], raw: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order: readonly Contestant[] = round % 2 === 0 ? ['raw', 'confab'] : ['confab', 'raw'];
    for (const contestant of order) results[contestant].push(await measure(contestant));
  }
  return { name, unit, ...results };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** One line of the report: the ratio is the median of the rounds' own ratios. */
export function print({ name, unit, confab, raw }: Line): string {
  const ratios = confab.map((value, round) => value / (raw[round] ?? Number.NaN));
  const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
  const spread = `${figure(Math.min(...ratios))} to ${figure(Math.max(...ratios))}`;
  return `${name.padEnd(48)} confab ${figure(median(confab)).padStart(8)}  raw ${figure(median(raw)).padStart(8)}  ${unit.padEnd(16)} ratio ${figure(median(ratios))} (${spread})`;
}

export const databases: readonly Database[] = ['sqlite', 'postgresql'];
