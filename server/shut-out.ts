import type { Bus } from './bus/bus.js';
import type { WebSockets } from './front/options.js';
import type { Kernel } from './operations/kernel.js';
import type { Exclusion } from './operations/users/exclusions.js';

/** What carries it to the other nodes that the host keeps somebody out, or lets them in again. */
export function tellOthers(bus: Bus): (userId: string, exclusion: Exclusion | null) => void {
  return (userId, exclusion) =>
    bus.publish(
      exclusion === null
        ? { kind: 'included', userId }
        : { kind: 'excluded', userId, why: exclusion.kind, at: exclusion.at.getTime() },
    );
}

const reasons = { ban: 'banned', erasure: 'erased' } as const;

/**
 * Closes what somebody has open on this node once the host keeps them out, on whichever node it did so; each device
 * hears why first. Of somebody who was erased everything this node remembers goes, too. Returns what ends it.
 */
export function shutOut({
  kernel,
  bus,
  fronts,
}: {
  readonly kernel: Kernel;
  readonly bus: Bus;
  readonly fronts: ReadonlySet<WebSockets>;
}): readonly (() => void)[] {
  const { access, directory, exclusions, sessions, streams } = kernel;

  function hear({ userId, kind, at }: Exclusion): void {
    if (kind === 'erasure') {
      directory.forget(userId);
      sessions.forget(userId);
      access.forgetUser(userId);
      // Events carry names, of whoever is in the room.
      streams.forgetAll(userId);
    }
    const who = kind === 'erasure' ? { userId, issuedUntil: at } : { userId };
    streams.announceEnd(who, reasons[kind]);
    for (const front of fronts) front.disconnect(who, 'REVOKED');
    streams.disconnect(who, 'REVOKED');
  }

  return [
    exclusions.onExcluded(hear),
    bus.subscribe((message) => {
      if (message.kind === 'included') exclusions.learn(message.userId, null);
      if (message.kind !== 'excluded') return;
      const { userId, why, at } = message;
      exclusions.learn(userId, { userId, kind: why, at: new Date(at) });
    }),
  ];
}
