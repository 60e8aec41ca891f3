import { snakeCase } from '../../store/migrate/history.js';
import type { MigratedPlugin } from '../../store/migrate/history.js';
import { CommandError } from './command-error.js';
import { readBlocks, tableOf } from './prisma/schema-blocks.js';

/** What the command line needs of a plugin; a plugin of `createChat` is one. */
export interface PluginSchema extends MigratedPlugin {
  /** Prisma models as text: named `Chat…`, mapped to tables called `chat_<id>` or `chat_<id>_…`, the id in snake case. */
  readonly schema?: string;
}

/** Checks what a configuration calls its plugins. Throws `CommandError` with a sentence that names the plugin. */
export function checkPlugins(value: unknown): readonly PluginSchema[] {
  if (!Array.isArray(value)) throw new CommandError('`plugins` must be an array of plugins.');
  const plugins = value.map((plugin, index) => checkShape(plugin, index));
  const seen = new Map<string, string>();
  for (const { id, schema } of plugins) {
    if (seen.has(id)) throw new CommandError(`Two plugins have the id "${id}".`);
    seen.set(id, id);
    if (schema !== undefined) checkModels(id, schema);
  }
  return plugins.sort((left, right) => (left.id < right.id ? -1 : 1));
}

function checkShape(value: unknown, index: number): PluginSchema {
  const which = `Plugin ${String(index + 1)}`;
  if (typeof value === 'function') throw new CommandError(`${which} is a function: call it, as in plugins: [polls()].`);
  if (typeof value !== 'object' || value === null) throw new CommandError(`${which} is not a plugin.`);
  const { id, schema, migrations } = value as { id?: unknown; schema?: unknown; migrations?: unknown };
  if (typeof id !== 'string' || !/^[a-z][a-zA-Z0-9]{0,39}$/.test(id)) {
    throw new CommandError(`${which} needs an id of letters and digits that begins with a small letter.`);
  }
  if (schema !== undefined && typeof schema !== 'string') {
    throw new CommandError(`The plugin "${id}" has a schema that is not text.`);
  }
  if (migrations !== undefined && !(migrations instanceof URL && migrations.protocol === 'file:')) {
    throw new CommandError(
      `The plugin "${id}" has migrations that are not a file: URL, as in new URL('./migrations/', import.meta.url).`,
    );
  }
  return { id, ...(schema !== undefined && { schema }), ...(migrations !== undefined && { migrations }) };
}

function checkModels(id: string, schema: string): void {
  const says = (sentence: string) => new CommandError(`The schema of the plugin "${id}": ${sentence}`);
  const table = `chat_${snakeCase(id)}`;
  const blocks = readBlocks(schema);
  if (blocks.length === 0) throw says('it has no models.');
  for (const block of blocks) {
    const { kind, name } = block;
    if (kind === 'other') throw says(`only models and enums belong there, not ${name}.`);
    if (!name.startsWith('Chat')) throw says(`${name} must be called Chat${name}, so that it is no other's.`);
    const mapped = tableOf(block);
    if (mapped === table || mapped.startsWith(`${table}_`)) continue;
    throw says(`${name} needs @@map("${table}_…"), so that its table is no other's.`);
  }
}
