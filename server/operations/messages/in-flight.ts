import type { Message } from '@confab/shared';
import type { Kernel } from '../kernel.js';
import type { Draft } from './draft.js';

interface Flight {
  readonly bodyHash: string | null;
  readonly message: Promise<Message>;
}

// A chat's own state, kept beside its kernel: as many entries as sends are running, each removed when it ends.
const flights = new WeakMap<Kernel, Map<string, Flight>>();

/**
 * Runs one send per client id at a time on this node: the same body again shares the answer of the first, another body
 * waits until the first is decided. The database decides between nodes.
 */
export async function once(
  kernel: Kernel,
  senderId: string,
  draft: Draft,
  send: () => Promise<Message>,
): Promise<Message> {
  if (draft.clientId === null) return send();
  const running = flights.get(kernel) ?? new Map<string, Flight>();
  flights.set(kernel, running);
  const key = JSON.stringify([draft.roomId, senderId, draft.clientId]);
  for (let flight = running.get(key); flight !== undefined; flight = running.get(key)) {
    if (flight.bodyHash === draft.bodyHash) return flight.message;
    await flight.message.catch(() => undefined);
  }
  const message = send().finally(() => running.delete(key));
  running.set(key, { bodyHash: draft.bodyHash, message });
  return message;
}
