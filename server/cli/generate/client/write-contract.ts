import { CommandError } from '../command-error.js';
import { findFaults } from './find-faults.js';
import { nameTypes } from './name-types.js';
import type { Place } from './name-types.js';
import { after, createTypePrinter, printKey } from './print-type.js';
import type { TypePrinter } from './print-type.js';
import { memberOf } from './type-node.js';
import type { TypeNode } from './type-node.js';

/** How a contract is written. */
export interface ContractStyle {
  /** The comment it begins with. */
  readonly head: string;
  /** What the types of the procedures and of the router are called. */
  readonly names: { readonly procedures: string; readonly router: string };
  /** The module `ChatErrorShape` comes from. */
  readonly errorShapeFrom: string;
}

interface Procedure {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly input: TypeNode;
  readonly output: TypeNode;
  /** `undefined`: the router's own. */
  readonly error: TypeNode | undefined;
}

/** The procedures of a router and the routers in it, by name, in alphabetical order. */
type Branch = readonly (readonly [string, Procedure | Branch])[];

const builders = {
  query: 'TRPCQueryProcedure',
  mutation: 'TRPCMutationProcedure',
  subscription: 'TRPCSubscriptionProcedure',
} as const;

const trpcNames = /^TRPC/;
const languageNames: ReadonlySet<string> = new Set([
  'AsyncIterable',
  'Promise',
  'Map',
  'ReadonlyMap',
  'Set',
  'ReadonlySet',
]);

/** A contract, and the names it exports. */
export interface Contract {
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * Writes the contract of a compiled router: all of its procedures, and nothing a client can't know. Throws `CommandError`
 * with a sentence for each place that has something else.
 */
export function writeContract(router: TypeNode, style: ContractStyle): Contract {
  const rootError = part(router, 'error');
  const branch = readBranch(part(router, 'procedures'), JSON.stringify(rootError));
  const places = [{ words: ['errorShape'], node: rootError }, ...placesOf(branch, [])];
  refuse(places);
  const used = namesIn(places);
  const kept = [...used].filter((name) => !isOfShared(name));
  const names = nameTypes(places, [...Object.values(style.names), ...Object.values(builders), ...kept]);
  // The host's own message is the one that is called `Message`.
  const taken = new Set(names.all.map(({ name }) => name));
  const imported = (name: string) => (isOfShared(name) && taken.has(name) ? `Plain${name}` : name);
  const printer = createTypePrinter(names, imported);
  const procedures = printBranch(branch, printer, '');
  const root = `{ ctx: object; meta: object; errorShape: ${printer.print(rootError)}; transformer: ${printer.print(part(router, 'transformer'))} }`;
  const text = [
    style.head,
    importLines(used, imported, procedures, style),
    ...printer.declarations().map((declaration) => `${declaration}\n`),
    `/** The procedures of the router. */\nexport type ${style.names.procedures} = ${procedures};\n`,
    `/** The router as a client knows it. */\nexport type ${style.names.router} = TRPCBuiltRouter<\n  ${root},\n  ${style.names.procedures}\n>;\n`,
  ].join('\n');
  return { text, names: [...Object.values(style.names), ...names.all.map(({ name }) => name)].sort() };
}

function part(node: TypeNode, key: string): TypeNode {
  const type = memberOf(node, key);
  if (type === undefined) throw new Error(`The compiler printed no ${key}.`);
  return type;
}

function readBranch(node: TypeNode, rootError: string): Branch {
  if (node.kind !== 'object') throw new Error('The compiler printed something else than procedures.');
  return [...node.members]
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ key, type }) => [key, readProcedure(type, rootError) ?? readBranch(type, rootError)] as const);
}

