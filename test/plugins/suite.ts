import { randomBytes } from 'node:crypto';
import { definePlugin } from '../../server/extend/plugins/plugin.js';
import type { PluginKit } from '../../server/extend/plugins/plugin-kit.js';

type AnyKit = PluginKit<
  Record<never, never>,
  Record<never, never>,
  Record<never, never>,
  Record<never, never>,
  unknown
>;

/** A plugin that does nothing but let a test look into the database with another plugin's models. */
export function peeking<Models>() {
  let found: AnyKit | undefined;
  const plugin = definePlugin({
    id: 'peek',
    init(kit) {
      found = kit as unknown as AnyKit;
      return undefined;
    },
  });
  return {
    plugin,
    look<Result>(work: (models: Models) => Promise<Result>): Promise<Result> {
      if (found === undefined) throw new Error('the chat has not begun');
      return found.read(found.host, ({ models }) => work(models as Models));
    },
    change<Result>(work: (models: Models) => Promise<Result>): Promise<Result> {
      if (found === undefined) throw new Error('the chat has not begun');
      return found.write(found.host, ({ models }) => work(models as Models));
    },
  };
}

/** A user nobody else has. */
export function someone(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}

/** Something that is waited for and let happen by a test. */
export function deferred<Value>() {
  let resolve = (_value: Value): void => undefined;
  const promise = new Promise<Value>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
