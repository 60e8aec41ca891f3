/** Runs tasks, at most so many at once; the rest waits in the order it came. */
export type Gate = <Result>(task: () => Promise<Result>) => Promise<Result>;

export function createGate(width: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // The place is handed over, so that nobody slips in between.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
