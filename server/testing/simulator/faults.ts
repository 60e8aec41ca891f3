import { createCursorCodec } from '../../events/cursor.js';
import type { LoggedEvent } from '@confab/shared';
import type { LogRow } from '../../events/log.js';
import type { Device } from './device.js';
import type { SimulatedNode } from './node.js';
import type { Stage } from './stage.js';

export function breakSocket({ tally }: Stage, device: Device): void {
  if (device.connection === undefined) return;
  tally.faults.disconnect += 1;
  device.disconnect();
}

/** A node is told of positions that are not there. */
export function misinform({ database, prng }: Stage, node: SimulatedNode): void {
  if (!node.isStarted) return;
  node.mislead(database.heads().map(({ pos }, shard) => ({ shard, pos: pos + prng.between(1, 5) })));
}

/** Retention takes the oldest rows of a shard. */
export function prune({ database, nodeWorld, prng, tally }: Stage): void {
  const shard = prng.below(nodeWorld.shardCount);
  const { pos = 0, floorPos = 0 } = database.heads()[shard] ?? {};
  const upto = pos - prng.between(0, 20);
  if (upto <= floorPos || !prng.chance(0.3)) return;
  tally.faults.pruned += 1;
  database.prune(shard, upto);
}

export function crash(stage: Stage, node: SimulatedNode): void {
  if (!node.isStarted || !stage.prng.chance(0.5)) return;
  if (stage.devices.some(({ connection }) => connection?.node === node)) stage.tally.faults.crash += 1;
  stage.kill(node);
}

/** A row that took its position before becomes visible. */
export function land({ database, prng, anyStarted }: Stage): void {
  const row = prng.pick(database.hidden);
  if (row === undefined) return;
  database.land(row);
  const node = anyStarted();
  if (node !== undefined) offer(node, [row], undefined);
}

/** A node's streams are offered, late, what was committed on it. */
export function offerLate({ prng, tally }: Stage, node: SimulatedNode): void {
  const [late] = node.unoffered.splice(prng.below(node.unoffered.length), 1);
  if (late === undefined) return;
  if (node.lacks(late.rows)) tally.faults.lateOffer += 1;
  offer(node, late.rows, late.events);
}

export function offer(node: SimulatedNode, rows: readonly LogRow[], events: readonly LoggedEvent[] | undefined): void {
  if (node.isAlive) node.streams.offer(rows, events);
}

/** Connects a device that is away; now and then with a cursor that is cut, foreign, or of a future that never came. */
export function connect(stage: Stage, device: Device): void {
  if (device.connection !== undefined) return;
  const node = stage.anyStarted();
  if (node === undefined) return;
  const { cursor } = device;
  const isSpoiled = cursor !== undefined && !stage.isHealing && stage.prng.chance(0.02);
  device.connect(node, isSpoiled ? spoil(stage, cursor) : cursor, stage.step, isSpoiled);
}

/** A device without a socket asks for a page. */
export function syncPage(stage: Stage, device: Device): void {
  const node = stage.anyStarted();
  if (device.connection === undefined && node !== undefined) device.sync(node, stage.prng.between(1, 6), stage.step);
}

function spoil({ nodeWorld: { epoch, shardCount }, prng }: Stage, cursor: string): string {
  const future = Array.from({ length: shardCount }, () => 1_000_000);
  const choices = [
    cursor.slice(1),
    createCursorCodec({ epoch: 'another', shardCount }).encode(future),
    createCursorCodec({ epoch, shardCount }).encode(future),
  ];
  return prng.pick(choices) ?? cursor;
}
