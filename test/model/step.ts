import type { ChatCaller } from '../../server/chat.js';
import type { Dice } from './dice.js';
import type { Model, ModelMessage, ModelRoom } from './model.js';
import type { Refusal } from './rules.js';

/** The procedures, called as one user. */
export type Api = ChatCaller;

/** What a call meets. */
export interface Answered {
  readonly refusal: Refusal;
  readonly answer?: unknown;
}

/** One thing a user does, and what the model says will come of it. */
export interface Step {
  readonly by: string;
  /** For the report of a failure. */
  readonly says: string;
  /** As the model has it. */
  readonly refusal: Refusal;
  call(api: Api): Promise<unknown>;
  /** Does the same to the model, after the call was not refused. */
  apply(answer: unknown): void;
  /** Whether the device that called learns of it by the answer, too. */
  readonly isToldToDevice?: boolean;
}

/** Makes a step of a program out of its numbers; `undefined` when there is nothing to do it with. */
export type Move = (model: Model, dice: Dice) => Step | undefined;

/** A step with an answer of one type. */
export function step<Answer>(parts: {
  readonly by: string;
  readonly says: string;
  readonly refusal: Refusal;
  readonly call: (api: Api) => Promise<Answer>;
  readonly apply?: (answer: Answer) => void;
  readonly isToldToDevice?: boolean;
}): Step {
  const { apply } = parts;
  return { ...parts, apply: (answer) => apply?.(answer as Answer) };
}

/** Somebody, and a room that is mostly one of theirs. */
export function somebodyIn(model: Model, dice: Dice): { readonly me: string; readonly room: ModelRoom } | undefined {
  const me = dice.one(model.users);
  const mine = model.roomsOf(me);
  const room = dice.rarely(12) || mine.length === 0 ? dice.pick([...model.rooms.values()]) : dice.pick(mine);
  return room && { me, room };
}

/** Somebody who mostly runs a room, and the room. */
export function somebodyInCharge(
  model: Model,
  dice: Dice,
): { readonly me: string; readonly room: ModelRoom } | undefined {
  if (dice.rarely(4)) return somebodyIn(model, dice);
  const shared = model.livingRooms.filter(({ kind }) => kind !== 'direct');
  const room = dice.pick(shared);
  const admins = [...(room?.members ?? [])].flatMap(([id, { role }]) => (role === 'member' ? [] : [id]));
  const me = dice.pick(admins);
  return room === undefined || me === undefined ? undefined : { me, room };
}

/** The same as the first with one of the room's messages, mostly one of the newest. */
export function somebodyAt(
  model: Model,
  dice: Dice,
): { readonly me: string; readonly room: ModelRoom; readonly message: ModelMessage } | undefined {
  const place = somebodyIn(model, dice);
  if (place === undefined) return undefined;
  const { messages } = place.room;
  const message = dice.pick(dice.rarely(4) ? messages : messages.slice(-4));
  return message && { ...place, message };
}

/** A few different users. */
export function someUsers(model: Model, dice: Dice, most: number): [string, ...string[]] {
  const first = dice.one(model.users);
  const more = Array.from({ length: dice.roll(most) }, () => dice.one(model.users));
  return [...new Set([first, ...more])] as [string, ...string[]];
}

/** Which room, in the words of a report. */
export function nameOf(model: Model, { id, kind }: ModelRoom): string {
  return `${kind}#${[...model.rooms.keys()].indexOf(id)}`;
}

/** The part of a user's id that is the same in every run. */
export function shortOf(userId: string): string {
  return userId.replace(/^.*-/u, '');
}
