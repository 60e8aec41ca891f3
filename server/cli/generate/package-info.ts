import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder } from '../../store/migrate/history.js';

/** What the manifest of this package says. */
export interface PackageInfo {
  /** The version of all of Confab's packages. */
  readonly version: string;
  /** The range of tRPC it works with. */
  readonly trpc: string;
}

export async function packageInfo(): Promise<PackageInfo> {
  const text = await readFile(path.join(packageFolder(), 'package.json'), 'utf8');
  const { version, peerDependencies } = JSON.parse(text) as {
    readonly version: string;
    readonly peerDependencies: { readonly '@trpc/server': string };
  };
  return { version, trpc: peerDependencies['@trpc/server'] };
}
