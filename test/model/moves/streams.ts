import type { Dice } from '../dice.js';
import type { Model } from '../model.js';
import type { Real } from '../program.js';
import { pass } from '../sending.js';
import { shortOf } from '../step.js';

/** Something that no call does. */
export interface StreamStep {
  readonly says: string;
  run(real: Real): Promise<void>;
}

export type StreamMove = (model: Model, dice: Dice) => StreamStep | undefined;

/** A device is away. */
export const goAway: StreamMove = (model, dice) => {
  const name = dice.pick(model.devices.filter((id) => !model.offline.has(id)));
  if (name === undefined) return undefined;
  return {
    says: `${shortOf(name)} goes away`,
    async run({ devices }) {
      model.offline.add(name);
      await devices.get(name)?.go();
    },
  };
};

/** A device comes back with its cursor, or another one comes in its place. */
export const comeBack: StreamMove = (model, dice) => {
  const name = dice.pick([...model.offline]);
  if (name === undefined) return undefined;
  const isFresh = dice.rarely(4);
  return {
    says: `${shortOf(name)} comes ${isFresh ? 'with a new device' : 'back'}`,
    async run({ devices }) {
      model.offline.delete(name);
      await devices.get(name)?.come(isFresh);
    },
  };
};

/** A device loses its connection and has the next one at once. */
export const reconnect: StreamMove = (model, dice) => {
  const name = dice.pick(model.devices.filter((id) => !model.offline.has(id)));
  if (name === undefined) return undefined;
  const isFresh = dice.rarely(4);
  return {
    says: `${shortOf(name)} connects ${isFresh ? 'a new device' : 'again'}`,
    async run({ devices }) {
      await devices.get(name)?.go();
      await devices.get(name)?.come(isFresh);
    },
  };
};

/**
 * The server starts anew: what was told before is in no node's memory any more, so that devices that come back are told
 * of it as it is kept. Only while one is away, and not while something is to be sent later, since how long it takes is not known beforehand.
 */
export const restart: StreamMove = (model) => {
  const isSendingLater = model.scheduled.some(({ state }) => state === 'waiting');
  if (model.offline.size === 0 || isSendingLater) return undefined;
  return {
    says: 'the server starts anew',
    async run({ stage, devices }) {
      const online = [...devices.values()].filter((device) => device.isOnline);
      for (const device of online) await device.go();
      await stage.restart();
      for (const device of online) await device.come(false);
    },
  };
};

/** Time goes by: mutes, bans and invites end, and what was to be sent later is sent. */
export const wait: StreamMove = (model, dice) => {
  const seconds = dice.one([1, 31, 61] as const);
  return {
    says: `${seconds} s go by`,
    run: ({ stage }) => pass(model, stage, seconds * 1_000),
  };
};
