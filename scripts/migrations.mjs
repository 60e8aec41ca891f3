// Writes the next migration of every provider: npm run migrations -- --name <what-it-does> [--plugin <id>] [--empty] | --check
//
// There is a history for the core and one for each plugin that ships with it and has models (prisma/plugins). A migration
// leads from the models as they were at the last one (a snapshot beside the history) to those of today; a plugin's, from
// the core and the plugin of then to the core and the plugin of today. What Prisma's models cannot say (partial indexes,
// search objects) goes into a migration of its own, made with --empty and then written by hand; as the next one is made
// from the models alone, it never undoes that.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from './engine.mjs';
import { coreModels, pluginFile, pluginIds, providers, root, schemaText } from './schema.mjs';

const folder = path.join(root, 'server/migrations');
const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    plugin: { type: 'string' },
    empty: { type: 'boolean' },
    check: { type: 'boolean' },
  },
});

if (values.check !== true && !/^[a-z0-9_]{1,60}$/.test(values.name ?? '')) {
  console.error('Usage: npm run migrations -- --name lower_case_words [--plugin <id>] [--empty] | --check');
  process.exit(2);
}

const core = {
  label: 'the core',
  folder,
  snapshot: path.join(folder, 'chat.prisma'),
  models: coreModels,
  word: 'confab',
};
const plugins = (await pluginIds()).map((id) => ({
  id,
  label: `the plugin ${id}`,
  folder: path.join(folder, 'plugins', id),
  snapshot: path.join(folder, 'plugins', id, `${id}.prisma`),
  models: pluginFile(id),
  beside: coreModels,
  word: `chat_${id.replaceAll('-', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
}));
const histories = await Promise.all(
  [core, ...plugins].map(async (history) => ({ ...history, steps: await differences(history) })),
);
const changed = histories.filter(({ steps }) => steps.some(({ sql }) => sql !== ''));

if (values.check === true) {
  for (const { label } of changed) console.log(`The models of ${label} have changed since the last migration.`);
  if (changed.length === 0) console.log('The migrations are up to date.');
  process.exit(changed.length === 0 ? 0 : 1);
}
const chosen = values.plugin === undefined ? [core] : plugins.filter(({ id }) => id === values.plugin);
const written = values.empty === true ? chosen : changed;
if (written.length === 0) {
  console.error(
    values.empty === true
      ? `There is no plugin ${values.plugin} with models.`
      : 'The models have not changed since the last migration.',
  );
  process.exit(1);
}
for (const history of written) await write(history);

async function differences({ models, snapshot, beside = [] }) {
  const files = (file) => [...[beside].flat(), ...(file === null ? [] : [file])];
  const before = await readFile(snapshot).then(
    () => files(snapshot),
    () => files(null),
  );
  return Promise.all(
    providers.map(async (provider) => {
      const now = await schemaText(provider, ...files(models));
      const engine = await createEngine({ provider, schema: now });
      return {
        provider,
        sql: await engine.diff(before.length === 0 ? null : await schemaText(provider, ...before), now),
      };
    }),
  );
}

async function write({ folder, word, models, snapshot, steps = [] }) {
  const name = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${word}_${values.name}`;
  for (const provider of providers) {
    const sql = values.empty === true ? '' : steps.find((step) => step.provider === provider).sql;
    const file = path.join(folder, provider, name, 'migration.sql');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, sql);
    await writeFile(path.join(folder, provider, 'migration_lock.toml'), `provider = "${provider}"\n`);
    console.log(path.relative(root, file));
  }
  if (values.empty !== true) await writeFile(snapshot, await readFile(models));
}
