/** A type as `Expand` leaves it: nothing in it refers to where it was declared. */
export type TypeNode =
  /** What the compiler calls by a global name, or a literal, as it prints it. */
  | { readonly kind: 'leaf'; readonly text: string }
  /** A type of one of our packages, of tRPC or of the language, with its arguments. */
  | { readonly kind: 'name'; readonly name: string; readonly of: readonly TypeNode[] }
  | ObjectNode
  | { readonly kind: 'list'; readonly isReadonly: boolean; readonly element: TypeNode }
  | { readonly kind: 'tuple'; readonly isReadonly: boolean; readonly items: readonly TupleItem[] }
  | { readonly kind: 'union'; readonly members: readonly TypeNode[] }
  /** The object, list or tuple at this depth, of those it is inside of. */
  | { readonly kind: 'up'; readonly depth: number }
  /** What can't be written into a contract, and why. */
  | { readonly kind: 'fault'; readonly why: string };

export interface ObjectNode {
  readonly kind: 'object';
  readonly members: readonly Member[];
}

export interface Member {
  /** The name as it is, or an index signature's `[x: string]`. */
  readonly key: string;
  readonly isIndex: boolean;
  readonly isReadonly: boolean;
  readonly isOptional: boolean;
  readonly type: TypeNode;
}

export interface TupleItem {
  /** `''`: it has none. */
  readonly label: string;
  readonly isOptional: boolean;
  readonly isRest: boolean;
  readonly type: TypeNode;
}

/** The type of a member, by its name. */
export function memberOf(node: TypeNode, key: string): TypeNode | undefined {
  return node.kind === 'object' ? node.members.find((member) => member.key === key)?.type : undefined;
}
