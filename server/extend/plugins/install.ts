import { ChatError } from '@confab/shared';
import type { TRPCRouterRecord } from '@trpc/server';
import { checkHooks } from '../hooks/check-hooks.js';
import type { FrontLog } from '../../front/options.js';
import type { LooseHooks } from '../hooks/loose-hooks.js';
import type { ChatPlugin, PluginResource } from './plugin.js';

/** A plugin and the kit that was made for it. */
export interface Installed {
  readonly plugin: ChatPlugin;
  readonly kit: object;
}

/** Plugins take a kit typed by their own definitions; this is the one that was made for them. */
const as = (kit: object): never => kit as never;

/** The procedures of plugins, each under its plugin's id. */
export function proceduresOf(installed: readonly Installed[]): TRPCRouterRecord {
  const records = installed.flatMap(({ plugin, kit }) => {
    const record = plugin.procedures?.(as(kit));
    return record === undefined ? [] : [[plugin.id, record] as const];
  });
  return Object.fromEntries(records);
}

/** The hooks in the order they are run in, the host's own first. */
export function hooksOf(own: LooseHooks | undefined, installed: readonly Installed[]): readonly LooseHooks[] {
  const plugins = installed.map(({ plugin, kit }) => {
    if (typeof plugin.on !== 'function') return plugin.on ?? {};
    const made = plugin.on(as(kit));
    checkHooks(`plugins (${plugin.id}).on`, made);
    return made;
  });
  // A hook's input and result are those of the operation it is named after.
  return [own ?? {}, ...plugins] as unknown as readonly LooseHooks[];
}

/** Starts what plugins run beside the calls. When one can't start, those before it are stopped again. */
export async function startPlugins(installed: readonly Installed[], log: FrontLog): Promise<{ stop(): Promise<void> }> {
  const started: PluginResource[] = [];
  async function stop(): Promise<void> {
    for (const resource of started.splice(0).reverse()) {
      try {
        await resource.dispose();
      } catch (error) {
        log.error({ error }, 'a plugin could not be disposed of');
      }
    }
  }
  for (const { plugin, kit } of installed) {
    try {
      const resource = await plugin.init?.(as(kit));
      if (resource !== undefined) started.push(resource);
    } catch (cause) {
      await stop();
      throw new ChatError('INTERNAL', `The plugin ${plugin.id} could not start.`, { cause });
    }
  }
  return { stop };
}
