import { isIdentifier } from './find-faults.js';
import { isLevel } from './name-types.js';
import type { TypeNames } from './name-types.js';
import type { Member, TupleItem, TypeNode } from './type-node.js';

const width = 110;

/** Prints the types of one contract. */
export interface TypePrinter {
  /** A type where it is used: by its name if it has one. */
  print(node: TypeNode, indent?: string): string;
  /** The types with names of their own, as declarations. */
  declarations(): readonly string[];
}

/** @param imported what a name of another module is called in the contract */
export function createTypePrinter(names: TypeNames, imported: (name: string) => string): TypePrinter {
  const print = (node: TypeNode, above: readonly TypeNode[], indent: string): string =>
    names.of(node, above) ?? body(node, above, indent);

  function body(node: TypeNode, above: readonly TypeNode[], indent: string): string {
    const inside = isLevel(node) ? [...above, node] : above;
    const inner = (type: TypeNode, deeper = indent) => print(type, inside, deeper);
    switch (node.kind) {
      case 'leaf':
        return node.text.startsWith('"') ? quote(JSON.parse(node.text) as string) : node.text;
      case 'name':
        return node.of.length === 0
          ? imported(node.name)
          : `${imported(node.name)}<${node.of.map((type) => inner(type)).join(', ')}>`;
      case 'object':
        return printObject(node.members, indent, (type) => inner(type, `${indent}  `));
      case 'list':
        return `${node.isReadonly ? 'readonly ' : ''}${bracketed(node.element, inner(node.element))}[]`;
      case 'tuple':
        return `${node.isReadonly ? 'readonly ' : ''}[${node.items.map((item) => printItem(item, inner(item.type))).join(', ')}]`;
      case 'union':
        return printUnion(
          node.members.map((type) => inner(type, `${indent}    `)),
          indent,
        );
      case 'up':
        return upName(above, node.depth);
      case 'fault':
        throw new Error(`A type that can not be printed: ${node.why}`);
    }
  }

  function upName(above: readonly TypeNode[], depth: number): string {
    const target = above[depth];
    const name = target && names.of(target, above.slice(0, depth));
    if (name === undefined) throw new Error('A type refers to one that has no name.');
    return name;
  }

  return {
    print: (node, indent = '') => print(node, [], indent),
    declarations: () =>
      names.all.map(({ name, node, above }) => `export type ${name} =${after(body(node, above, ''))};`),
  };
}

/** A key as it stands in an object type. */
export function printKey(key: string): string {
  return isIdentifier(key) ? key : quote(key);
}

function printObject(members: readonly Member[], indent: string, print: (type: TypeNode) => string): string {
  if (members.length === 0) return '{}';
  const lines = members.map(({ key, isIndex, isReadonly, isOptional, type }) => {
    const name = `${isReadonly ? 'readonly ' : ''}${isIndex ? key : printKey(key)}${isOptional ? '?' : ''}`;
    return `${indent}  ${name}:${after(print(type))};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function printItem({ label, isOptional, isRest }: TupleItem, type: string): string {
  const rest = isRest ? '...' : '';
  if (label !== '') return `${rest}${label}${isOptional ? '?' : ''}: ${type}`;
  return isOptional ? `(${type})?` : `${rest}${type}`;
}

function printUnion(members: readonly string[], indent: string): string {
  const line = members.join(' | ');
  if (line.length + indent.length <= width && !line.includes('\n')) return line;
  return members.map((member) => `\n${indent}  | ${member}`).join('');
}

/** A type of which there is a list; what is not one word may need brackets. */
function bracketed(node: TypeNode, text: string): string {
  const isReadonlyList = (node.kind === 'list' || node.kind === 'tuple') && node.isReadonly;
  return (node.kind === 'union' || isReadonlyList) && !isIdentifier(text) ? `(${text})` : text;
}

/** A type where it stands after a colon. */
export function after(text: string): string {
  return text.startsWith('\n') ? text : ` ${text}`;
}

function quote(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", String.raw`\'`)}'`;
}
