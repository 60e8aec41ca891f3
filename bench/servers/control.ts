/** Preloaded into every measured server: answers what its own process knows better than /proc. */

interface Question {
  readonly id: number;
  readonly ask: 'cpu' | 'memory';
}

const collect = globalThis.gc;

process.on('message', ({ id, ask }: Question) => {
  if (ask === 'memory') collect?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ id, answer: ask === 'cpu' ? user + system : process.memoryUsage().rss });
});

// The channel must not keep a server alive that was told to stop.
process.channel?.unref();
