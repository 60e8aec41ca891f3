import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, expectRefusal, person } from '../support/client.js';
import type { Connection } from '../support/client.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { makeRoom, onEachDatabase, range, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

// Two seconds are promised; the rest is for a busy machine.
const promisedMs = 4_000;

onEachDatabase(
  'two servers on one database without a bus',
  (suite) => {
    let second: TestServer | undefined;
    const opened: Connection[] = [];

    beforeAll(async () => {
      const { provider, database, secret } = suite.server;
      second = await startServer({ provider, database, secret });
    });
    afterAll(async () => {
      await Promise.all(opened.map((connection) => connection.close()));
      await second?.stop();
    });

    const there = async (name: string) => {
      if (second === undefined) throw new Error('the second server did not start');
      const connection = await connect(second, person(name));
      opened.push(connection);
      return connection;
    };

    test('deliver to each other within two seconds, in order and once', async () => {
      const [ada] = await suite.users('ada');
      const bob = await there('bob');
      const room = await ada.api.room.create.mutate({ kind: 'group', name: 'Two nodes', members: [bob.id] });
      await bob.event('room.created', ({ roomId }) => roomId === room.id, { timeoutMs: promisedMs });
      for (const index of range(1, 5)) {
        const [from, to] = index % 2 === 1 ? [ada, bob] : [bob, ada];
        const message = await from.api.message.send.mutate({ roomId: room.id, content: String(index) });
        await to.event('message.created', ({ data }) => data.message.id === message.id, { timeoutMs: promisedMs });
      }
      await Promise.all(
        range(6, 25).map((index) =>
          (index % 2 ? ada : bob).api.message.send.mutate({ roomId: room.id, content: String(index) }),
        ),
      );
      for (const user of [ada, bob]) {
        await user.until(() => user.seqs(room.id).length >= 26, 'all messages', promisedMs);
        expect(user.seqs(room.id)).toEqual(range(1, 26));
      }
    });

    test('take rights away at once, whichever one is asked', async () => {
      const [ada] = await suite.users('ada');
      const bob = await there('bob');
      const room = await ada.api.room.create.mutate({ kind: 'group', name: 'Rights', members: [bob.id] });
      const roomId = room.id;
      await bob.api.message.send.mutate({ roomId, content: 'may' });
      await ada.api.room.update.mutate({ roomId, locked: true });
      await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'may not' }), 'PERMISSION_DENIED');
      await ada.api.room.update.mutate({ roomId, locked: false });
      await bob.api.message.send.mutate({ roomId, content: 'may again' });
      await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
      await expectRefusal(bob.api.message.send.mutate({ roomId, content: 'gone' }), 'NOT_FOUND');
    });

    test('tell nobody anything of a room after the event that removed them', async () => {
      const [ada] = await suite.users('ada');
      const [bob, cyd] = [await there('bob'), await there('cyd')];
      const room = await ada.api.room.create.mutate({ kind: 'group', name: 'Removal', members: [bob.id, cyd.id] });
      const roomId = room.id;
      await ada.api.room.removeMembers.mutate({ roomId, userIds: [bob.id] });
      const last = await ada.api.message.send.mutate({ roomId, content: 'not for bob' });
      await cyd.event('message.created', ({ data }) => data.message.id === last.id, { timeoutMs: promisedMs });
      await bob.settle();
      expect(cyd.seqs(roomId)).toEqual([1, 2, 3]);
      expect(bob.seqs(roomId)).toEqual([1, 2]);
    });

    test('create one direct room and store one message, however they are asked at once', async () => {
      const [ada] = await suite.users('ada');
      const bob = await there('bob');
      const rooms = await Promise.all(
        range(1, 6).map((index) =>
          index % 2
            ? ada.api.room.create.mutate({ kind: 'direct', members: [bob.id] })
            : bob.api.room.create.mutate({ kind: 'direct', members: [ada.id] }),
        ),
      );
      expect(new Set(rooms.map(({ id }) => id)).size).toBe(1);
      expect(rooms.filter(({ created }) => created)).toHaveLength(1);
      const adaToo = second === undefined ? ada : await connect(second, ada.person);
      opened.push(adaToo);
      const input = { roomId: rooms[0]?.id ?? '', content: 'once', clientId: 'two-nodes-one-message' };
      const sent = await Promise.all([ada, adaToo, ada, adaToo].map((device) => device.api.message.send.mutate(input)));
      expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    });

    test('tell a device that was revoked at the other one why, and close it', async () => {
      const bob = await there('bob');
      const tablet = second === undefined ? bob : await connect(second, bob.person);
      opened.push(tablet);
      const sessionId = bob.events('ready')[0]?.data.sessionId ?? '';
      const laptop = await suite.connect(bob.person);
      await laptop.api.session.revoke.mutate({ sessionId });
      await waitFor(() => bob.closes.length > 0, { what: 'the revoked device to be closed', timeoutMs: 8_000 });
      expect(bob.closes[0]?.code).toBe(4011);
      expect(bob.events('session.revoked').map(({ data }) => data)).toEqual([{ sessionId, reason: 'revoked' }]);
      for (const other of [tablet, laptop]) {
        expect(other.events('session.revoked')).toEqual([]);
        expect(other.closes).toEqual([]);
      }
    });

    test('let a client move from one to the other with its cursor and miss nothing', async () => {
      const [ada] = await suite.users('ada');
      const bob = await there('bob');
      const { id: roomId } = await makeRoom('direct', ada, [bob]);
      await say(ada, roomId, 'one', [bob]);
      const cursor = bob.received.at(-1)?.id ?? '';
      await bob.close();
      await say(ada, roomId, 'two');
      const moved = await suite.connect(bob.person, { since: cursor });
      await say(ada, roomId, 'three', [moved]);
      expect(moved.seqs(roomId)).toEqual([3, 4]);
      expect(moved.events('ready')[0]?.data.resumed).toBe(true);
    });
  },
  { providers: ['postgresql'] },
);
