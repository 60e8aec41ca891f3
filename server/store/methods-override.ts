import type { Message } from '@confab/shared';
import { deliveryMethods } from './deliveries/index.js';
import { draftMethods } from './drafts/index.js';
import { erasureMethods } from './erasure/index.js';
import { messageMethods } from './messages/index.js';
import type { StoreMethods } from './methods.js';
import { reportMethods } from './reports/index.js';
import { roomMethods } from './rooms/index.js';
import { scheduledMethods } from './scheduled/index.js';
import { threadMethods } from './threads/index.js';
import type { WriteTx } from './transaction.js';
import { userMethods } from './users/index.js';

/** A method in the place of another, with the host's own models at hand as `tx.host`. */
type Override<Method, Tx> = Method extends (tx: infer Given, input: infer Input) => infer Result
  ? (base: Method) => (tx: Given & { readonly host: Tx }, input: Input) => Result
  : never;

/** Replacements of single store methods, each made from the method it replaces. */
export type StoreOverrides<Tx = unknown> = {
  readonly [Name in keyof StoreMethods]?: Override<StoreMethods[Name], Tx>;
};

/** The store's methods with the overrides put in. Throws an `Error` that names an override of no method. */
export function resolveMethods(overrides: StoreOverrides = {}): StoreMethods {
  const base: StoreMethods = {
    ...messageMethods,
    ...roomMethods,
    ...reportMethods,
    ...threadMethods,
    ...userMethods,
    ...erasureMethods,
    ...draftMethods,
    ...scheduledMethods,
    ...deliveryMethods,
  };
  const replaced = Object.entries(overrides).flatMap(([name, override]) => {
    if (!Object.hasOwn(base, name)) throw new Error(`prismaStore: override.${name} is not a method of the store.`);
    if (override === undefined) return [];
    // Which method it replaces, its own type says.
    const method: unknown = (override as (replaced: unknown) => unknown)(base[name as keyof StoreMethods]);
    if (typeof method !== 'function') throw new Error(`prismaStore: override.${name} must return a function.`);
    return [[name, method] as const];
  });
  const methods = { ...base, ...Object.fromEntries(replaced) } as StoreMethods;
  return Object.freeze({
    ...methods,
    ...(overrides.sendMessage && {
      sendMessage: readBack(methods, methods.sendMessage, (input) => input.message.senderId),
    }),
    ...(overrides.editMessage && { editMessage: readBack(methods, methods.editMessage, (input) => input.viewerId) }),
  });
}

/** What an override wrote into the host's own columns after the message was presented is in the answer all the same. */
function readBack<Input>(
  { findMessage, presentMessages }: StoreMethods,
  method: (tx: WriteTx, input: Input) => Promise<Message>,
  viewerOf: (input: Input) => string,
): (tx: WriteTx, input: Input) => Promise<Message> {
  return async (tx, input) => {
    const message = await method(tx, input);
    if (tx.present.columns.message.length === 0) return message;
    const row = await findMessage(tx, { messageId: message.id });
    const [stored] = row === null ? [] : await presentMessages(tx, { rows: [row], viewerId: viewerOf(input) });
    return stored ?? message;
  };
}
