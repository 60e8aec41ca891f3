/** The part of Prisma's diagnosis that is looked at. */
export interface Diagnosis {
  readonly history: unknown;
  readonly failedMigrationNames: readonly string[];
  readonly editedMigrationNames: readonly string[];
  readonly hasMigrationsTable: boolean;
}

export interface Engine {
  diff(from: string | null, to: string): Promise<string>;
  diagnose(migrations: readonly { readonly name: string; readonly sql: string }[]): Promise<Diagnosis>;
}

export function createEngine(options: {
  readonly provider: 'sqlite' | 'postgresql';
  readonly schema: string;
  readonly url?: string;
}): Promise<Engine>;
