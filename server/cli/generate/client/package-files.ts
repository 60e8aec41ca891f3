import path from 'node:path';
import { CommandError } from '../command-error.js';
import type { OutputFile } from '../output-files.js';
import type { PackageInfo } from '../package-info.js';
import type { Contract } from './write-contract.js';

export interface ClientPackage {
  /** The folder, as an absolute path. */
  readonly folder: string;
  readonly name: string;
  readonly contract: Contract;
  readonly info: PackageInfo;
  /** The text of the manifest that is there; what is not made here stays as it is. */
  readonly manifest: string | null;
}

/** The files that are made whole; of the manifest only a part is. */
export const madeFiles = ['contract.d.ts', 'index.d.ts', 'index.js'] as const;

/** The first words of each of them, by which it is known again. */
export const madeBy = '// Made by `confab generate client`';

/** The files of a publishable client package. */
export function packageFiles({ folder, name, contract, info, manifest }: ClientPackage): readonly OutputFile[] {
  const head = `${madeBy}; changes by hand are lost.\n`;
  return [
    { path: path.join(folder, 'contract.d.ts'), text: contract.text },
    { path: path.join(folder, 'index.js'), text: head + script },
    { path: path.join(folder, 'index.d.ts'), text: head + declarations(contract.names) },
    { path: path.join(folder, 'package.json'), text: manifestText(name, info, manifest) },
  ];
}

const script = `import { createChatClient } from '@confab/client';

export * from '@confab/client';

export const createClient = createChatClient;
`;

/** The router's own types are named one by one: these then stand before the ones of the same name in the client package. */
function declarations(names: readonly string[]): string {
  return `import type { ChatClient, ChatClientOptions } from '@confab/client';
import type { Contract } from './contract.js';

export * from '@confab/client';
export type {
${names.map((name) => `  ${name},\n`).join('')}} from './contract.js';

/**
 * Creates a client of this router: typed calls of all its procedures, and one event stream that is resumed over
 * reconnects. Nothing connects before the first call, listener or \`connect()\`.
 */
export declare function createClient(options: ChatClientOptions): ChatClient<Contract>;
`;
}

const fresh: Readonly<Record<string, unknown>> = { version: '0.1.0' };

function manifestText(name: string, { version, trpc }: PackageInfo, present: string | null): string {
  const { name: _before, ...found } = present === null ? fresh : parse(present);
  const made = {
    type: 'module',
    sideEffects: false,
    files: madeFiles,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    dependencies: {
      ...objectIn(found, 'dependencies'),
      '@confab/client': `^${version}`,
      '@confab/shared': `^${version}`,
    },
    peerDependencies: { ...objectIn(found, 'peerDependencies'), '@trpc/client': trpc, '@trpc/server': trpc },
  };
  return `${JSON.stringify({ name, ...found, ...made }, null, 2)}\n`;
}

/** The name a manifest has, if there is one. */
export function nameIn(manifest: string | null): string | undefined {
  const name = manifest === null ? undefined : parse(manifest)['name'];
  return typeof name === 'string' ? name : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, like any other text that is no manifest.
  }
  throw new CommandError('The package.json that is there is not valid JSON.');
}

function objectIn(manifest: Readonly<Record<string, unknown>>, key: string): object {
  const value = manifest[key];
  return typeof value === 'object' && value !== null ? value : {};
}
