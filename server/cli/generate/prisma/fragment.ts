import { readFile } from 'node:fs/promises';
import { searchTables } from '../../../store/search/objects.js';
import { modelsFile } from '../../../store/migrate/shipped.js';
import { CommandError } from '../command-error.js';
import type { PluginSchema } from '../plugin-schema.js';
import { readBlocks } from './schema-blocks.js';
import { withUser } from './user-model.js';
import type { UserModel } from './user-model.js';

/**
 * Objects in the database that no model stands for, which Prisma has to be told to leave alone (`tables.external` of its
 * config).
 */
export const externalTables: readonly string[] = searchTables;

/** The models of a chat with these plugins, as text. */
export async function fragmentText(plugins: readonly PluginSchema[], user: UserModel | undefined): Promise<string> {
  // What the file says of itself holds where it lies, not in a host's schema.
  const core = (await readFile(modelsFile('chat.prisma'), 'utf8')).replace(/^(?:\/\/(?!\/).*\n)+\n/, '');
  const parts = [user === undefined ? core : withUser(core, user)];
  for (const { id, schema } of plugins)
    if (schema !== undefined) parts.push(`// The plugin "${id}".\n\n${schema.trim()}`);
  const text = `${parts.map((part) => part.trim()).join('\n\n')}\n`;
  const names = readBlocks(text).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new CommandError(`Two plugins have a model called ${twice}, or a plugin has one of the core.`);
  return text;
}
