import { randomUUID } from 'node:crypto';
import { personalRoom, shardOf } from '../../server/events/log.js';
import { newMember, newRoom } from '../store/fixtures.js';
import type { Database } from '../support/databases.js';
import type { CountedChat } from './counted-chat.js';

/** A user with a lot of everything around them, or with ten times as much. */
export interface Town {
  readonly me: string;
  /** Where most of it is. */
  readonly roomId: string;
  /** One of the newest messages there. */
  readonly messageId: string;
  /** Somebody who is in the room. */
  readonly other: string;
}

const emoji = ['👍', '🎉', '👀', '❤️', '😀', '😢', '🔥', '🙏', '✅', '❌'];
const shards = { sqlite: 1, postgresql: 16 } as const;

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/**
 * Makes it: `scale` times 50 rooms, each with 3 members and an unread message; in one of them 8 members, 50 messages,
 * 2 reactions to each, 5 receipts of each member and 5 threads, `scale` times as well.
 */
export async function build({ chat }: CountedChat, database: Database, name: string, scale: number): Promise<Town> {
  const me = `${name}-me`;
  const people = range(8 * scale).map((index) => `${name}-${index}`);
  const { id: roomId } = await chat.as(me).room.create({ kind: 'group', name: 'Plaza', members: people });
  const senders = people.slice(0, 4);
  const said = await inTurn(range(50 * scale), (index) =>
    chat.as(senders[index % senders.length] ?? me).message.send({ roomId, content: `words ${index}` }),
  );
  for (const { id: threadId } of said.slice(0, 5 * scale)) {
    await chat.as(me).message.send({ roomId, content: 'aside', threadId });
  }
  const at = new Date();
  const reactions = said.flatMap(({ id: messageId }) =>
    people
      .slice(0, 2 * scale)
      .map((userId, index) => ({ messageId, userId, roomId, emoji: emoji[index % emoji.length] ?? '', createdAt: at })),
  );
  await inPieces(reactions, (data) => database.db.chatReaction.createMany({ data }));
  const receipts = people.flatMap((userId) =>
    range(5 * scale).map((index) => ({ roomId, userId, kind: 'read', fromSeq: index + 2, toSeq: index + 2, at })),
  );
  await inPieces(receipts, (data) => database.db.chatReceipt.createMany({ data }));
  await addRooms(database, me, people.slice(0, 2), 50 * scale - 1);
  // Where a room's log is follows from its id. Whoever is told has theirs in another part, which takes one more statement.
  const shardCount = shards[database.provider];
  const isApart = (userId: string): boolean =>
    shardCount === 1 || shardOf(personalRoom(userId), shardCount) !== shardOf(roomId, shardCount);
  const messageId = said.findLast(({ senderId }) => isApart(senderId))?.id ?? '';
  return { me, roomId, messageId, other: people.find(isApart) ?? me };
}

/** Every other one is direct, with somebody who is in no other. */
async function addRooms({ db, provider }: Database, me: string, people: readonly string[], count: number) {
  // The busy one is the latest.
  const at = new Date(Date.now() - 86_400_000);
  const rooms = range(count).map((index) => {
    const id = randomUUID();
    const isDirect = index % 2 === 0;
    const members = [me, ...(isDirect ? [`${me}-friend-${index}`] : people)];
    const kind = isDirect ? ('direct' as const) : ('group' as const);
    const shard = shardOf(id, shards[provider]);
    const place = { shard, lastSeq: 2, lastPos: 0n, authzVersion: 0, memberCount: members.length };
    const times = { lastActivityAt: at, createdAt: at, updatedAt: at };
    return { members, row: { ...newRoom({ id, kind, ownerId: isDirect ? null : me, ...times }), ...place } };
  });
  await inPieces(rooms, (data) => db.chatRoom.createMany({ data: data.map(({ row }) => row) as never }));
  const members = rooms.flatMap(({ row, members: userIds }) => userIds.map((userId) => newMember(row.id, userId)));
  await inPieces(members, (data) => db.chatMember.createMany({ data: data as never }));
  const messages = rooms.map(({ row, members: [, senderId = me] }) => {
    return { id: randomUUID(), roomId: row.id, seq: 2, kind: 'user', senderId, content: 'hello', createdAt: at };
  });
  await inPieces(messages, (data) =>
    db.chatMessage.createMany({
      data: data.map((row) => ({
        ...row,
        format: 'text',
        attachments: [],
        mentions: [],
        mentionsRoom: false,
        custom: {},
      })),
    }),
  );
}

/** Some at a time, so that nothing waits for long. */
async function inTurn<Item, Made>(items: readonly Item[], make: (item: Item) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  for (let first = 0; first < items.length; first += 10) {
    made.push(...(await Promise.all(items.slice(first, first + 10).map(make))));
  }
  return made;
}

async function inPieces<Row>(rows: readonly Row[], insert: (rows: Row[]) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < rows.length; first += 500) await insert(rows.slice(first, first + 500));
}
