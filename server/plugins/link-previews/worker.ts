import { randomUUID } from 'node:crypto';
import { fetchTask } from './fetching.js';
import type { LinkPreviewKit } from './kit.js';
import type { ResolvedOptions } from './options.js';
import { createPageCache } from './page-cache.js';
import { createRecorder } from './recorder.js';
import type { Recorder } from './recorder.js';
import { giveUpMs, leaseMs, maxAttempts } from './task.js';
import type { Task } from './task.js';

/** Fetches the links of messages, those of this node at once and those that others left behind in time. */
export interface Worker {
  readonly recorder: Recorder;
  /** So much waits that new messages go without previews. */
  readonly isOverloaded: boolean;
  start(): void;
  /** Ends what is being fetched; others take it up. */
  dispose(): Promise<void>;
}

/** How often it is looked whether something was left behind. */
const sweepMs = 5_000;

export function createWorker(kit: LinkPreviewKit, options: ResolvedOptions): Worker {
  const { concurrency, queue, backlog } = options;
  const { clock, log } = kit;
  const recorder = createRecorder(kit, options, begin);
  const pages = createPageCache(options);
  const stopping = new AbortController();
  const { signal } = stopping;
  const waiting: Task[] = [];
  const running = new Set<Promise<void>>();
  /** Claims of this node that it has not let go of. */
  const held = new Set<string>();
  let sweeping: Promise<void> | undefined;
  let isOverloaded = false;
  let timer: { clear(): void } | undefined;

  /** What finds no place is left to lapse, and taken up then. */
  function begin(task: Task): void {
    if (signal.aborted || waiting.length >= queue) return;
    waiting.push(task);
    held.add(task.claim);
    while (running.size < concurrency && waiting.length > 0) {
      const next = waiting.shift();
      if (next !== undefined) run(next);
    }
  }

  function run(task: Task): void {
    const work = fetchTask(task, { kit, recorder, pages, signal })
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn({ error, messageId: task.messageId }, 'links could not be previewed');
      })
      .finally(() => {
        running.delete(work);
        held.delete(task.claim);
        const next = waiting.shift();
        if (next !== undefined && !signal.aborted) run(next);
      });
    running.add(work);
  }

  async function sweep(): Promise<void> {
    const now = clock.now();
    const room = concurrency + queue - running.size - waiting.length;
    const due = await kit.read(kit.host, async ({ models: { chatLinkPreviewTask } }) => {
      isOverloaded = (await chatLinkPreviewTask.count()) >= backlog;
      return chatLinkPreviewTask.findMany({
        where: { dueAt: { lte: now }, claim: { notIn: [...held] } },
        orderBy: { dueAt: 'asc' },
        take: Math.max(0, room),
      });
    });
    for (const { messageId, roomId, claim, attempts, createdAt } of due) {
      const isHopeless = attempts >= maxAttempts || now.getTime() - createdAt.getTime() > giveUpMs;
      const task: Task = { messageId, roomId, claim: randomUUID(), dueAt: new Date(now.getTime() + leaseMs) };
      // Of several nodes that try, the one that finds it as it was read has it.
      const left = { messageId, claim };
      const { count } = await kit.write(kit.host, ({ models: { chatLinkPreviewTask } }) =>
        isHopeless
          ? chatLinkPreviewTask.deleteMany({ where: left })
          : chatLinkPreviewTask.updateMany({
              where: left,
              data: { claim: task.claim, dueAt: task.dueAt, attempts: { increment: 1 } },
            }),
      );
      if (count === 1 && !isHopeless) begin(task);
    }
  }

  function sweepOnce(): void {
    sweeping ??= sweep()
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn({ error }, 'looking for links to preview failed');
      })
      .finally(() => {
        sweeping = undefined;
      });
  }

  return {
    recorder,
    get isOverloaded() {
      return isOverloaded;
    },
    start() {
      sweepOnce();
      timer = clock.every(sweepMs, sweepOnce);
    },
    async dispose() {
      timer?.clear();
      stopping.abort();
      waiting.length = 0;
      await sweeping;
      await Promise.all(running);
    },
  };
}
