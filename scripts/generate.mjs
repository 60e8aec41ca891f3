// Generates Confab's two Prisma clients from the models of the core and of the plugins that ship with it.
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { fullSchemaText, root } from './schema.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const generatorBlock = `generator client {
  provider               = "prisma-client"
  output                 = "./client"
  runtime                = "nodejs"
  moduleFormat           = "esm"
  generatedFileExtension = "ts"
  importFileExtension    = "js"
}

`;

/** Writes server/store/generated/<provider>; does nothing when it is there for this very schema and Prisma version. */
export async function generateClient(provider) {
  return writeClient(await fullSchemaText(provider), path.join(root, 'server/store/generated', provider));
}

/** Writes the client of a schema without a generator; does nothing when `target` has it already. */
export async function writeClient(schemaWithoutGenerator, target) {
  const workshop = path.join(path.dirname(target), `.${path.basename(target)}`);
  const output = path.join(workshop, 'client');
  const schema = generatorBlock + schemaWithoutGenerator;
  const { version } = require('prisma/package.json');
  const hash = createHash('sha256').update(`${version}\n${schema}`).digest('hex');
  const stamp = path.join(target, '.hash');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) return false;

  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true });
  const schemaFile = path.join(workshop, 'schema.prisma');
  await writeFile(schemaFile, schema);
  await run(
    process.execPath,
    [require.resolve('prisma/build/index.js'), 'generate', '--no-hints', '--schema', schemaFile],
    {
      cwd: workshop,
      env: {
        ...process.env,
        // Generating needs no schema engine, but the CLI downloads one unless told where it is; any executable does.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  await writeFile(path.join(output, '.hash'), hash);
  await rm(target, { recursive: true, force: true });
  await rename(output, target);
  await rm(workshop, { recursive: true, force: true });
  return true;
}
