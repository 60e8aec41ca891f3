import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDatabaseUrl } from '../database-url.js';
import type { DatabaseFacts } from './assess.js';
import { readMigrations, type Migration } from './history.js';
import { createDriver } from './migrator.js';
import { MigrationError } from './migration-error.js';
import { applyTo, ensureSearch } from './session.js';

export interface ProjectMigrationOptions {
  /** `file:…` or `postgresql://…`, as Prisma writes it. */
  readonly url: string;
  /** A project's own `prisma/migrations`. */
  readonly folder: string;
  /** How long to wait for another process that migrates or for a lock, in milliseconds. @default 30_000 */
  readonly waitMs?: number;
}

/**
 * Applies the pending migrations of a project's own Prisma folder, as `prisma migrate deploy` does and recorded where it
 * records them, but without its engine, and then makes what searching messages takes. Each is applied whole or not at all; the first that fails ends it. Returns the
 * names applied. Safe to run from several processes at once.
 */
export async function migrateProject({
  url,
  folder,
  waitMs = 30_000,
}: ProjectMigrationOptions): Promise<readonly string[]> {
  const migrations = await readProject(folder, parseDatabaseUrl(url).provider);
  const driver = createDriver(url, waitMs);
  const applied: string[] = [];
  const found = await driver.look();
  if (pendingOf(migrations, found).length === 0 && found.isSearchMade) return applied;
  for (;;) {
    const name = await driver.change(async (session) => {
      const [next] = pendingOf(migrations, await session.facts());
      if (next === undefined) await ensureSearch(session);
      else await applyTo(session, next);
      return next?.name;
    });
    if (name === undefined) return applied;
    applied.push(name);
  }
}

async function readProject(folder: string, provider: string): Promise<readonly Migration[]> {
  const lockFile = path.join(folder, 'migration_lock.toml');
  if (!existsSync(lockFile)) {
    throw new MigrationError(`There are no Prisma migrations in ${folder}: it has no migration_lock.toml.`);
  }
  const written = /^\s*provider\s*=\s*"(\w+)"/m.exec(await readFile(lockFile, 'utf8'))?.[1] ?? 'an unknown provider';
  if (written.replace(/^postgres$/, 'postgresql') !== provider) {
    throw new MigrationError(`The migrations in ${folder} are for ${written}, and the database is ${provider}.`);
  }
  return readMigrations(folder);
}

function pendingOf(migrations: readonly Migration[], { applied, hasOtherTables }: DatabaseFacts): readonly Migration[] {
  if (applied === null && hasOtherTables) {
    throw new MigrationError(
      "The database has tables but no record of migrations. Baseline it first, as Prisma's documentation says.",
    );
  }
  const rows = new Map((applied ?? []).map((row) => [row.name, row]));
  const unfinished = (applied ?? []).find((row) => !row.isFinished);
  if (unfinished !== undefined) {
    throw new MigrationError(
      `Migration ${unfinished.name} was begun and never finished. Repair the tables and settle it with "prisma migrate resolve".`,
    );
  }
  const changed = migrations.find(({ name, checksum }) => (rows.get(name)?.checksum ?? checksum) !== checksum);
  if (changed !== undefined) {
    throw new MigrationError(
      `Migration ${changed.name} was changed after it was applied. Put the file back as it was.`,
    );
  }
  return migrations.filter(({ name }) => !rows.has(name));
}
