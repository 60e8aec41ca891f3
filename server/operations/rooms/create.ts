import { ChatError, invalid } from '@confab/shared';
import type { JsonObject, Room } from '@confab/shared';
import { z } from 'zod';
import type { Settings } from '../../settings.js';
import type { RoomRow } from '../../store/rows.js';
import type { ReadTx } from '../../store/transaction.js';
import { fingerprint } from '../fingerprint.js';
import { clientId, userId } from '../inputs.js';
import type { Op } from '../kernel.js';
import { mutation } from '../operation.js';
import type { Repeats } from '../operation.js';
import { outcomeOf, valueOf } from '../outcome.js';
import { actorOf } from '../kernel.js';
import { requireRooms, requireSpace } from './entry.js';
import { fields } from './inputs.js';

const input = (settings: Settings) =>
  z.strictObject({
    kind: z.enum(['direct', 'group', 'channel']),
    members: z.array(userId).max(settings.limits.membersPerCall).optional(),
    ...fields(settings),
    clientId: clientId.optional(),
  });

type Input = z.output<ReturnType<typeof input>>;

/** A room, and whether this call made it. */
export interface CreatedRoom extends Room {
  /** `false`: it was there already. */
  readonly created: boolean;
}

/** What of a direct room can be chosen. */
const directFields: ReadonlySet<string> = new Set(['kind', 'members', 'preferences', 'custom', 'clientId']);

const repeats: Repeats<Input, CreatedRoom> = {
  together(op, input, work) {
    return work(input.clientId === undefined ? op : { ...op, bodyHash: bodyHashOf(op, input) });
  },
  async earlier(op, input) {
    if (input.clientId === undefined && input.kind !== 'direct') return undefined;
    const userIds = foundersOf(op, input);
    const earlier = await op.store.read((tx) => findEarlier(op, tx, input, op.bodyHash ?? null, userIds));
    return earlier === null ? undefined : { ...earlier, created: false };
  },
};

/** Makes a room, or finds the one that this very call, or either side of a direct room, made before. */
export const create = mutation(
  'room.create',
  input,
  async (op, body): Promise<CreatedRoom> => {
    checkBody(op, body);
    const userIds = foundersOf(op, body);
    const bodyHash = body.clientId === undefined ? null : (op.bodyHash ?? bodyHashOf(op, body));
    const data = op.kernel.custom;
    const checked = await outcomeOf(op.isPrepared ? Promise.resolve(body.custom ?? {}) : data.room(body.custom));
    await requireKnown(op, userIds);
    const customOf = await data.ofNewMembers(userIds);
    return op.store.write(async (tx) => {
      // Creations queue at the pseudo rooms of the first members: without them two could each be someone's last room, and
      // those that make the same room would only find out at its unique key, by which time everything has to be done again.
      await tx.lockPersonal([...userIds, op.caller.userId]);
      const earlier = await findEarlier(op, tx, body, bodyHash, userIds);
      if (earlier !== null) {
        op.unchanged?.();
        return { ...earlier, created: false };
      }
      await requireNoBlock(op, tx, userIds);
      const room = newRoom(op, body, bodyHash, userIds, valueOf(checked));
      requireSpace({ memberCount: 0, maxMembers: room.maxMembers }, userIds.length);
      await requireRooms(op, tx, userIds);
      const made = await op.store.methods.createRoom(tx, { room, userIds, actorId: actorOf(op), customOf });
      return { ...(await describe(op, tx, made)), created: true };
    });
  },
  { repeats, prepare: async (op, body) => ({ ...body, custom: await op.kernel.custom.room(body.custom) }) },
);

/** What a retry under the same client id is compared by. */
function bodyHashOf(op: Op, { clientId: _clientId, ...said }: Input): string {
  return fingerprint({ ...said, members: foundersOf(op, said).toSorted() });
}

/** The first members: the caller, who owns it, and whom they name. */
function foundersOf({ caller }: Op, body: Pick<Input, 'members'>): readonly string[] {
  return [...new Set([...(caller.isSystem ? [] : [caller.userId]), ...(body.members ?? [])])];
}

