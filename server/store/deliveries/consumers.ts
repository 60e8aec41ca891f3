import type { LogRow } from '../../events/log.js';
import { logRow } from '../records.js';
import type { ReadTx, WriteTx } from '../transaction.js';

/** Somebody who follows the log. */
interface Consumer {
  readonly name: string;
}

interface ConsumerShard extends Consumer {
  readonly shard: number;
}

/** How far a consumer has come in a shard. */
export interface ConsumerPlace {
  /** Everything up to here was dealt with. */
  readonly pos: number;
  /** The event at `pos + 1` was dealt with up to this subscription; `null`: not at all. */
  readonly afterId: string | null;
}

/** A piece of a shard. */
export interface ShardPiece {
  /** The newest committed position. Whatever is missing up to there was pruned. */
  readonly headPos: number;
  readonly rows: readonly LogRow[];
}

/** Has a consumer begin at the present heads, in the shards where it has not begun yet. */
export async function startConsumer({ db }: WriteTx, { name }: Consumer): Promise<void> {
  const heads = await db.chatShard.findMany({ orderBy: { shard: 'asc' } });
  const begun = await db.chatConsumer.findMany({ where: { name }, select: { shard: true } });
  const known = new Set(begun.map(({ shard }) => shard));
  const missing = heads.filter(({ shard }) => !known.has(shard));
  if (missing.length === 0) return;
  await db.chatConsumer.createMany({ data: missing.map(({ shard, pos }) => ({ name, shard, pos })) });
}

/** The shards in which a consumer is not at the head. Two statements. */
export async function laggingShards({ db }: ReadTx, { name }: Consumer): Promise<readonly number[]> {
  const places = await db.chatConsumer.findMany({ where: { name } });
  const heads = await db.chatShard.findMany();
  const head = new Map(heads.map(({ shard, pos }) => [shard, pos]));
  return places.filter(({ shard, pos }) => head.get(shard) !== pos).map(({ shard }) => shard);
}

/**
 * Takes a consumer's place in a shard until the end of the transaction. `null`: another node has it now, or there is
 * none.
 */
export async function holdConsumer(tx: WriteTx, { name, shard }: ConsumerShard): Promise<ConsumerPlace | null> {
  const [place] =
    tx.provider === 'postgresql'
      ? await tx.db.$queryRaw<{ pos: bigint | number; afterId: string | null }[]>`
          SELECT "pos", "afterId" FROM "chat_consumer" WHERE "name" = ${name} AND "shard" = ${shard}
          FOR UPDATE SKIP LOCKED`
      : // The transaction holds SQLite's one write lock already.
        await tx.db.chatConsumer.findMany({ where: { name, shard } });
  return place === undefined ? null : { pos: Number(place.pos), afterId: place.afterId };
}

/** Says how far a consumer has come. It holds its place. */
export async function moveConsumer(
  { db }: WriteTx,
  { name, shard, pos, afterId }: ConsumerShard & ConsumerPlace,
): Promise<void> {
  await db.chatConsumer.updateMany({ where: { name, shard }, data: { pos, afterId } });
}

/** What comes after a position of a shard, at most `limit` rows. */
export async function readShard(
  { db }: ReadTx,
  { shard, afterPos, limit }: { readonly shard: number; readonly afterPos: number; readonly limit: number },
): Promise<ShardPiece> {
  // Read first: what is missing of the rows up to there will never come.
  const head = await db.chatShard.findUnique({ where: { shard } });
  const headPos = Number(head?.pos ?? 0);
  const records = await db.chatEvent.findMany({
    where: { shard, pos: { gt: afterPos, lte: headPos } },
    orderBy: { pos: 'asc' },
    take: limit,
  });
  return { headPos, rows: records.map(logRow) };
}

/** The events of these places, in no order; those that were pruned are left out. */
export async function findEvents(
  { db }: ReadTx,
  { places }: { readonly places: readonly { readonly roomId: string; readonly seq: number }[] },
): Promise<readonly LogRow[]> {
  if (places.length === 0) return [];
  const records = await db.chatEvent.findMany({
    where: { OR: places.map(({ roomId, seq }) => ({ roomId, seq })) },
  });
  return records.map(logRow);
}
