import type { Message, MessagePage } from '@confab/shared';
import type { ChatScope } from '../../extend/scope.js';
import type { ModerationItemRow } from '../../store/plugin-models.js';
import type { Ghosts } from './ghosts.js';
import type { ModerationKit } from './kit.js';
import { threadOf } from './said.js';

/** What `message.list` takes, as far as it matters here. */
interface Asked {
  readonly roomId: string;
  readonly limit: number;
  readonly before?: number | string | undefined;
  readonly after?: number | string | undefined;
  readonly around?: number | string | undefined;
  readonly threadId?: string | undefined;
  readonly cursor?: string | null | undefined;
}

/**
 * A page of history with the caller's own ghosts in it, each after the message it was said after: a page may be longer
 * than `limit`, at most twice as long. Nobody else's page is any different.
 */
export async function pageWithGhosts<Input extends Asked>(
  { kit, ghosts, scope }: { readonly kit: ModerationKit; readonly ghosts: Ghosts; readonly scope: ChatScope },
  input: Input,
  next: (input: Input) => Promise<MessagePage>,
): Promise<MessagePage> {
  const { roomId, threadId } = input;
  const all = (await ghosts.inRoom(scope, roomId)).filter((row) => threadOf(row) === threadId);
  const named = all.find(({ id }) => id === input.before || id === input.after || id === input.around);
  const page = await next(named === undefined ? input : onRealPlaces(input, named));
  const items = await ghosts.reworded(scope, page.items);
  if (all.length === 0) return { ...page, items };
  const rows = await belonging({ kit, scope, input, page, named }, all);
  const shown = await ghosts.present(scope, rows.slice(-input.limit));
  return { ...page, items: merged(items, shown) };
}

/** A ghost's own id means the place it stands at. */
function onRealPlaces<Input extends Asked>(input: Input, { id, seq }: ModerationItemRow): Input {
  if (input.before === id) return { ...input, before: seq + 1 };
  return input.after === id ? { ...input, after: seq } : { ...input, around: seq };
}

interface Place {
  readonly kit: ModerationKit;
  readonly scope: ChatScope;
  readonly input: Asked;
  readonly page: MessagePage;
  /** The ghost that the page was asked for by. */
  readonly named: ModerationItemRow | undefined;
}

/** Those that stand on this page: after one of its messages, and ahead of the next one that is not on it. */
async function belonging(place: Place, all: readonly ModerationItemRow[]): Promise<readonly ModerationItemRow[]> {
  const { input, page, named } = place;
  const [first, last] = [page.items.at(0), page.items.at(-1)];
  const isAsked = [input.before, input.after, input.around, input.cursor ?? undefined].some(
    (each) => each !== undefined,
  );
  if (first === undefined && isAsked && named === undefined) return [];
  const { floorSeq, nextSeq } = await edgesOf(place, page.hasAfter ? last : undefined);
  return all.filter(({ id, seq }) => {
    if (seq < floorSeq || seq >= nextSeq) return false;
    if (named !== undefined && input.before === named.id && id >= named.id) return false;
    if (named !== undefined && input.after === named.id) return id > named.id;
    return !page.hasBefore || first === undefined || seq >= first.seq;
  });
}

async function edgesOf({ kit, scope, input: { roomId, threadId } }: Place, last: Message | undefined) {
  return kit.read(scope, async ({ db }) => {
    const userId = scope.user.id;
    const member = await db.chatMember.findUnique({ where: { roomId_userId: { roomId, userId } } });
    const room = await db.chatRoom.findUnique({ where: { id: roomId }, select: { history: true } });
    const floorSeq = room?.history === 'sinceJoin' ? (member?.joinSeq ?? 0) : 0;
    if (last === undefined) return { floorSeq, nextSeq: Infinity };
    const after = await db.chatMessage.findMany({
      where: { roomId, threadId: threadId ?? null, seq: { gt: last.seq } },
      orderBy: { seq: 'asc' },
      take: 50,
      select: { id: true, seq: true },
    });
    const hidden = await db.chatHiddenMessage.findMany({
      where: { userId, messageId: { in: after.map(({ id }) => id) } },
      select: { messageId: true },
    });
    const unseen = new Set(hidden.map(({ messageId }) => messageId));
    return { floorSeq, nextSeq: (after.find(({ id }) => !unseen.has(id)) ?? after.at(-1))?.seq ?? Infinity };
  });
}

/** Both are in order; where they stand at the same place, the real one comes first. */
function merged(real: readonly Message[], ghosts: readonly Message[]): readonly Message[] {
  return [...real, ...ghosts].sort((one, other) => one.seq - other.seq);
}