/** Checks what no single field can. */
function checkBody(op: Op, body: Input): void {
  const { caller } = op;
  const userIds = foundersOf(op, body);
  if (body.kind === 'direct') {
    const refused = Object.entries(body).find(([key, value]) => value !== undefined && !directFields.has(key));
    if (refused !== undefined) throw invalid(refused[0], 'A direct room has no such setting.');
    if (!caller.isSystem && (body.members ?? []).includes(caller.userId)) {
      throw invalid('members', 'A direct room is with someone else.');
    }
    if (userIds.length !== 2) throw invalid('members', 'A direct room is between two users.');
    return;
  }
  if (body.name === undefined) throw invalid('name', 'A group or channel needs a name.');
  if (userIds.length === 0) throw invalid('members', 'A room needs a member.');
}

/** Nobody is put into a room with somebody by one who wants nothing to do with them, nor the other way round. */
async function requireNoBlock({ caller, store }: Op, tx: ReadTx, userIds: readonly string[]): Promise<void> {
  if (caller.isSystem) return;
  const others = userIds.filter((id) => id !== caller.userId);
  const blocked = await store.methods.blocksAmong(tx, { userId: caller.userId, others });
  if (blocked.size > 0) throw new ChatError('PERMISSION_DENIED');
}

async function requireKnown({ kernel, caller, store }: Op, userIds: readonly string[]): Promise<void> {
  const others = userIds.filter((id) => caller.isSystem || id !== caller.userId);
  const known = await kernel.directory.known(others, store);
  const unknown = others.find((id) => !known.has(id));
  if (unknown !== undefined) throw invalid('members', 'One of them is not a user.');
}

async function findEarlier(
  op: Op,
  tx: ReadTx,
  body: Input,
  bodyHash: string | null,
  userIds: readonly string[],
): Promise<Room | null> {
  const { methods } = op.store;
  if (body.clientId !== undefined) {
    const made = await methods.findCreatedRoom(tx, { userId: op.caller.userId, clientId: body.clientId });
    if (made !== null && made.bodyHash !== bodyHash) {
      throw new ChatError('CONFLICT', 'This clientId was used for another room.', {
        details: { constraint: 'clientId' },
      });
    }
    if (made !== null) return describe(op, tx, made);
  }
  if (body.kind !== 'direct') return null;
  const found = await methods.findDirectRoom(tx, { directKey: directKeyOf(userIds) });
  return found === null ? null : describe(op, tx, found);
}

/** The room as its creator sees it; who has left it since sees what any other stranger sees. */
async function describe(op: Op, tx: ReadTx, room: RoomRow): Promise<Room> {
  const me = await op.store.methods.findMember(tx, { roomId: room.id, userId: op.caller.userId });
  const isSeen = me?.status === 'in' || op.caller.isSystem || (room.visibility === 'public' && room.deletedAt === null);
  if (!isSeen) throw new ChatError('NOT_FOUND');
  return op.store.methods.getRoom(tx, { room, me });
}

function newRoom(op: Op, body: Input, bodyHash: string | null, userIds: readonly string[], custom: JsonObject) {
  const { kernel, caller } = op;
  const at = kernel.clock.now();
  const visibility = body.visibility ?? 'private';
  return {
    id: kernel.ids.next(),
    kind: body.kind,
    name: body.name ?? null,
    description: body.description ?? null,
    image: body.image ?? null,
    visibility,
    joinPolicy: body.joinPolicy ?? (visibility === 'public' ? 'open' : 'invite'),
    history: body.history ?? 'all',
    locked: body.locked ?? false,
    slowModeSeconds: body.slowModeSeconds ?? 0,
    maxMembers: body.kind === 'direct' ? 2 : (body.maxMembers ?? kernel.settings.maxMembers[body.kind]),
    retentionDays: null,
    ownerId: body.kind === 'direct' ? null : (userIds[0] ?? null),
    preferences: body.preferences ?? {},
    custom,
    directKey: body.kind === 'direct' ? directKeyOf(userIds) : null,
    createdBy: caller.userId,
    clientId: body.clientId ?? null,
    bodyHash,
    lastActivityAt: at,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
  } as const;
}

/** What the living direct room of two users is found by. */
export function directKeyOf(userIds: readonly string[]): string {
  return JSON.stringify(userIds.toSorted());
}
