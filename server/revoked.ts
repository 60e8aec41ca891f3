import type { Bus } from './bus/bus.js';
import type { Streams } from './events/streams.js';
import type { WebSockets } from './front/options.js';
import type { Revocation, Sessions } from './operations/users/sessions.js';

/** What tells the other nodes of a revocation. */
export function tellRevoked(bus: Bus): (revocation: Revocation) => void {
  return ({ userId, sessionId, reason, revokedAt }) =>
    bus.publish({ kind: 'revoked', userId, sessionId, reason, revokedAt: revokedAt.getTime() });
}

/**
 * Closes what a device has open on this node once it is revoked, on whichever node it was and however this one heard of
 * it; the device hears why first. Returns what ends it.
 */
export function cutOff({
  sessions,
  streams,
  bus,
  fronts,
}: {
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly bus: Bus;
  readonly fronts: ReadonlySet<WebSockets>;
}): readonly (() => void)[] {
  return [
    bus.subscribe((message) => {
      if (message.kind !== 'revoked') return;
      sessions.learn({ ...message, revokedAt: new Date(message.revokedAt) });
    }),
    sessions.onRevoked(({ userId, sessionId, reason, revokedAt }) => {
      const device = { userId, sessionId, issuedUntil: revokedAt };
      streams.announceEnd(device, reason);
      for (const front of fronts) front.disconnect(device, 'REVOKED');
      streams.disconnect(device, 'REVOKED');
    }),
  ];
}
