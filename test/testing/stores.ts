import type { ChatStore } from '../../server/store/port.js';
import { prismaStore } from '../../server/store/prisma-store.js';
import type { Database } from '../support/databases.js';

/** Makes stores on clients that are theirs alone, and that are opened once for all of them. */
export function storesOn(database: Database): () => ChatStore {
  let clients: Parameters<typeof prismaStore>[0] | undefined;
  return () => {
    clients ??=
      database.provider === 'sqlite' ? { writer: database.client(), reader: database.client() } : database.client();
    return prismaStore(clients, { onError: () => undefined });
  };
}
