import { afterAll, beforeAll } from 'vitest';

/** What a test must not leave behind. Vitest's own pipes and message ports are of other kinds. */
const watched = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TLSWrap', 'ProcessWrap', 'Timeout', 'Immediate']);

/** Closed handles are reported for a moment longer. */
const graceMs = 3_000;

function open(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (watched.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

let before = new Map<string, number>();

beforeAll(() => {
  before = open();
});

// Registered first, so it runs after every other hook of the file.
afterAll(async () => {
  const end = Date.now() + graceMs;
  let leaked = extra();
  while (leaked.length > 0 && Date.now() < end) {
    // The wait itself must not count as a timer, so it is one turn of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    leaked = extra();
  }
  if (leaked.length > 0) throw new Error(`this file left something open: ${leaked.join(', ')}`);
});

function extra(): string[] {
  return [...open()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0) - (kind === 'Immediate' ? 1 : 0);
    return more > 0 ? [`${more} × ${kind}`] : [];
  });
}