function readProcedure(node: TypeNode, rootError: string): Procedure | undefined {
  const kind = memberOf(node, 'confab/procedure');
  if (kind === undefined) return undefined;
  const name = kind.kind === 'leaf' ? (JSON.parse(kind.text) as string) : '';
  if (!(name in builders)) throw new Error(`A procedure of an unknown kind: ${name}`);
  const error = part(node, 'error');
  // tRPC's own rule: without an error shape of its own, a procedure has the router's.
  const isOwn = JSON.stringify(error) !== rootError && JSON.stringify(error) !== unknownLeaf;
  return {
    kind: name as Procedure['kind'],
    input: part(node, 'input'),
    output: part(node, 'output'),
    error: isOwn ? error : undefined,
  };
}

const unknownLeaf = JSON.stringify({ kind: 'leaf', text: 'unknown' } satisfies TypeNode);

function isBranch(entry: Procedure | Branch): entry is Branch {
  return Array.isArray(entry);
}

function placesOf(branch: Branch, path: readonly string[]): readonly Place[] {
  return branch.flatMap(([key, entry]) => {
    const words = [...path, key];
    if (isBranch(entry)) return placesOf(entry, words);
    const { input, output, error } = entry;
    const all = [
      { words: [...words, 'input'], node: input },
      { words: [...words, 'output'], node: output },
    ];
    return error === undefined ? all : [...all, { words: [...words, 'error'], node: error }];
  });
}

/** So many faults are told at once. */
const maxFaults = 20;

function refuse(places: readonly Place[]): void {
  const faults = places.flatMap(({ words, node }) => {
    const role = words.at(-1) ?? '';
    return findFaults(
      node,
      words.length === 1 ? "the router's error shape" : `${words.slice(0, -1).join('.')}: ${role}`,
    );
  });
  if (faults.length === 0) return;
  const more = faults.length > maxFaults ? [`… and ${String(faults.length - maxFaults)} more.`] : [];
  throw new CommandError(
    [
      'The contract would have something in it that a client must not know:',
      ...faults.slice(0, maxFaults),
      ...more,
    ].join('\n  '),
  );
}

function printBranch(branch: Branch, printer: TypePrinter, indent: string): string {
  const deeper = `${indent}  `;
  const lines = branch.map(([key, entry]) => {
    const text = isBranch(entry) ? printBranch(entry, printer, deeper) : printProcedure(entry, printer, deeper);
    return `${deeper}${printKey(key)}: ${text};\n`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
}

function printProcedure({ kind, input, output, error }: Procedure, printer: TypePrinter, indent: string): string {
  const deeper = `${indent}  `;
  const print = (key: string, node: TypeNode) => `${deeper}${key}:${after(printer.print(node, deeper))};\n`;
  const shape = error === undefined ? '' : print('errorShape', error);
  return `${builders[kind]}<{\n${print('input', input)}${print('output', output)}${shape}${deeper}meta: object;\n${indent}}>`;
}

function namesIn(places: readonly Place[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'name' && 'name' in value) found.add(String(value.name));
    Object.values(value).forEach(visit);
  };
  for (const { node } of places) visit(node);
  return found;
}

function isOfShared(name: string): boolean {
  return !trpcNames.test(name) && !languageNames.has(name) && name !== 'ChatErrorShape';
}

function importLines(
  used: ReadonlySet<string>,
  imported: (name: string) => string,
  procedures: string,
  { errorShapeFrom }: ContractStyle,
): string {
  const built = Object.values(builders).filter((name) => procedures.includes(name));
  const ofTrpc = [...used].filter((name) => trpcNames.test(name));
  const ofErrors = [...used].filter((name) => name === 'ChatErrorShape');
  const ofShared = [...used].filter(isOfShared).sort();
  const renamed = ofShared.map((name) => (imported(name) === name ? name : `${name} as ${imported(name)}`));
  return [
    importLine(['TRPCBuiltRouter', ...built, ...ofTrpc].sort(), '@trpc/server'),
    importLine(renamed, '@confab/shared'),
    importLine(ofErrors, errorShapeFrom),
  ].join('');
}

function importLine(names: readonly string[], from: string): string {
  if (names.length === 0) return '';
  const line = `import type { ${names.join(', ')} } from '${from}';\n`;
  return line.length <= 110
    ? line
    : `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from '${from}';\n`;
}
