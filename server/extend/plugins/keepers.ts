import type { Op } from '../../operations/kernel.js';
import { scopeOf } from '../call-scope.js';
import type { Installed } from './install.js';
import type { Gone, PluginUserRecord } from './plugin.js';

/** Something a plugin keeps of a user, and which plugin. */
export interface KeptRecord extends PluginUserRecord {
  readonly plugin: string;
}

/** What plugins keep of users and of messages. */
export interface Keepers {
  /** Has all plugins let go of what they keep of something. The call's store is the transaction that removes it. */
  purge(op: Op, gone: Gone): Promise<void>;
  /** Everything all plugins keep of a user. */
  exportUser(userId: string): AsyncGenerator<KeptRecord>;
  /** Has all plugins erase a user; resolves to how many rows that were. */
  eraseUser(userId: string): Promise<number>;
}

/** Plugins take a kit typed by their own definitions; this is the one that was made for them. */
const as = (kit: object): never => kit as never;

/** Asks these plugins, which may be installed later. */
export function createKeepers(installed: readonly Installed[]): Keepers {
  return {
    async purge(op, gone) {
      const scope = scopeOf(op);
      for (const { plugin, kit } of installed) await plugin.purge?.(as(kit), scope, gone);
    },
    async *exportUser(userId) {
      for (const { plugin, kit } of installed) {
        const records = plugin.exportUser?.(as(kit), userId);
        if (records === undefined) continue;
        for await (const { type, data } of records) yield { plugin: plugin.id, type, data };
      }
    },
    async eraseUser(userId) {
      let rows = 0;
      for (const { plugin, kit } of installed) rows += (await plugin.eraseUser?.(as(kit), userId)) ?? 0;
      return rows;
    },
  };
}
