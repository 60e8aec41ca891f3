import { readBlocks } from '../generate/prisma/schema-blocks.js';
import type { Project } from './detect-project.js';
import { importLine } from './imports.js';
import { sharedClient } from './store-part.js';

/** How a mount file knows who there is, and what they are called. */
export interface UsersPart {
  readonly imports: readonly string[];
  /** Options of `createChat`, a line each. */
  readonly lines: readonly string[];
}

const none: UsersPart = { imports: [], lines: [] };

/** By the project's model `User`, where that has an id and a name as text and its client can be imported; else not at all. */
export function usersOf(project: Project, file: string): UsersPart {
  const client = sharedClient(project, file);
  const model = readBlocks(project.models).find(({ kind, name }) => kind === 'model' && name === 'User');
  const texts = model?.fields.filter((field) => field.type === 'String' && !field.isList) ?? [];
  const has = (name: string) => texts.some((field) => field.name === name);
  // Of a native uuid, the database refuses to be asked for what is none.
  const id = texts.find(({ attributes }) => /@id\b/.test(attributes) && !/@db\.Uuid\b/.test(attributes));
  if (client === undefined || id?.name !== 'id' || !has('name')) return none;
  const columns = ['id', 'name', 'image'].filter(has).map((name) => `${name}: true`);
  const query = `${client.name}.user.findMany({ where: { id: { in: [...ids] } }, select: { ${columns.join(', ')} } })`;
  return {
    imports: [importLine(client)],
    lines: ['  users: {', `    load: (ids) => ${query},`, '  },'],
  };
}
