import type { Message } from '@confab/shared';
import type { Kernel } from '../kernel.js';

interface Flight {
  readonly bodyHash: string;
  readonly message: Promise<Message>;
}

/** What tells a send from others, and from itself with another body. */
export interface SendKey {
  readonly roomId: string;
  readonly senderId: string;
  readonly clientId: string;
  readonly bodyHash: string;
}

// A chat's own state, kept beside its kernel: as many entries as sends are running, each removed when it ends.
const flights = new WeakMap<Kernel, Map<string, Flight>>();

/**
 * Runs one send per client id at a time on this node: the same body again shares the answer of the first, another body
 * waits until the first is decided. The database decides between nodes.
 */
export async function once(
  kernel: Kernel,
  { roomId, senderId, clientId, bodyHash }: SendKey,
  send: () => Promise<Message>,
): Promise<Message> {
  const running = flights.get(kernel) ?? new Map<string, Flight>();
  flights.set(kernel, running);
  const key = JSON.stringify([roomId, senderId, clientId]);
  for (let flight = running.get(key); flight !== undefined; flight = running.get(key)) {
    if (flight.bodyHash === bodyHash) return flight.message;
    await flight.message.catch(() => undefined);
  }
  const message = send().finally(() => running.delete(key));
  running.set(key, { bodyHash, message });
  return message;
}
