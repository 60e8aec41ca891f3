/** A migration that was refused or failed; the database is as it was. Its message is a sentence for people. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
