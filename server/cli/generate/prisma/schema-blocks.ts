/** A model or enum of a Prisma schema, as it is written. */
export interface SchemaBlock {
  readonly kind: 'model' | 'enum' | 'other';
  readonly name: string;
  /** An enum's values are fields without a type. */
  readonly fields: readonly SchemaField[];
  /** Its `@@…` lines. */
  readonly attributes: readonly string[];
  /** What the project added at its end, the line `// own` included; without line breaks at either end. */
  readonly own: string;
}

export interface SchemaField {
  readonly name: string;
  readonly type: string;
  readonly isList: boolean;
  readonly isOptional: boolean;
  /** The rest of its line, comments left out. */
  readonly attributes: string;
}

/** Where a project's own columns and indexes begin, up to the end of the model. */
const ownLine = /^[ \t]*\/\/ own\b.*$/m;
const blockPattern = /^[ \t]*(\w+)[ \t]+(\w+)[ \t]*\{[ \t]*(?:\/\/.*)?\r?\n([^]*?)^[ \t]*\}/gm;

/** Reads the blocks of a schema. The language is one of lines: a block ends with a line of its own, a field has one. */
export function readBlocks(schema: string): readonly SchemaBlock[] {
  return [...schema.matchAll(blockPattern)].map(([, keyword = '', name = '', body = '']) => {
    const { made, own } = splitOwn(body);
    const lines = made.split(/\r?\n/).map((line) => withoutComment(line).trim());
    return {
      kind: keyword === 'model' || keyword === 'enum' ? keyword : 'other',
      name,
      fields: lines.flatMap((line) => (keyword === 'enum' ? valueIn(line) : fieldIn(line)) ?? []),
      attributes: lines.filter((line) => line.startsWith('@@')),
      own,
    };
  });
}

function splitOwn(body: string): { readonly made: string; readonly own: string } {
  const at = body.search(ownLine);
  if (at === -1) return { made: body, own: '' };
  return { made: body.slice(0, at), own: body.slice(at).replace(/\s+$/, '') };
}

/** The schema without what the project added to its models. */
export function withoutOwn(schema: string): string {
  return schema.replaceAll(blockPattern, (block: string, _keyword: string, _name: string, body: string) =>
    block.replace(body, () => splitOwn(body).made),
  );
}

/** The schema with a project's own lines at the end of the models they belong to. */
export function withOwn(schema: string, own: ReadonlyMap<string, string>): string {
  return schema.replaceAll(blockPattern, (block: string, _keyword: string, name: string) => {
    const lines = own.get(name);
    return lines === undefined ? block : block.replace(/[ \t]*\}$/, () => `\n${lines}\n}`);
  });
}

/** The schema with lines added at the end of the fields of a model. */
export function withFields(schema: string, model: string, lines: readonly string[]): string {
  return schema.replaceAll(blockPattern, (block: string, keyword: string, name: string) => {
    if (keyword !== 'model' || name !== model) return block;
    const column = /^ {2}(\w+ +)\w/m.exec(block)?.[1]?.length ?? 0;
    const added = lines.map((line) => `  ${line.replace(/^\w+ +/, (word) => word.padEnd(column))}\n`).join('');
    const attributes = /\n\s*@@/.exec(block)?.index ?? block.lastIndexOf('}') - 1;
    return `${block.slice(0, attributes + 1)}${added}${block.slice(attributes + 1)}`;
  });
}

function fieldIn(line: string): SchemaField | undefined {
  const found = /^(\w+)\s+(\w+(?:\("[^"]*"\))?)(\[\]|\?)?(?:\s+(.*))?$/.exec(line);
  if (found === null) return undefined;
  const [, name = '', type = '', mark, attributes = ''] = found;
  return { name, type, isList: mark === '[]', isOptional: mark === '?', attributes };
}

function valueIn(line: string): SchemaField | undefined {
  const name = /^\w+/.exec(line)?.[0];
  return name === undefined ? undefined : { name, type: '', isList: false, isOptional: false, attributes: '' };
}

/** A `//` inside a string does not begin a comment. */
function withoutComment(line: string): string {
  return /^(?:[^"/]|"(?:[^"\\]|\\.)*"|\/(?!\/))*/.exec(line)?.[0] ?? '';
}

/** The name a model's table has in the database. */
export function tableOf({ name, attributes }: SchemaBlock): string {
  return /@@map\((?:name:\s*)?"([^"]+)"\)/.exec(attributes.join('\n'))?.[1] ?? name;
}

/** Lines with the spaces that `prisma format` moves about taken out, so that texts compare by what they say. */
export function plainLines(schema: string): readonly string[] {
  return schema
    .split(/\r?\n/)
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '');
}
