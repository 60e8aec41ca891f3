// Writes the next migration of every provider: npm run migrations -- --name <what-it-does> [--empty] | --check
//
// It leads from the models as they were at the last migration (server/migrations/chat.prisma) to prisma/chat.prisma.
// What Prisma's models cannot say (partial indexes, search objects) goes into a migration of its own, made with
// --empty and then written by hand; as the next one is made from the models alone, it never undoes that.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from './engine.mjs';
import { providers, root, schemaText } from './schema.mjs';

const folder = path.join(root, 'server/migrations');
const snapshot = path.join(folder, 'chat.prisma');
const { values } = parseArgs({
  options: { name: { type: 'string' }, empty: { type: 'boolean' }, check: { type: 'boolean' } },
});

if (values.check !== true && !/^[a-z0-9_]{1,60}$/.test(values.name ?? '')) {
  console.error('Usage: npm run migrations -- --name lower_case_words [--empty] | --check');
  process.exit(2);
}

const steps = await Promise.all(providers.map(async (provider) => ({ provider, sql: await difference(provider) })));
if (values.check === true) process.exit(report(steps.some(({ sql }) => sql !== '')));
if (values.empty !== true && steps.every(({ sql }) => sql === '')) {
  console.error('The models have not changed since the last migration.');
  process.exit(1);
}

const name = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_confab_${values.name}`;
for (const { provider, sql } of steps) {
  await mkdir(path.join(folder, provider, name), { recursive: true });
  await writeFile(path.join(folder, provider, name, 'migration.sql'), values.empty === true ? '' : sql);
  await writeFile(path.join(folder, provider, 'migration_lock.toml'), `provider = "${provider}"\n`);
  console.log(`server/migrations/${provider}/${name}/migration.sql`);
}
if (values.empty !== true) await writeFile(snapshot, await readFile(path.join(root, 'prisma/chat.prisma')));

async function difference(provider) {
  const now = await schemaText(provider);
  const before = await schemaText(provider, snapshot).catch(() => null);
  const engine = await createEngine({ provider, schema: now });
  return engine.diff(before, now);
}

function report(isBehind) {
  console.log(isBehind ? 'The models have changed since the last migration.' : 'The migrations are up to date.');
  return isBehind ? 1 : 0;
}
