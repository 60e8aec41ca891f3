import type { TypeNode } from './type-node.js';

/** Names every client's compiler knows, and literals. */
const known =
  /^(?:string|number|boolean|bigint|null|undefined|void|unknown|never|true|false|-?\d[\d.e+-]*n?|"[^]*"|`[^]*`|Date|RegExp|Error|URL|Blob|File|FormData|ReadableStream(?:<.*>)?|(?:ArrayBuffer|DataView|(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array)(?:<\w+>)?)$/;

const reasons: Readonly<Record<string, string>> = {
  any: 'is `any`: give it a type',
  class:
    'is an object with functions, as a class, the context, a Prisma client or a zod schema is: answer with plain data',
  function: 'is a function, which cannot travel',
  symbol: 'is a symbol, which cannot travel',
  depth: 'is nested more than 24 levels deep',
  router: 'is no router',
};

/** What can't stand in a contract, a sentence each. `place` says where the type is. */
export function findFaults(node: TypeNode, place: string): readonly string[] {
  switch (node.kind) {
    case 'leaf':
      return known.test(node.text) ? [] : [`${place} ${strange(node.text)}.`];
    case 'fault':
      return [`${place} ${reasons[node.why] ?? node.why}.`];
    case 'name':
      return node.of.flatMap((argument) => findFaults(argument, place));
    case 'object':
      return node.members.flatMap(({ key, type }) =>
        findFaults(type, isIdentifier(key) ? `${place}.${key}` : `${place}[${key}]`),
      );
    case 'list':
      return findFaults(node.element, `${place}[]`);
    case 'tuple':
      return node.items.flatMap(({ type }, index) => findFaults(type, `${place}[${String(index)}]`));
    case 'union':
      return [...new Set(node.members.flatMap((member) => findFaults(member, place)))];
    case 'up':
      return [];
  }
}

export function isIdentifier(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key);
}

function strange(text: string): string {
  if (/^(?:\/\*.*\*\/)?\s*any$/.test(text)) return reasons['any'] ?? '';
  if (/\bBuffer\b/.test(text)) return "is Node's Buffer: answer with a Uint8Array";
  return `is ${text}, which a client does not have`;
}
