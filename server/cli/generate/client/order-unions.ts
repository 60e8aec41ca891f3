import type { TypeNode } from './type-node.js';

/** The same type with its unions in one order, because each compiler has its own, and none keeps it from run to run. */
export function orderUnions(node: TypeNode): TypeNode {
  switch (node.kind) {
    case 'object':
      return { ...node, members: node.members.map((member) => ({ ...member, type: orderUnions(member.type) })) };
    case 'name':
      return { ...node, of: node.of.map(orderUnions) };
    case 'list':
      return { ...node, element: orderUnions(node.element) };
    case 'tuple':
      return { ...node, items: node.items.map((item) => ({ ...item, type: orderUnions(item.type) })) };
    case 'union':
      return union(node.members.map(orderUnions));
    default:
      return node;
  }
}

function union(given: readonly TypeNode[]): TypeNode {
  const flat = given.flatMap((member) => (member.kind === 'union' ? member.members : [member]));
  const byText = new Map(flat.map((member) => [JSON.stringify(member), member]));
  const isLeaf = (text: string) => byText.has(leafText(text));
  if (isLeaf('true') && isLeaf('false')) {
    byText.delete(leafText('true'));
    byText.delete(leafText('false'));
    byText.set(leafText('boolean'), { kind: 'leaf', text: 'boolean' });
  }
  const members = [...byText]
    .sort(([left, leftNode], [right, rightNode]) => rank(leftNode) - rank(rightNode) || compare(left, right))
    .map(([, member]) => member);
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { kind: 'union', members };
}

function leafText(text: string): string {
  return JSON.stringify({ kind: 'leaf', text });
}

/** What a value may be comes first, that it may be missing last. */
function rank(node: TypeNode): number {
  if (node.kind === 'name') return 0;
  if (node.kind !== 'leaf') return 2;
  return node.text === 'null' ? 3 : node.text === 'undefined' ? 4 : 1;
}

/** Numbers by their size; no locale, which differs from machine to machine. */
function compare(left: string, right: string): number {
  const number = /"text":"(-?[\d.]+)n?"/;
  const difference = Number(number.exec(left)?.[1]) - Number(number.exec(right)?.[1]);
  if (!Number.isNaN(difference) && difference !== 0) return difference;
  return left < right ? -1 : left > right ? 1 : 0;
}
