import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPacing } from '../../client/pacing.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function delays(draw: number, failures: number): number[] {
  vi.spyOn(Math, 'random').mockReturnValue(draw);
  const pacing = createPacing({ baseMs: 500, maxMs: 30_000 });
  return Array.from({ length: failures }, () => {
    pacing.failed(0);
    return pacing.delay();
  });
}

describe('the back-off', () => {
  it('does not delay the first attempt', () => {
    expect(createPacing().delay()).toBe(0);
  });

  it('doubles its range up to the maximum', () => {
    expect(delays(1, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('draws from the whole range, right from the first loss', () => {
    expect(delays(0, 3)).toEqual([0, 0, 0]);
    expect(delays(0.5, 3)).toEqual([250, 500, 1_000]);
  });

  it('starts over after a connection that held', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const pacing = createPacing({ baseMs: 500 });
    for (let count = 0; count < 5; count += 1) pacing.failed(100);
    pacing.failed(10_000);
    expect(pacing.delay()).toBe(500);
  });

  it('adds a floor where the server asked for room', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const pacing = createPacing();
    pacing.failed(0, 1_000);
    expect(pacing.delay()).toBe(1_000);
  });

  it('spreads even the replacing of a connection that still works', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(createPacing({ baseMs: 500 }).delay(true)).toBe(250);
  });

  it('waits as long as it says, less when in a hurry, and not at all when cancelled', async () => {
    const pacing = createPacing();
    const slow = vi.fn();
    void pacing.wait(1_000).then(slow);
    await vi.advanceTimersByTimeAsync(999);
    expect(slow).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(slow).toHaveBeenCalled();
    const hurried = pacing.wait(1_000);
    pacing.hurry();
    await hurried;
    const cancelled = expect(pacing.wait(1_000)).rejects.toThrow('Cancelled.');
    pacing.cancel();
    await cancelled;
    expect(vi.getTimerCount()).toBe(0);
  });
});
