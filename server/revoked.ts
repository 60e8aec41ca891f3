import type { Bus } from './bus/bus.js';
import type { Streams } from './events/streams.js';
import type { WebSockets } from './front/options.js';
import type { Revocation, Sessions } from './operations/users/sessions.js';
import type { Clock } from './ports.js';

interface Surroundings {
  readonly streams: Streams;
  readonly bus: Bus;
}

/** What tells of a revocation: the device hears why before it is closed, on whichever node it is. */
export function tellRevoked({
  streams,
  bus,
  clock,
}: Surroundings & { readonly clock: Clock }): (revocation: Revocation) => void {
  return ({ userId, sessionId, reason, revokedAt }) => {
    const data = { sessionId, reason };
    streams.announce({ userIds: [userId] }, { type: 'session.revoked', at: clock.now(), data });
    bus.publish({ kind: 'revoked', userId, sessionId, reason, revokedAt: revokedAt.getTime() });
  };
}

/** Closes what a device has open on this node once it is revoked, on whichever node it was. Returns what ends it. */
export function cutOff({
  sessions,
  streams,
  bus,
  fronts,
}: Surroundings & { readonly sessions: Sessions; readonly fronts: ReadonlySet<WebSockets> }): readonly (() => void)[] {
  return [
    bus.subscribe((message) => {
      if (message.kind !== 'revoked') return;
      sessions.learn({ ...message, revokedAt: new Date(message.revokedAt) });
    }),
    sessions.onRevoked(({ userId, sessionId, revokedAt }) => {
      const device = { userId, sessionId, issuedUntil: revokedAt };
      for (const front of fronts) front.disconnect(device, 'REVOKED');
      streams.disconnect(device, 'REVOKED');
    }),
  ];
}
