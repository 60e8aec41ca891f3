/** How long to wait, and what to say when it was in vain. */
export interface WaitOptions {
  /** What is awaited, as the end of "waited … for". */
  readonly what: string;
  /** @default 10_000 */
  readonly timeoutMs?: number;
  /** What was there instead; asked once, on failure. */
  readonly seen?: () => unknown;
}

const pollMs = 10;

/**
 * Waits until `probe` answers with something truthy and resolves to it. What the probe throws ends the waiting at once.
 * Fails after `timeoutMs` with a message that says what was awaited and what was seen.
 */
export async function waitFor<Found>(
  probe: () => Found | Promise<Found>,
  options: WaitOptions,
): Promise<Exclude<Found, false | null | undefined>> {
  const { what, timeoutMs = 10_000, seen } = options;
  const start = performance.now();
  for (;;) {
    const found = await probe();
    if (found) return found as Exclude<Found, false | null | undefined>;
    if (performance.now() - start > timeoutMs) {
      throw new Error(`waited ${timeoutMs} ms for ${what}${seen === undefined ? '' : `; seen: ${show(seen())}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Resolves to what `promise` resolves to, or fails after `timeoutMs` with a message that says what was awaited. */
export async function within<Value>(
  promise: Promise<Value>,
  { what, timeoutMs = 10_000, seen }: WaitOptions,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`waited ${timeoutMs} ms for ${what}${seen === undefined ? '' : `; seen: ${show(seen())}`}`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}
