import type { Clock, Timer } from '../../ports.js';
import type { ChatStore } from '../../store/port.js';
import type { SessionSign } from '../../store/users/index.js';

/** A sign of life, and whether a connection begins with it. */
export interface DeviceSign extends SessionSign {
  readonly isOpening?: boolean;
}

/** Writes signs of life of devices in batches: one transaction at a time, what comes meanwhile goes into the next. */
export interface SessionWriter {
  /** Resolves when it is kept. Rejects as the store does; the sign is tried again all the same. */
  now(sign: DeviceSign): Promise<void>;
  /** To be kept within a second or so. */
  soon(sign: DeviceSign): void;
  /** Drops what waits of a user. */
  forget(userId: string): void;
  /** Writes what waits, as far as the store lets it. */
  settled(): Promise<void>;
  /** Writes what waits, as far as the store lets it, and ends. */
  stop(): Promise<void>;
}

const soonMs = 1_000;
/** Rows in one transaction. */
const batch = 200;
/** More than this is not kept waiting while the database is away; the next sign of life makes up for it. */
const most = 10_000;

export function createSessionWriter({
  store,
  clock,
}: {
  readonly store: ChatStore;
  readonly clock: Clock;
}): SessionWriter {
  const waiting = new Map<string, DeviceSign>();
  let running: Promise<void> | undefined;
  let timer: Timer | undefined;
  let isStopped = false;

  function put(sign: DeviceSign): void {
    const key = JSON.stringify([sign.userId, sign.id]);
    const earlier = waiting.get(key);
    if (earlier === undefined && waiting.size >= most) return;
    waiting.set(key, {
      ...sign,
      userAgent: sign.userAgent ?? earlier?.userAgent ?? null,
      isOpen: sign.isOpen ?? earlier?.isOpen ?? null,
      // What is over by now has not begun.
      isOpening: sign.isOpen !== false && (sign.isOpening === true || earlier?.isOpening === true),
    });
  }

  async function write(): Promise<void> {
    try {
      while (waiting.size > 0) {
        const entries = [...waiting].slice(0, batch);
        for (const [key] of entries) waiting.delete(key);
        await save(entries.map(([, sign]) => sign));
      }
    } finally {
      // In the same turn as the last look at what waits: a sign that comes later starts a run of its own.
      running = undefined;
    }
  }

  async function save(signs: readonly DeviceSign[]): Promise<void> {
    const at = clock.now();
    const opened = signs.filter(({ isOpening }) => isOpening === true).map(keptOf);
    const others = signs.filter(({ isOpening }) => isOpening !== true).map(keptOf);
    try {
      await store.write(async (tx) => {
        await store.methods.openSession(tx, { sessions: opened, at });
        await store.methods.touchSession(tx, { sessions: others, at });
      });
    } catch (error) {
      // What came meanwhile is newer, so it is laid over what failed.
      const newer = [...waiting.values()];
      for (const sign of [...signs, ...newer]) put(sign);
      schedule();
      throw error;
    }
  }

  function flush(): Promise<void> {
    timer?.clear();
    timer = undefined;
    // A run takes whatever waits until nothing does.
    if (running === undefined && waiting.size > 0) running = write();
    return running ?? Promise.resolve();
  }

  const settled = (): Promise<void> => flush().catch(() => undefined);

  function schedule(): void {
    if (isStopped) return;
    timer ??= clock.after(soonMs, () => {
      timer = undefined;
      flush().catch(() => undefined);
    });
  }

  return {
    now(sign) {
      put(sign);
      return flush();
    },
    soon(sign) {
      put(sign);
      schedule();
    },
    forget(userId) {
      for (const [key, sign] of [...waiting]) if (sign.userId === userId) waiting.delete(key);
    },
    settled,
    stop() {
      isStopped = true;
      timer?.clear();
      return settled();
    },
  };
}

function keptOf({ userId, id, userAgent, isOpen }: DeviceSign): SessionSign {
  return { userId, id, userAgent, isOpen };
}
