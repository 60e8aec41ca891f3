import type { DatabaseFacts } from './assess.js';
import type { Migration } from './history.js';
import { MigrationError } from './migration-error.js';

/** A connection inside one transaction that no other migrating process can be in at the same time. */
export interface MigrationSession {
  facts(): Promise<DatabaseFacts>;
  /** Runs and records one migration, making Prisma's table where it is missing. */
  apply(migration: Migration): Promise<void>;
  /** Makes what searching messages takes, which is in no migration, and makes it anew where it is not as it should be. */
  makeSearch(): Promise<void>;
}

/** How the migrator reaches one kind of database. */
export interface MigrationDriver {
  /** Looks without locking or making anything. */
  look(): Promise<DatabaseFacts>;
  /** Commits what `work` did when it resolves, and leaves nothing of it when it rejects or the process dies. */
  change<Result>(work: (session: MigrationSession) => Promise<Result>): Promise<Result>;
}

/** Applies one migration; what goes wrong says which it was. */
export async function applyTo(session: MigrationSession, migration: Migration): Promise<void> {
  try {
    await session.apply(migration);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`Migration ${migration.name} failed: ${reason}`, { cause });
  }
}

/** The same for what searching takes, unless it is all there. `true`: it was made. */
export async function ensureSearch(session: MigrationSession): Promise<boolean> {
  if ((await session.facts()).isSearchMade) return false;
  try {
    await session.makeSearch();
    return true;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`The search index could not be made: ${reason}`, { cause });
  }
}
