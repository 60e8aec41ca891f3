import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from './history.js';

/** What a plugin that ships with Confab has in the database. */
export interface ShippedTables {
  /** Its models; read when asked for, because only the command line needs them. */
  readonly schema: string;
  readonly migrations: URL;
}

/** The models and migrations that ship under a name, as `link-previews`. */
export function shippedTables(name: string): ShippedTables {
  return {
    get schema() {
      return readFileSync(modelsFile(`plugins/${name}.prisma`), 'utf8');
    },
    get migrations() {
      return pathToFileURL(path.join(packageFolder(), 'migrations/plugins', name, '/'));
    },
  };
}

/** A file of models. In a checkout they lie beside the package, in the published one inside it. */
export function modelsFile(name: string): string {
  const places = ['..', '.'].map((folder) => path.join(packageFolder(), folder, 'prisma', name));
  const found = places.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`The models of @confab/server, ${name}, cannot be found.`);
  return found;
}
