import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The databases there is a client and a migration history for. */
export const providers = ['sqlite', 'postgresql'];

/** A file of models as a whole schema of one provider: the file itself has models only, so that hosts can take it as it is. */
export async function schemaText(provider, file = path.join(root, 'prisma/chat.prisma')) {
  const models = await readFile(file, 'utf8');
  return `datasource db {\n  provider = "${provider}"\n}\n\n${models}`;
}
