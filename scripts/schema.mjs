import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The databases there is a client and a migration history for. */
export const providers = ['sqlite', 'postgresql'];

/** The core's models, and the folder with those of the plugins that ship with it, `<id>.prisma`. */
export const coreModels = path.join(root, 'prisma/chat.prisma');
const pluginModels = path.join(root, 'prisma/plugins');

/** The ids of the plugins that have models, in alphabetical order. */
export async function pluginIds() {
  const names = await readdir(pluginModels).catch(() => []);
  return names
    .filter((name) => name.endsWith('.prisma'))
    .map((name) => path.basename(name, '.prisma'))
    .sort();
}

/** The file of a plugin's models. */
export function pluginFile(id) {
  return path.join(pluginModels, `${id}.prisma`);
}

/** Files of models as a whole schema of one provider: the files themselves have models only, so that hosts can take them as they are. */
export async function schemaText(provider, ...files) {
  const models = await Promise.all((files.length === 0 ? [coreModels] : files).map((file) => readFile(file, 'utf8')));
  return `datasource db {\n  provider = "${provider}"\n}\n\n${models.join('\n')}`;
}

/** The schema of the core and all plugins that ship with it. */
export async function fullSchemaText(provider) {
  return schemaText(provider, coreModels, ...(await pluginIds()).map(pluginFile));
}
