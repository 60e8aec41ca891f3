import type { Member, ObjectNode, TupleItem, TypeNode } from './type-node.js';
import { memberOf } from './type-node.js';

/**
 * Reads the declaration of one constant as the compiler prints it for `FlatRouter`: objects, arrays, tuples and unions of
 * them, with marks for all else. Throws where it is anything else. `undefined`: there is no such constant.
 */
export function readConstant(declarations: string, name: string): TypeNode | undefined {
  const start = `export declare const ${name}: `;
  const at = declarations.indexOf(start);
  return at === -1 ? undefined : readType(declarations.slice(at + start.length));
}

/** Reads the type at the beginning of a text. */
export function readType(text: string): TypeNode {
  return unmark(readUnion({ text, at: 0 }));
}

interface Cursor {
  readonly text: string;
  at: number;
}

/** An object with one of the keys of `flatten.ts` stands for something else. */
const marks = { leaf: 'confab/leaf', name: 'confab/name', up: 'confab/up', fault: 'confab/fault' } as const;

function readUnion(cursor: Cursor): TypeNode {
  skip(cursor, '|');
  const members = [readPostfix(cursor)];
  while (skip(cursor, '|')) members.push(readPostfix(cursor));
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { kind: 'union', members };
}

function readPostfix(cursor: Cursor): TypeNode {
  const isReadonly = skip(cursor, 'readonly ');
  let node = readPrimary(cursor, isReadonly);
  while (skip(cursor, '[')) {
    expect(cursor, ']');
    node = { kind: 'list', isReadonly, element: node };
  }
  return node;
}

function readPrimary(cursor: Cursor, isReadonly: boolean): TypeNode {
  if (skip(cursor, '(')) {
    const inner = readUnion(cursor);
    expect(cursor, ')');
    return inner;
  }
  if (skip(cursor, '[')) return { kind: 'tuple', isReadonly, items: readTuple(cursor) };
  if (skip(cursor, '{')) return readObject(cursor);
  return { kind: 'leaf', text: readRaw(cursor, /[|;,)\]}]/) };
}

function readTuple(cursor: Cursor): readonly TupleItem[] {
  const items: TupleItem[] = [];
  while (!skip(cursor, ']')) {
    const isRest = skip(cursor, '...');
    const label = take(cursor, /([A-Za-z_$][\w$]*)(\??):\s/y);
    const type = readUnion(cursor);
    items.push({
      label: label?.[1] ?? '',
      isOptional: label?.[2] === '?' || skip(cursor, '?'),
      isRest,
      type,
    });
    skip(cursor, ',');
  }
  return items;
}

function readObject(cursor: Cursor): TypeNode {
  const members: Member[] = [];
  while (!skip(cursor, '}')) {
    const isReadonly = skip(cursor, 'readonly ');
    const index = take(cursor, /\[\w+: [^\]]+\](?=:)/y)?.[0];
    const key = index ?? readKey(cursor);
    const isOptional = skip(cursor, '?');
    expect(cursor, ':');
    const type = key === marks.leaf ? leaf(readRaw(cursor, /;/)) : readUnion(cursor);
    skip(cursor, ';');
    members.push({ key, isIndex: index !== undefined, isReadonly, isOptional, type });
  }
  return { kind: 'object', members };
}

function readKey(cursor: Cursor): string {
  const plain = take(cursor, /[A-Za-z_$][\w$]*|\d+(?:\.\d+)?/y)?.[0];
  if (plain !== undefined) return plain;
  const quoted = take(cursor, /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y)?.[0];
  if (quoted === undefined) throw unreadable(cursor);
  return unquote(quoted);
}

/** The text up to one of these characters outside any bracket and string. */
function readRaw(cursor: Cursor, end: RegExp): string {
  space(cursor);
  const start = cursor.at;
  let depth = 0;
  for (;;) {
    const character = cursor.text[cursor.at];
    if (character === undefined) break;
    if (depth === 0 && end.test(character)) break;
    const string = take(cursor, /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/y, false);
    if (string !== undefined) continue;
    if (/[[({]/.test(character)) depth += 1;
    if (/[\])}]/.test(character)) depth -= 1;
    cursor.at += 1;
  }
  const raw = cursor.text.slice(start, cursor.at).trim();
  if (raw === '') throw unreadable(cursor);
  return raw;
}

function unquote(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

function leaf(text: string): TypeNode {
  return { kind: 'leaf', text };
}

function unmark(node: TypeNode): TypeNode {
  switch (node.kind) {
    case 'object':
      return unmarkObject(node);
    case 'list':
      return { ...node, element: unmark(node.element) };
    case 'tuple':
      return { ...node, items: node.items.map((item) => ({ ...item, type: unmark(item.type) })) };
    case 'union':
      return { ...node, members: node.members.map(unmark) };
    default:
      return node;
  }
}

function unmarkObject(node: ObjectNode): TypeNode {
  const text = memberOf(node, marks.leaf);
  if (text !== undefined) return text;
  const name = literalOf(memberOf(node, marks.name));
  if (name !== undefined) {
    const of = memberOf(node, 'of');
    return { kind: 'name', name, of: of?.kind === 'tuple' ? of.items.map(({ type }) => unmark(type)) : [] };
  }
  const depth = literalOf(memberOf(node, marks.up));
  if (depth !== undefined) return { kind: 'up', depth: Number(depth) };
  const why = literalOf(memberOf(node, marks.fault));
  if (why !== undefined) return { kind: 'fault', why };
  return { ...node, members: node.members.map((member) => ({ ...member, type: unmark(member.type) })) };
}

function literalOf(node: TypeNode | undefined): string | undefined {
  if (node?.kind !== 'leaf') return undefined;
  return /^["']/.test(node.text) ? unquote(node.text) : node.text;
}

function space(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}

function skip(cursor: Cursor, token: string): boolean {
  space(cursor);
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

function take(cursor: Cursor, pattern: RegExp, skipsSpace = true): RegExpExecArray | undefined {
  if (skipsSpace) space(cursor);
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text) ?? undefined;
  if (found !== undefined) cursor.at += found[0].length;
  return found;
}

function expect(cursor: Cursor, token: string): void {
  if (!skip(cursor, token)) throw unreadable(cursor);
}

function unreadable({ text, at }: Cursor): Error {
  return new Error(`The compiler printed something unexpected: …${text.slice(Math.max(0, at - 60), at + 60)}…`);
}
