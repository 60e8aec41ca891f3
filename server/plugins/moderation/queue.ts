import { ChatError } from '@confab/shared';
import type { Page } from '@confab/shared';
import type { ModerationCounts, ModerationItem, OwnModerationItem } from '@confab/shared/plugins/moderation';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import type { CountsInput, MineInput, QueueInput } from './inputs.js';
import { presentItems, presentOwn } from './items.js';
import type { ModerationKit, ModerationRead } from './kit.js';
import type { Rights } from './rights.js';

/** What waits for moderators, and what became of it. */
export interface Queue {
  list(scope: ChatScope, input: QueueInput): Promise<Page<ModerationItem>>;
  get(scope: ChatScope, itemId: string): Promise<ModerationItem>;
  counts(scope: ChatScope, input: CountsInput): Promise<ModerationCounts>;
  mine(scope: ChatScope, input: MineInput): Promise<Page<OwnModerationItem>>;
  /** The row of a case that the caller may decide; `NOT_FOUND` for others, whether they are there or not. */
  find(scope: ChatScope, itemId: string): Promise<ModerationItemRow>;
}

const waiting = ['held', 'flagged'];
const ownStates = ['held', 'approved', 'rejected', 'blocked', 'void'];

export function createQueue(kit: ModerationKit, rights: Rights): Queue {
  /** Of one room by its moderators, of all rooms by the host's. */
  async function reading<Result>(
    scope: ChatScope,
    roomId: string | undefined,
    work: (tx: ModerationRead) => Promise<Result>,
  ): Promise<Result> {
    if (roomId !== undefined) return rights.read(scope, 'moderation.review', roomId, work);
    await rights.requireHost(scope);
    return kit.read(scope, work);
  }

  async function find(scope: ChatScope, itemId: string): Promise<ModerationItemRow> {
    const row = await kit.read(scope, ({ models }) => models.chatModerationItem.findUnique({ where: { id: itemId } }));
    if (row === null) throw new ChatError('NOT_FOUND');
    try {
      await rights.read(scope, 'moderation.review', row.roomId, () => Promise.resolve());
    } catch (error) {
      // The answer to who guesses ids is always the same.
      if (error instanceof ChatError && error.code === 'PERMISSION_DENIED') throw new ChatError('NOT_FOUND');
      throw error;
    }
    return row;
  }

  return {
    find,
    list: (scope, { roomId, state, limit, cursor }) =>
      reading(scope, roomId, async (tx) => {
        const states = state === undefined ? waiting : [state];
        // What waits longest comes first; of what is decided, the latest.
        const isWaiting = states.every((each) => waiting.includes(each));
        const rows = await tx.models.chatModerationItem.findMany({
          where: {
            state: { in: states },
            ...(roomId !== undefined && { roomId }),
            ...(cursor !== undefined && { id: isWaiting ? { gt: cursor } : { lt: cursor } }),
          },
          orderBy: { id: isWaiting ? 'asc' : 'desc' },
          take: limit + 1,
        });
        return pageOf(rows, limit, (page) => presentItems(tx, page));
      }),
    async get(scope, itemId) {
      const row = await find(scope, itemId);
      const [item] = await kit.read(scope, (tx) => presentItems(tx, [row]));
      if (item === undefined) throw new ChatError('NOT_FOUND');
      return item;
    },
    counts: (scope, { roomId }) =>
      reading(scope, roomId, async ({ models: { chatModerationItem: items } }) => {
        const of = (state: string) => items.count({ where: { state, ...(roomId !== undefined && { roomId }) } });
        return { held: await of('held'), flagged: await of('flagged') };
      }),
    mine: (scope, { roomId, limit, cursor }) =>
      kit.read(scope, async ({ models }) => {
        const rows = await models.chatModerationItem.findMany({
          where: {
            userId: scope.user.id,
            state: { in: ownStates },
            // What others reported of one is between them and the moderators.
            rule: { not: 'report' },
            ...(roomId !== undefined && { roomId }),
            ...(cursor !== undefined && { id: { lt: cursor } }),
          },
          orderBy: { id: 'desc' },
          take: limit + 1,
        });
        return pageOf(rows, limit, (page) => Promise.resolve(page.map(presentOwn)));
      }),
  };
}

async function pageOf<Item>(
  rows: readonly ModerationItemRow[],
  limit: number,
  present: (page: readonly ModerationItemRow[]) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  const page = rows.slice(0, limit);
  return { items: await present(page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
