import type { Device, Unacknowledged } from './device.js';
import type { Stage } from './stage.js';
import { Violation } from './violation.js';

/** What devices say, again and again until they know that it was committed. */
export class Sends {
  readonly #stage: Stage;
  readonly #acknowledged: string[] = [];
  #nextClientId = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  send(device: Device): void {
    const { chance, pick } = this.#stage.prng;
    const roomId = pick(device.client.roomIds);
    if (roomId === undefined || device.connection === undefined) return;
    const mentions = [...(chance(0.2) ? [this.#stage.anyUser()] : []), ...(chance(0.1) ? ['@room'] : [])];
    const kind = chance(0.1) ? 'system' : 'user';
    const clientId = `${device.name}-${this.#nextClientId++}`;
    const send: Unacknowledged = { roomId, clientId, mentions, kind, attempts: 0, isAckLost: false };
    device.outbox.push(send);
    this.attempt(device, send);
  }

  retry(device: Device): void {
    const send = this.#stage.prng.pick(device.outbox);
    if (send !== undefined) this.attempt(device, send);
  }

  attempt(device: Device, send: Unacknowledged): void {
    if (device.connection === undefined) return;
    const { database, defect, tally, prng, isHealing, now } = this.#stage;
    const { roomId, clientId } = send;
    send.attempts += 1;
    const key = `${roomId} ${device.userId} ${clientId}`;
    const isRepeated = database.sent.has(key);
    const done = (): void => void device.outbox.splice(device.outbox.indexOf(send), 1);
    const isMember = database.isMember(device.userId, roomId);
    // Refused: it will never be sent.
    if (!isMember) return done();
    const isKnown = isRepeated && defect?.ignoresClientIds !== true;
    if (isRepeated && send.isAckLost) tally.faults.lostAck += 1;
    send.isAckLost = false;
    if (isKnown) tally.effects.retriesSuppressed += 1;
    else this.#stage.write(database.send(roomId, device.userId, clientId, now, send));
    if (!isHealing && prng.chance(0.2)) {
      // It was committed, and the device will never know from this answer.
      send.isAckLost = true;
      device.disconnect();
      return;
    }
    tally.effects.acks += 1;
    this.#acknowledged.push(key);
    done();
  }

  /** Whatever was acknowledged is there, once. */
  checkEnd(): void {
    const counts = new Map<string, number>();
    for (const { id: roomId, messages } of this.#stage.database.rooms.values()) {
      for (const { senderId, clientId } of messages) {
        const key = `${roomId} ${senderId} ${clientId}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    for (const key of this.#acknowledged) {
      if (counts.get(key) !== 1)
        throw new Violation(`${key} was acknowledged and is there ${counts.get(key) ?? 0} times`);
    }
  }
}
