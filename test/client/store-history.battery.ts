import { expect, it } from 'vitest';
import { onEachDatabase } from '../support/suite.js';
import { group, guests, until } from './store-set-up.js';
import type { Member, Store } from './store-set-up.js';

/** A sequence of numbers from 0 to 1 that is the same at each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let next = Math.imul(state ^ (state >>> 15), 1 | state);
    next = (next + Math.imul(next ^ (next >>> 7), 61 | next)) ^ next;
    return ((next ^ (next >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Life {
  readonly watched: Member;
  readonly others: readonly Member[];
  readonly roomIds: readonly string[];
  readonly random: () => number;
}

/** One thing that people do, or that happens to the network of the one who is watched. */
async function live({ watched, others, roomIds, random }: Life): Promise<void> {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const who = pick(others) ?? watched;
  const roomId = pick(roomIds) ?? '';
  const { message, room } = who.client.api.chat;
  const { id = '' } = pick(who.store.messages(roomId).messages) ?? {};
  const deeds: readonly (() => unknown)[] = [
    () => message.send.mutate({ roomId, content: `text ${random()}`, ...(id === '' ? {} : { replyToId: id }) }),
    () => message.send.mutate({ roomId, content: `text ${random()}`, mentions: [watched.id] }),
    () => message.edit.mutate({ messageId: id, content: `edited ${random()}` }),
    () => message.delete.mutate({ messageIds: [id] }),
    () => message.react.mutate({ messageId: id, emoji: pick(['👍', '🎉']) ?? '' }),
    () => void watched.client.api.chat.message.delete.mutate({ messageIds: [id], for: 'me' }).catch(() => undefined),
    () => room.update.mutate({ roomId, name: `Room ${random()}` }),
    () => room.removeMembers.mutate({ roomId, userIds: [watched.id] }),
    () => room.addMembers.mutate({ roomId, userIds: [watched.id] }),
    () => room.addMembers.mutate({ roomId, userIds: [watched.id] }),
    () => room.setRole.mutate({ roomId, userIds: [watched.id], role: pick(['admin', 'member']) ?? 'member' }),
    () => watched.store.markRead(roomId),
    () => watched.store.send(roomId, { content: `mine ${random()}` }),
    () => watched.store.loadOlder(roomId),
    () => watched.network.cut(),
    () => watched.network.restore(),
    () => watched.network.restore(),
  ];
  // Much of it is refused, for instance to one who is not in the room at the moment.
  await Promise.resolve(pick(deeds)?.()).catch(() => undefined);
}

/** All that can be seen of a user's rooms, in full. */
async function wholeOf(store: Store): Promise<unknown> {
  await until(() => store.unread().isExact && !store.rooms().isLoading, 'the rooms', store);
  const { rooms } = store.rooms();
  const parts: unknown[] = [];
  for (const { id } of rooms) {
    const ends = [store.open(id, 'messages'), store.open(id, 'members')];
    await until(() => !store.members(id).isLoading && !store.members(id).hasMore, 'the members', store);
    while (store.messages(id).hasOlder) {
      store.loadOlder(id);
      await until(() => !store.messages(id).isLoadingOlder, 'older messages', store);
    }
    const { messages, outgoing } = store.messages(id);
    // What was delivered is told to those who sent it only.
    const members = store.members(id).members.map((member) => ({ ...member, deliveredSeq: undefined }));
    parts.push({ messages, outgoing, members, unread: store.unread(id) });
    for (const end of ends) end();
  }
  return { rooms: store.rooms().rooms, parts, unread: store.unread() };
}

onEachDatabase('the store of a client', (suite) => {
  const join = guests(suite);

  it.each([11, 12])('shows after a long history what one shows that has just begun (%i)', async (seed) => {
    const random = createRandom(seed);
    const [watched, ...others] = [await join('ann'), await join('bob'), await join('cat')];
    const [bob, cat] = others;
    if (watched === undefined || bob === undefined || cat === undefined) throw new Error('Somebody is missing.');
    const roomIds = [await group(bob, watched, cat), await group(bob, cat), await group(bob, watched, cat)];
    for (const roomId of roomIds) {
      await bob.client.api.chat.room.setRole.mutate({ roomId, userIds: [cat.id], role: 'admin' });
    }
    const end = watched.store.open(roomIds[0] ?? '', 'messages');
    for (let step = 0; step < 80; step += 1) await live({ watched, others, roomIds, random });
    watched.network.restore();
    const quiet = () =>
      roomIds.every((id) => watched.store.messages(id).outgoing.every(({ status }) => status === 'failed'));
    await until(quiet, 'what was sent to be answered', watched.store);
    for (const { clientId } of roomIds.flatMap((id) => watched.store.messages(id).outgoing)) {
      watched.store.discard(clientId);
    }
    end();
    const fresh = await join(watched.person);
    // Receipts still come in, for both of them.
    const both = async () => {
      const [one, other] = [await wholeOf(watched.store), await wholeOf(fresh.store)];
      return { one, other, isSame: JSON.stringify(one) === JSON.stringify(other) };
    };
    await until(async () => (await both()).isSame, 'both to show the same').catch(async () => {
      const { one, other } = await both();
      expect(one).toEqual(other);
    });
  });
});
