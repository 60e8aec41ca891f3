import { expect, it } from 'vitest';
import { onEachDatabase } from '../support/suite.js';
import { group, guests, say, texts, until } from './store-set-up.js';
import type { Member } from './store-set-up.js';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `text ${index}`);

onEachDatabase(
  'the store of a client that was away',
  (suite) => {
    const join = guests(suite);

    async function pair(): Promise<readonly [ada: Member, bo: Member, roomId: string]> {
      const [ada, bo] = [await join('ada'), await join('bo')];
      return [ada, bo, await group(ada, bo)];
    }

    async function leave({ network, client }: Member): Promise<void> {
      network.cut();
      await until(() => client.connection.state === 'waiting', 'the outage');
    }

    async function isExact({ store }: Member): Promise<void> {
      await until(() => store.unread().isExact, 'the marks', store);
    }

    it('shows what was said, edited and deleted meanwhile', async () => {
      const [ada, bo, roomId] = await pair();
      const [first, second] = await say(ada, roomId, 'one', 'two');
      await until(() => texts(bo.store, roomId).length === 2, 'both', bo.store);
      await leave(bo);
      await ada.client.api.chat.message.edit.mutate({ messageId: first?.id ?? '', content: 'uno' });
      await ada.client.api.chat.message.delete.mutate({ messageIds: [second?.id ?? ''] });
      await say(ada, roomId, 'three');
      bo.network.restore();
      await until(() => texts(bo.store, roomId).length === 3, 'the third', bo.store);
      expect(texts(bo.store, roomId)).toEqual(['uno', null, 'three']);
      await isExact(bo);
      expect(bo.store.unread(roomId).unread).toBe(2);
    });

    it('reads a room anew in which more happened than is replayed, and keeps what one looks at whole', async () => {
      const [ada, bo, roomId] = await pair();
      const other = await group(ada, bo);
      await say(ada, roomId, 'before');
      bo.store.open(roomId, 'messages');
      await until(() => texts(bo.store, roomId).length === 1, 'the first', bo.store);
      await leave(bo);
      const limited: string[] = [];
      bo.client.on('room.limited', ({ roomId: id }) => limited.push(id ?? ''));
      await say(ada, roomId, ...numbered(110));
      await say(ada, other, 'beside');
      bo.network.restore();
      await until(() => texts(bo.store, roomId).at(-1) === 'text 109', 'the newest', bo.store);
      await until(() => texts(bo.store, other).length === 1, 'the other room', bo.store);
      expect(limited).toEqual([roomId]);
      await isExact(bo);
      expect(bo.store.unread(roomId)).toEqual({ unread: 111, mentions: 0, isExact: true });
      while (bo.store.messages(roomId).hasOlder) {
        bo.store.loadOlder(roomId);
        await until(() => !bo.store.messages(roomId).isLoadingOlder, 'the page', bo.store);
      }
      expect(texts(bo.store, roomId)).toEqual(['before', ...numbered(110)]);
    });

    it('reads everything anew when too much happened', async () => {
      const [ada, bo, roomId] = await pair();
      await say(ada, roomId, 'before');
      await until(() => texts(bo.store, roomId).length === 1, 'the first', bo.store);
      await leave(bo);
      const reasons: string[] = [];
      bo.client.on('resync', ({ data }) => reasons.push(data.reason));
      const long = 'ü'.repeat(8_000);
      await say(ada, roomId, ...Array.from({ length: 70 }, () => long), 'the end');
      bo.network.restore();
      await until(() => texts(bo.store, roomId).at(-1) === 'the end', 'the newest', bo.store);
      expect(reasons).toEqual(['too_much']);
      await isExact(bo);
      expect(bo.store.unread(roomId).unread).toBe(72);
    });

    it('lets go of a room that one was removed from, and brings one that one was added to', async () => {
      const [ada, bo, left] = await pair();
      await say(ada, left, 'old');
      const joined = await group(ada);
      await say(ada, joined, 'welcome');
      await until(() => texts(bo.store, left).length === 1, 'the first', bo.store);
      await leave(bo);
      await ada.client.api.chat.room.removeMembers.mutate({ roomId: left, userIds: [bo.id] });
      await ada.client.api.chat.room.addMembers.mutate({ roomId: joined, userIds: [bo.id] });
      bo.network.restore();
      const ids = () => bo.store.rooms().rooms.map(({ id }) => id);
      await until(() => ids().join() === joined, 'the other room', bo.store);
      expect(texts(bo.store, left)).toEqual([]);
      expect(bo.store.unread().unread).toBe(0);
    });

    it('learns what was read on another device', async () => {
      const [ada, bo, roomId] = await pair();
      const phone = await join(bo.person);
      await say(ada, roomId, 'one', 'two');
      for (const { store } of [bo, phone]) await until(() => store.unread().unread === 2, 'two unread', store);
      await leave(bo);
      phone.store.markRead(roomId);
      await until(() => phone.store.unread().unread === 0, 'nothing unread', phone.store);
      bo.network.restore();
      await until(() => bo.store.unread().unread === 0 && bo.store.unread().isExact, 'nothing unread', bo.store);
    });

    it('learns who has read what meanwhile', async () => {
      const [ada, bo, roomId] = await pair();
      const [sent] = await say(ada, roomId, 'one');
      ada.store.open(roomId, 'members');
      const mark = () => ada.store.members(roomId).members.find(({ userId }) => userId === bo.id)?.readSeq;
      await until(() => mark() !== undefined && !ada.store.members(roomId).isLoading, 'the members', ada.store);
      await leave(ada);
      await bo.client.api.chat.message.read.mutate({ roomId, seq: sent?.seq ?? 0 });
      ada.network.restore();
      await until(() => mark() === sent?.seq, 'the receipt', ada.store);
      expect(ada.store.members(roomId).hasMore).toBe(false);
    });

    it('goes on after the server was killed', async () => {
      const [ada, bo, roomId] = await pair();
      await say(ada, roomId, 'before');
      await suite.server.kill('SIGKILL');
      ada.store.send(roomId, { content: 'meanwhile' });
      await suite.server.restart();
      for (const { store } of [ada, bo]) {
        await until(() => texts(store, roomId).length === 2, 'both', store);
        expect(texts(store, roomId)).toEqual(['before', 'meanwhile']);
      }
    });

    it('asks for an event that was lost on the way', async () => {
      const [ada, bo, roomId] = await pair();
      bo.network.lose('swallowed');
      await say(ada, roomId, 'one', 'swallowed', 'three');
      await until(() => texts(bo.store, roomId).length === 3, 'all three', bo.store);
      expect(texts(bo.store, roomId)).toEqual(['one', 'swallowed', 'three']);
      expect(bo.network.opened).toBe(1);
    });

    it('shows what it knows meanwhile, and what it was asked for once it is back', async () => {
      const [ada, bo, roomId] = await pair();
      await say(ada, roomId, 'one', 'two', 'three');
      const late = await join(bo.person);
      await leave(late);
      late.store.loadOlder(roomId);
      expect(texts(late.store, roomId)).toEqual(['three']);
      expect(late.store.messages(roomId)).toMatchObject({ error: null, isLoadingOlder: true });
      late.network.restore();
      await until(() => !late.store.messages(roomId).isLoadingOlder, 'the beginning', late.store);
      expect(texts(late.store, roomId)).toEqual(['one', 'two', 'three']);
    });
  },
  { alone: true },
);
