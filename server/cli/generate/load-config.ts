import { existsSync } from 'node:fs';
import path from 'node:path';
import { createJiti } from 'jiti';
import { CommandError } from './command-error.js';
import { checkPlugins } from './plugin-schema.js';
import type { PluginSchema } from './plugin-schema.js';

const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `confab.config.${extension}`);

/**
 * The plugins a project works with: `plugins` of its `confab.config.ts` (or `.mts`, `.js`, `.mjs`), in the order of their
 * ids. A project without that file has none.
 *
 * @param file another file than that, from `--config`
 */
export async function loadPlugins(cwd: string, file?: string): Promise<readonly PluginSchema[]> {
  const found = file ?? names.find((name) => existsSync(path.join(cwd, name)));
  if (found === undefined) return [];
  const full = path.resolve(cwd, found);
  if (!existsSync(full)) throw new CommandError(`--config: there is no file ${found}.`);
  const module = await load(full, found);
  if (!('plugins' in module))
    throw new CommandError(`${found} must export \`plugins\`: export const plugins = [polls()];`);
  try {
    return checkPlugins(module.plugins);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`${found}: ${error.message}`);
  }
}

async function load(full: string, shown: string): Promise<object> {
  try {
    return await createJiti(import.meta.url).import<object>(full);
  } catch (cause) {
    throw new CommandError(`${shown} can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
