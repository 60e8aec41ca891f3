import type { Dice } from '../dice.js';
import type { Model } from '../model.js';
import type { Real } from '../program.js';
import { shortOf } from '../step.js';

/** Something that no call does. */
export interface StreamStep {
  readonly says: string;
  run(real: Real): Promise<void>;
}

export type StreamMove = (model: Model, dice: Dice) => StreamStep | undefined;

/** A device is away. */
export const goAway: StreamMove = (model, dice) => {
  const userId = dice.pick(model.users.filter((id) => !model.offline.has(id)));
  if (userId === undefined) return undefined;
  return {
    says: `${shortOf(userId)} goes away`,
    async run({ devices }) {
      model.offline.add(userId);
      await devices.get(userId)?.go();
    },
  };
};

/** A device comes back with its cursor, or another one comes in its place. */
export const comeBack: StreamMove = (model, dice) => {
  const userId = dice.pick([...model.offline]);
  if (userId === undefined) return undefined;
  const isFresh = dice.rarely(4);
  return {
    says: `${shortOf(userId)} comes ${isFresh ? 'with a new device' : 'back'}`,
    async run({ devices }) {
      model.offline.delete(userId);
      await devices.get(userId)?.come(isFresh);
    },
  };
};

/** A device loses its connection and has the next one at once. */
export const reconnect: StreamMove = (model, dice) => {
  const userId = dice.pick(model.users.filter((id) => !model.offline.has(id)));
  if (userId === undefined) return undefined;
  const isFresh = dice.rarely(4);
  return {
    says: `${shortOf(userId)} connects ${isFresh ? 'a new device' : 'again'}`,
    async run({ devices }) {
      await devices.get(userId)?.go();
      await devices.get(userId)?.come(isFresh);
    },
  };
};

/** Time goes by: mutes, bans and invites end. */
export const wait: StreamMove = (_model, dice) => {
  const seconds = dice.one([1, 31, 61] as const);
  return {
    says: `${seconds} s go by`,
    run({ stage }) {
      stage.advance(seconds * 1_000);
      return Promise.resolve();
    },
  };
};
