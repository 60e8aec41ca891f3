import { z } from 'zod';
import { ChatConfigError } from '../settings.js';

/** Throws the error of an option that can't be used. */
export function refuse(option: string, sentence: string): never {
  throw new ChatConfigError(`${option}: ${sentence}`);
}

/** Code of the host's. */
export const action = z.custom((value) => typeof value === 'function', 'expected a function.');

/** An object with these methods, its own or inherited. */
export function having(methods: readonly string[], sentence: string): z.ZodType {
  return z.custom(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function'),
    sentence,
  );
}

/** Refuses what does not fit a schema, by the name of the first part that does not. */
export function refuseBy(schema: z.ZodType, option: string, value: unknown): void {
  const parsed = schema.safeParse(value);
  const [issue] = parsed.error?.issues ?? [];
  if (issue === undefined) return;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [option, ...issue.path.map(String), ...unknown].filter((part) => part !== '').join('.');
  refuse(path, unknown.length > 0 ? 'there is no such option.' : issue.message);
}
