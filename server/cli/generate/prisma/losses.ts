import { readBlocks, tableOf } from './schema-blocks.js';
import type { SchemaBlock, SchemaField } from './schema-blocks.js';

const scalars = new Set(['String', 'Boolean', 'Int', 'BigInt', 'Float', 'Decimal', 'DateTime', 'Json', 'Bytes']);

/** Types a column can change to with every value it has. */
const wider: Readonly<Record<string, readonly string[]>> = { Int: ['BigInt', 'Decimal', 'Float'], BigInt: ['Decimal'] };

/**
 * What a database would lose, or could refuse, if the models changed from one text to the other: a sentence for each
 * table or column that is dropped or narrowed.
 */
export function findLosses(from: string, to: string): readonly string[] {
  const next = new Map(readBlocks(to).map((block) => [block.name, block]));
  return readBlocks(from).flatMap((block) => {
    const after = next.get(block.name);
    const what =
      block.kind === 'model' ? `model ${block.name} and all rows of ${tableOf(block)}` : `${block.kind} ${block.name}`;
    if (after === undefined) return [`${what} would be dropped.`];
    if (block.kind === 'enum') return enumLosses(block, after);
    const moved =
      tableOf(block) === tableOf(after) ? [] : [`${what} would be dropped: its table is called ${tableOf(after)} now.`];
    return [...moved, ...modelLosses(block, after, from)];
  });
}

function enumLosses(from: SchemaBlock, to: SchemaBlock): readonly string[] {
  const values = (block: SchemaBlock) => block.fields.map(({ name }) => name);
  return values(from)
    .filter((value) => !values(to).includes(value))
    .map((value) => `${from.name}.${value} would be dropped.`);
}

function modelLosses(from: SchemaBlock, to: SchemaBlock, schema: string): readonly string[] {
  const enums = new Set(readBlocks(schema).flatMap(({ kind, name }) => (kind === 'enum' ? [name] : [])));
  const isColumn = ({ type }: SchemaField) => scalars.has(type) || enums.has(type) || type.startsWith('Unsupported');
  const columns = from.fields.filter(isColumn).flatMap((field) => {
    const after = to.fields.find(({ name }) => name === field.name);
    const sentence = after === undefined ? 'would be dropped' : narrowing(field, after);
    return sentence === undefined ? [] : [`${from.name}.${field.name} ${sentence}.`];
  });
  const unique = to.attributes
    .filter((line) => /^@@(?:unique|id)\b/.test(line) && !from.attributes.includes(line))
    .map((line) => `${from.name} would get ${line}, which rows may go against.`);
  return [...columns, ...unique];
}

function narrowing(from: SchemaField, to: SchemaField): string | undefined {
  const column = (field: SchemaField) => /@map\((?:name:\s*)?"([^"]+)"\)/.exec(field.attributes)?.[1] ?? field.name;
  const native = (field: SchemaField) => /@db\.\w+(?:\([^)]*\))?/.exec(field.attributes)?.[0] ?? '';
  if (column(from) !== column(to)) return `would be dropped: its column is called ${column(to)} now`;
  if (from.isList !== to.isList) return 'would become a list, or cease to be one';
  if (from.type !== to.type && !(wider[from.type] ?? []).includes(to.type)) {
    return `would change from ${from.type} to ${to.type}`;
  }
  if (native(from) !== native(to)) return `would change from ${native(from) || from.type} to ${native(to) || to.type}`;
  if (from.isOptional && !to.isOptional) return 'would not be optional any more';
  const isUnique = (field: SchemaField) => /@(?:unique|id)\b/.test(field.attributes);
  if (!isUnique(from) && isUnique(to)) return 'would become unique, which rows may go against';
  return undefined;
}
