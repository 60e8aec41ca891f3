import { messageMethods } from './messages/index.js';
import type { StoreMethods } from './methods.js';
import { roomMethods } from './rooms/index.js';
import { userMethods } from './users/index.js';

/** Replacements of single store methods, each made from the method it replaces. */
export type StoreOverrides = {
  readonly [Name in keyof StoreMethods]?: (base: StoreMethods[Name]) => StoreMethods[Name];
};

/** The store's methods with the overrides put in. Throws an `Error` that names an override of no method. */
export function resolveMethods(overrides: StoreOverrides = {}): StoreMethods {
  const base: StoreMethods = { ...messageMethods, ...roomMethods, ...userMethods };
  const names = Object.keys(overrides) as (keyof StoreMethods)[];
  const replaced = names.map((name) => {
    if (!(name in base)) throw new Error(`prismaStore: override.${name} is not a method of the store.`);
    return [name, replace(base, overrides, name)] as const;
  });
  return Object.freeze({ ...base, ...Object.fromEntries(replaced) }) as StoreMethods;
}

function replace<Name extends keyof StoreMethods>(
  base: StoreMethods,
  overrides: StoreOverrides,
  name: Name,
): StoreMethods[Name] {
  const override = overrides[name];
  if (override === undefined) return base[name];
  const method: unknown = override(base[name]);
  if (typeof method !== 'function') throw new Error(`prismaStore: override.${name} must return a function.`);
  return method as StoreMethods[Name];
}
