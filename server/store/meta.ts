import { randomBytes } from 'node:crypto';
import type { LogIdentity } from '../events/log.js';
import type { Clock } from '../ports.js';
import type { Client, Clients } from './client.js';
import type { ChatMeta } from './generated/sqlite/client.js';
import { faultOf } from './errors.js';

/** The version of Confab's own tables that this code reads and writes. */
export const CORE_SCHEMA_VERSION = 4;

/** A changed count moves rooms between shards, so it only ever applies to a new log. */
const shardCounts = { sqlite: 1, postgresql: 16 } as const;

/**
 * Makes sure that the database is one this code can work with, and makes the rows that migrations don't: which log
 * this is, and its shards. Several processes may do so at once; all of them come out with the same identity.
 */
export async function openLog({ provider, writer }: Clients, clock: Clock): Promise<LogIdentity> {
  if (provider === 'sqlite') await makeDurable(writer);
  const found = (await readMeta(writer)) ?? (await createMeta(writer, shardCounts[provider], clock.now()));
  const meta = found.schemaVersion < CORE_SCHEMA_VERSION ? await raiseMeta(writer, found) : found;
  if (meta.schemaVersion !== CORE_SCHEMA_VERSION) {
    throw new Error(
      `The database's chat tables are of version ${meta.schemaVersion}, this version of Confab works with ` +
        `${CORE_SCHEMA_VERSION}. ${meta.schemaVersion > CORE_SCHEMA_VERSION ? 'Update @confab/server.' : 'Run `confab migrate`, or your own migration of the fragment.'}`,
    );
  }
  await createShards(writer, meta.shardCount);
  await checkRawQueries(writer, meta.shardCount);
  return { epoch: meta.epoch, shardCount: meta.shardCount };
}

/** The driver's own preset may lose acknowledged writes with the power; and readers must not wait for the writer. */
async function makeDurable(writer: Client): Promise<void> {
  await writer.$queryRaw`PRAGMA journal_mode = WAL`;
  await writer.$queryRaw`PRAGMA synchronous = FULL`;
}

async function readMeta(client: Client) {
  try {
    return await client.chatMeta.findUnique({ where: { id: 1 } });
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'P2021') throw error;
    throw new Error('The database has no chat tables. Run `confab migrate`, or your own migration of the fragment.', {
      cause: error,
    });
  }
}

async function createMeta(client: Client, shardCount: number, createdAt: Date) {
  const data = {
    id: 1,
    schemaVersion: CORE_SCHEMA_VERSION,
    epoch: randomBytes(6).toString('base64url'),
    shardCount,
    createdAt,
  };
  await client.chatMeta.create({ data }).catch(ignoreDuplicate);
  return client.chatMeta.findUniqueOrThrow({ where: { id: 1 } });
}

/** The columns every model must have. A host's own migration adds them and says so nowhere, so they are looked at. */
const models = [
  ...(['chatShard', 'chatRoom', 'chatMember', 'chatMessage', 'chatRemovedMessage', 'chatMention'] as const),
  ...(['chatHiddenMessage', 'chatReaction', 'chatReceipt', 'chatEvent', 'chatUser', 'chatSession'] as const),
  ...(['chatNotification', 'chatBan', 'chatJoinRequest', 'chatInvite', 'chatMessageVersion', 'chatBlock'] as const),
  ...(['chatThread', 'chatThreadMember', 'chatDraft', 'chatScheduledMessage', 'chatReport'] as const),
  ...(['chatUserPreferences', 'chatPushSubscription', 'chatConsumer', 'chatDelivery', 'chatUserBan'] as const),
] as const;

/** Says in the database that it was migrated, once it was; otherwise it stays as it is. */
async function raiseMeta(client: Client, found: ChatMeta): Promise<ChatMeta> {
  const delegates: readonly { findFirst(): PromiseLike<unknown> }[] = models.map((model) => client[model]);
  for (const delegate of delegates) {
    try {
      await delegate.findFirst();
    } catch (error) {
      if (isMissing(error)) return found;
      throw error;
    }
  }
  return client.chatMeta.update({ where: { id: 1 }, data: { schemaVersion: CORE_SCHEMA_VERSION } });
}

/** A table or a column that is not there. */
function isMissing(error: unknown): boolean {
  return ['P2021', 'P2022'].includes(String((error as { code?: unknown } | null)?.code));
}

async function createShards(client: Client, shardCount: number): Promise<void> {
  const found = await client.chatShard.findMany({ select: { shard: true } });
  const existing = new Set(found.map(({ shard }) => shard));
  for (let shard = 0; shard < shardCount; shard += 1) {
    if (existing.has(shard)) continue;
    await client.chatShard.create({ data: { shard, pos: 0, floorPos: 0 } }).catch(ignoreDuplicate);
  }
}

/** Raw statements find tables by the connection's search path, models by the adapter's schema: they must agree. */
async function checkRawQueries(client: Client, shardCount: number): Promise<void> {
  const rows = await client.$queryRaw<unknown[]>`SELECT "shard" FROM "chat_shard"`.catch((error: unknown) => {
    if (faultOf(error) === 'away') throw error;
    return [];
  });
  if (rows.length < shardCount) {
    throw new Error("Raw queries do not reach the chat tables: put their schema on the connection's search_path.");
  }
}

function ignoreDuplicate(error: unknown): void {
  if (faultOf(error) !== 'duplicate') throw error;
}
