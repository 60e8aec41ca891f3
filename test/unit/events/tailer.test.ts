import { describe, expect, it, vi } from 'vitest';
import type { LogRow, LogStore, ShardHead } from '../../../server/events/log.js';
import { createTailer } from '../../../server/events/tailer.js';
import { row, told } from './log-rows.js';

/** A tailer over one shard whose rows and heads a test sets; polls happen when the test says so. */
async function setUp(pendingRows = 100) {
  const head: { pos: number; floorPos: number } = { pos: 0, floorPos: 0 };
  let rows: LogRow[] = [];
  let poll = (): void => undefined;
  const applied: number[] = [];
  const skipped: { pos: number; wasPruned: boolean }[] = [];
  const errors: unknown[] = [];
  const log = {
    identity: { epoch: 'e', shardCount: 1 },
    heads: vi.fn((): Promise<ShardHead[]> => Promise.resolve([{ ...head }])),
    read: vi.fn((_shard: number, afterPos: number, uptoPos: number, limit: number) =>
      Promise.resolve(rows.filter(({ pos }) => pos > afterPos && pos <= uptoPos).slice(0, limit)),
    ),
    render: vi.fn((some: readonly LogRow[]) => Promise.resolve(some.map((one) => told(one)))),
    snapshot: () => Promise.reject(new Error('Not asked for here.')),
    slices: () => Promise.resolve([]),
  } satisfies LogStore;
  const tailer = createTailer({
    log,
    clock: {
      now: () => new Date(0),
      after: (_ms, task) => {
        poll = task;
        return { clear: () => undefined };
      },
      every: () => ({ clear: () => undefined }),
      turn: () => Promise.resolve(),
    },
    random: { next: () => 0.5 },
    pollMs: 1_000,
    pageRows: 3,
    pendingRows,
    onApply: ({ pos }) => applied.push(pos),
    onSkip: (_shard, pos, wasPruned) => skipped.push({ pos, wasPruned }),
    onError: (error) => errors.push(error),
  });
  await tailer.start();
  const commit = (upto: number, without: readonly number[] = []): void => {
    head.pos = upto;
    rows = Array.from({ length: upto }, (_, index) => row(index + 1)).filter(({ pos }) => !without.includes(pos));
  };
  return { tailer, log, head, commit, applied, skipped, errors, poll: () => poll() };
}

const ofRows = (...positions: number[]) => {
  const rows = positions.map((pos) => row(pos));
  return [rows, rows.map((one) => told(one))] as const;
};

describe('the tailer', () => {
  it('applies what is next before the offer returns', async () => {
    const { tailer, applied } = await setUp();
    tailer.offer(...ofRows(1, 2));
    expect(applied).toEqual([1, 2]);
  });

  it('drops what it has seen', async () => {
    const { tailer, applied } = await setUp();
    tailer.offer(...ofRows(1, 2));
    tailer.offer(...ofRows(1, 2));
    expect(applied).toEqual([1, 2]);
  });

  it('fills a hole from the log and then goes on with what waited', async () => {
    const { tailer, log, commit, applied } = await setUp();
    commit(3);
    tailer.offer(...ofRows(3));
    await vi.waitFor(() => expect(applied).toEqual([1, 2, 3]));
    expect(log.read).toHaveBeenCalledExactlyOnceWith(0, 0, 2, 3);
  });

  it('renders rows that came without their events', async () => {
    const { tailer, log, commit, applied } = await setUp();
    commit(2);
    tailer.offer([row(1), row(2)]);
    await vi.waitFor(() => expect(applied).toEqual([1, 2]));
    expect(log.read).not.toHaveBeenCalled();
  });

  it('keeps at most so many rows waiting and reads the rest again', async () => {
    const { tailer, commit, applied } = await setUp(2);
    commit(9);
    tailer.offer(...ofRows(5, 6, 7, 8, 9));
    await vi.waitFor(() => expect(applied).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });

  it('follows a hint that turns out true', async () => {
    const { tailer, commit, applied } = await setUp();
    commit(2);
    tailer.hint([{ shard: 0, pos: 2 }]);
    await vi.waitFor(() => expect(applied).toEqual([1, 2]));
  });

  it('does not believe a hint above the head, and delivers what comes there later', async () => {
    const { tailer, log, commit, applied, skipped } = await setUp();
    commit(2);
    tailer.hint([
      { shard: 0, pos: 1_000_000 },
      { shard: 7, pos: 3 },
      { shard: 0, pos: Number.NaN },
    ]);
    await vi.waitFor(() => expect(log.heads).toHaveBeenCalledTimes(2));
    await vi.waitFor(() => expect(applied).toEqual([1, 2]));
    tailer.offer(...ofRows(3));
    expect(applied).toEqual([1, 2, 3]);
    expect(skipped).toEqual([]);
  });

  it('finds by polling what nobody told it of', async () => {
    const { commit, applied, poll } = await setUp();
    commit(7);
    poll();
    await vi.waitFor(() => expect(applied).toEqual([1, 2, 3, 4, 5, 6, 7]));
  });

  it('survives a failed read and tries again at the next poll', async () => {
    const { log, commit, applied, errors, poll } = await setUp();
    commit(2);
    log.read.mockRejectedValueOnce(new Error('away'));
    poll();
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    poll();
    await vi.waitFor(() => expect(applied).toEqual([1, 2]));
  });

  it('survives a failed poll', async () => {
    const { log, commit, applied, errors, poll } = await setUp();
    log.heads.mockRejectedValueOnce(new Error('away'));
    poll();
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    commit(1);
    await vi.waitFor(() => {
      poll();
      expect(applied).toEqual([1]);
    });
  });

  it('skips what was pruned, and says so', async () => {
    const { head, commit, applied, skipped, poll } = await setUp();
    commit(5, [1, 2, 5]);
    head.floorPos = 2;
    poll();
    await vi.waitFor(() => expect(applied).toEqual([3, 4]));
    await vi.waitFor(() =>
      expect(skipped).toEqual([
        { pos: 2, wasPruned: true },
        { pos: 5, wasPruned: false },
      ]),
    );
  });

  it('applies nothing once it is stopped', async () => {
    const { tailer, commit, applied } = await setUp();
    commit(3);
    tailer.offer(...ofRows(3));
    tailer.stop();
    tailer.offer(...ofRows(1));
    await Promise.resolve();
    expect(applied).toEqual([]);
  });
});
