import { nounOf, pascalCase } from './nouns.js';
import type { TypeNode } from './type-node.js';

/** Objects with a shorter text are written out wherever they occur. */
const minLength = 400;

/** A type that stands in a contract under a name of its own. */
export interface NamedType {
  readonly name: string;
  readonly node: TypeNode;
  /** The objects, lists and tuples it is inside of where it was found, the outermost first. */
  readonly above: readonly TypeNode[];
}

/** A type of a contract, and the words that say where it is. */
export interface Place {
  readonly words: readonly string[];
  readonly node: TypeNode;
}

export interface TypeNames {
  /** In the order in which they occur. */
  readonly all: readonly NamedType[];
  /** The name of a type, if it has one of its own. */
  of(node: TypeNode, above: readonly TypeNode[]): string | undefined;
}

/** Names the types that refer to themselves, the host's own messages, rooms, members and events, and large objects that occur more than once. */
export function nameTypes(places: readonly Place[], reserved: Iterable<string>): TypeNames {
  const taken = new Set(reserved);
  const first = new Map<string, Place & { readonly above: readonly TypeNode[] }>();
  const named = new Map<string, NamedType>();

  function name(key: string): void {
    const found = first.get(key);
    if (found === undefined || named.has(key)) return;
    const { node, words, above } = found;
    const noun = node.kind === 'object' ? nounOf(node) : undefined;
    named.set(key, { name: unused(noun ?? pascalCase(...words), taken), node, above });
  }

  function visit(node: TypeNode, words: readonly string[], above: readonly TypeNode[]): void {
    if (node.kind === 'up') {
      const target = above[node.depth];
      if (target !== undefined) name(keyOf(target, node.depth));
      return;
    }
    if (isLevel(node) && isClosed(node, above.length)) {
      const key = keyOf(node, above.length);
      const isKnown = first.has(key);
      if (!isKnown) first.set(key, { words, node, above });
      const isNoun = node.kind === 'object' && nounOf(node) !== undefined;
      const isLarge = node.kind === 'object' && key.length >= minLength;
      if (isNoun || (isKnown && isLarge)) name(key);
      // What is inside a named type occurs in the contract once only.
      if (isKnown && (isLarge || named.has(key))) return;
    }
    const inside = isLevel(node) ? [...above, node] : above;
    const noun =
      node.kind === 'object' && nounOf(node) !== undefined ? named.get(keyOf(node, above.length)) : undefined;
    const from = noun === undefined ? words : [noun.name];
    for (const { word, type } of partsOf(node)) visit(type, word === '' ? from : [...from, word], inside);
  }

  for (const { words, node } of places) visit(node, words, []);
  return {
    all: [...named.values()],
    of: (node, above) => (isLevel(node) ? named.get(keyOf(node, above.length))?.name : undefined),
  };
}

/** Whether `up` counts a type of this kind. */
export function isLevel(node: TypeNode): boolean {
  return node.kind === 'object' || node.kind === 'list' || node.kind === 'tuple';
}

/** The types a type is made of, with a word for each. */
function partsOf(node: TypeNode): readonly { readonly word: string; readonly type: TypeNode }[] {
  switch (node.kind) {
    case 'object':
      return node.members.map(({ key, isIndex, type }) => ({ word: isIndex ? 'value' : key, type }));
    case 'list':
      return [{ word: 'item', type: node.element }];
    case 'tuple':
      return node.items.map(({ label, type }, index) => ({
        word: label === '' ? `item${String(index)}` : label,
        type,
      }));
    case 'union':
      return node.members.map((type) => ({ word: '', type }));
    case 'name':
      return node.of.map((type) => ({ word: '', type }));
    default:
      return [];
  }
}

/** The same for every type that reads the same: how far an `up` leads counts, not where it lands. */
function keyOf(node: TypeNode, depth: number): string {
  return JSON.stringify(relative(node, depth));
}

function relative(node: TypeNode, depth: number): unknown {
  if (node.kind === 'up') return { up: depth - node.depth };
  const inside = isLevel(node) ? depth + 1 : depth;
  const parts = partsOf(node).map(({ type }) => relative(type, inside));
  switch (node.kind) {
    case 'object':
      return node.members.map((member, index) => [member.key, member.isReadonly, member.isOptional, parts[index]]);
    case 'tuple':
      return [
        node.isReadonly,
        node.items.map(({ label, isOptional, isRest }, at) => [label, isOptional, isRest, parts[at]]),
      ];
    case 'list':
      return { list: parts, isReadonly: node.isReadonly };
    case 'union':
      return { union: parts };
    case 'name':
      return { name: node.name, of: parts };
    default:
      return node;
  }
}

/** Whether nothing in it leads to what it is inside of. */
function isClosed(node: TypeNode, depth: number): boolean {
  if (node.kind === 'up') return false;
  return lowestUp(node) >= depth;
}

function lowestUp(node: TypeNode): number {
  if (node.kind === 'up') return node.depth;
  return Math.min(Number.POSITIVE_INFINITY, ...partsOf(node).map(({ type }) => lowestUp(type)));
}

function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${String(count)}`;
  taken.add(free);
  return free;
}
