import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { procedureKinds } from '../support/api.js';
import type { Procedure } from '../support/api.js';
import { expectRefusal, refusalOf, tokenFor, person } from '../support/client.js';
import { callFrame, chatErrorIn, openRaw } from '../support/raw-socket.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';

onEachDatabase(
  'errors',
  (suite) => {
    test('an unknown procedure is refused and the socket stays usable', async () => {
      const ada = person('ada');
      await using socket = await openRaw(suite.server, { params: { token: await tokenFor(suite.server, ada) } });
      socket.send(callFrame(1, 'query', 'room.paint', {}));
      expect((await socket.answer(1)).error).toBeDefined();
      socket.send({ id: 2, method: 'query', params: { path: 'nothing.like.this', input: { json: {} } } });
      expect((await socket.answer(2)).error).toBeDefined();
      socket.send(callFrame(3, 'query', 'room.list', {}));
      expect((await socket.answer(3)).error).toBeUndefined();
    });

    test('a refusal goes to the call that caused it, and to no other', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const [good, bad, alsoGood] = await Promise.allSettled([
        ada.api.message.send.mutate({ roomId, content: 'one' }),
        ada.api.message.send.mutate({ roomId: 'nonsense', content: 'two' }),
        ada.api.message.send.mutate({ roomId, content: 'three' }),
      ]);
      expect([good.status, bad.status, alsoGood.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      await bob.settle();
      expect(bob.errors).toEqual([]);
      expect(bob.received.some(({ event }) => JSON.stringify(event).includes('nonsense'))).toBe(false);
    });

    test('a validation error says where', async () => {
      const [ada] = await suite.users('ada');
      const refusal = await expectRefusal(
        ada.call('room.create', { kind: 'group', name: 7, members: ['ok', 8] }),
        'VALIDATION',
      );
      const issues = refusal.details?.['issues'] as { path: string; message: string }[];
      expect(issues.map(({ path }) => path)).toEqual(expect.arrayContaining(['name', 'members.1']));
      expect(issues.every(({ message }) => message.length > 0)).toBe(true);
    });

    test('no refusal holds a stack, SQL or a path of the server', async () => {
      const [ada, eve] = await suite.users('ada', 'eve');
      const { id: roomId } = await makeRoom('group', ada);
      const refusals = await Promise.all([
        refusalOf(eve.api.room.get.query({ roomId })),
        refusalOf(ada.call('room.get', { roomId: "'; DROP TABLE chat_room;--" })),
        refusalOf(ada.call('message.send', { roomId, content: { $ne: null } })),
        refusalOf(ada.call('room.list', { cursor: 'AAAA' })),
        refusalOf(ada.call('sync', { cursor: 7 })),
      ]);
      for (const refusal of refusals) {
        expect(JSON.stringify(refusal)).not.toMatch(/stack|node_modules|prisma|sqlite|select |\.ts\b|\.js\b/i);
      }
    });

    test('the mistakes of callers leave nothing in the server’s log', async () => {
      const [ada, eve] = await suite.users('ada', 'eve');
      const { id: roomId } = await makeRoom('group', ada);
      const before = suite.server.log();
      await expectRefusal(eve.api.room.get.query({ roomId }), 'NOT_FOUND');
      await expectRefusal(eve.call('room.get', { roomId: 'mistaken' }), 'VALIDATION');
      await expectRefusal(ada.api.message.send.mutate({ roomId, content: 'x'.repeat(9_000) }), 'TOO_LARGE');
      await expectRefusal(ada.api.room.setRole.mutate({ roomId, userIds: [eve.id], role: 'admin' }), 'CONFLICT');
      await ada.settle();
      expect(suite.server.log()).toBe(before);
    });

    test('every procedure refuses no input, wrong input and unknown keys as VALIDATION', async () => {
      const [ada] = await suite.users('ada');
      const withoutRequired: Procedure[] = [
        'room.list',
        'session.list',
        'session.heartbeat',
        'room.discover',
        'notification.pending',
        'notification.unread',
        'notification.list',
        'notification.preferences',
        'notification.setPreferences',
        'message.scheduled',
        'draft.list',
        'user.me',
        'user.blocked',
        'user.invites',
        'thread.list',
        'sync',
      ];
      const wrong = ['text', 7, true, [], [{}], { unknownKey: 1 }, new Date(), new Map(), new Set(), null];
      const answers: string[] = [];
      for (const procedure of Object.keys(procedureKinds) as Procedure[]) {
        const absent = withoutRequired.includes(procedure) ? [] : [undefined, {}];
        for (const input of [...wrong, ...absent]) {
          const answer = await refusalOf(ada.call(procedure, input)).catch((error: unknown) => String(error));
          const isRight =
            typeof answer === 'object' &&
            answer.code === 'VALIDATION' &&
            answer.status === 4003 &&
            answer.trpc === 'BAD_REQUEST';
          if (!isRight) answers.push(`${procedure}(${inspect(input)}): ${inspect(answer)}`);
        }
      }
      expect(answers).toEqual([]);
      await ada.settle();
    });

    test('custom data is plain, shallow, small and free of dangerous keys', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      const send = (custom: unknown) => ada.call('message.send', { roomId, content: 'x', custom });
      await send({ a: { b: { c: { d: { e: 1 } } } } });
      await expectRefusal(send({ a: { b: { c: { d: { e: { f: 1 } } } } } }), 'VALIDATION');
      await expectRefusal(send({ text: 'x'.repeat(4_100) }), 'TOO_LARGE');
      await expectRefusal(
        send(Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 1]))),
        'TOO_LARGE',
        'VALIDATION',
      );
      for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        const nested = { deep: Object.defineProperty({}, key, { value: 1, enumerable: true, configurable: true }) };
        // The stock serialiser may refuse some of these itself; either way nothing is stored.
        await expect(send(nested)).rejects.toBeDefined();
      }
      for (const wrong of [[], 'x', 1, new Date(), new Map(), { when: new Date() }, { big: 1n }])
        await expectRefusal(send(wrong), 'VALIDATION');
      expect((await ada.api.message.list.query({ roomId })).items).toHaveLength(1);
    });

    test('a chain deeper than any input has to be is refused, and nothing is harmed', async () => {
      const [ada] = await suite.users('ada');
      const token = await tokenFor(suite.server, person('deep'));
      await using socket = await openRaw(suite.server, { params: { token } });
      const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
      socket.send(
        `{"id":1,"method":"mutation","params":{"path":"chat.room.create","input":{"json":${nested(5_000)}}}}`,
      );
      expect(chatErrorIn((await socket.answer(1)).error)?.code).toMatch(/VALIDATION|TOO_LARGE/);
      socket.send(callFrame(2, 'query', 'room.list', {}));
      expect((await socket.answer(2)).error).toBeUndefined();
      await ada.settle();
    });

    test('mentions and attachments beyond their numbers are refused', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      const mentions = Array.from({ length: 51 }, (_, index) => `user${index}`);
      await expectRefusal(ada.call('message.send', { roomId, content: 'x', mentions }), 'VALIDATION', 'TOO_LARGE');
      const attachments = Array.from({ length: 11 }, () => ({
        url: 'https://example.org/a.png',
        type: 'image',
        mime: 'image/png',
      }));
      await expectRefusal(ada.call('message.send', { roomId, content: 'x', attachments }), 'VALIDATION', 'TOO_LARGE');
      const userIds = Array.from({ length: 101 }, (_, index) => `user${index}`);
      await expectRefusal(ada.call('room.addMembers', { roomId, userIds }), 'VALIDATION', 'TOO_LARGE');
      expect((await ada.api.room.get.query({ roomId })).seq).toBe(1);
    });

    test('an error outside the table never reaches a caller', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const message = await say(ada, roomId, 'x');
      const odd = ['message.react', 'message.unreact'] as const;
      for (const procedure of odd) {
        for (const emoji of ['\u0000', '\ud800', 'a\u0007b']) {
          await expectRefusal(ada.call(procedure, { messageId: message.id, emoji }), 'VALIDATION');
        }
      }
      for (const userIds of [['\u0000'], ['\ud800'], [''], ['x'.repeat(10_000)]]) {
        await expectRefusal(ada.call('room.addMembers', { roomId, userIds }), 'VALIDATION', 'TOO_LARGE');
        await expectRefusal(ada.call('presence.get', { userIds }), 'VALIDATION', 'TOO_LARGE');
      }
    });
  },
  { env: { NODE_ENV: 'development' } },
);

onEachDatabase(
  'rates',
  (suite) => {
    test('sends beyond the rate are refused with when to try again, and nothing is done', async () => {
      const [ada] = await suite.users('ada');
      const { id: roomId } = await makeRoom('group', ada);
      const calls = Array.from({ length: 8 }, (_, index) =>
        ada.api.message.send.mutate({ roomId, content: String(index) }),
      );
      const outcomes = await Promise.allSettled(calls);
      const sent = outcomes.filter(({ status }) => status === 'fulfilled').length;
      expect(sent).toBeGreaterThanOrEqual(3);
      expect(sent).toBeLessThan(8);
      const refused = calls[outcomes.findIndex(({ status }) => status === 'rejected')] ?? Promise.resolve();
      const refusal = await expectRefusal(refused, 'RATE_LIMITED');
      expect(refusal.details?.['retryAfterMs']).toBeGreaterThan(0);
      expect((await ada.api.message.list.query({ roomId })).items).toHaveLength(sent);
    });

    test('a rate is each user’s own, over all devices', async () => {
      const [ada, bob] = await suite.users('ada', 'bob');
      const second = await suite.connect(ada.person);
      const { id: roomId } = await makeRoom('group', ada, [bob]);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? ada : second).api.message.send.mutate({ roomId, content: String(index) }),
        ),
      );
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
      await say(bob, roomId, 'my own rate');
    });

    test('a sixth stream of a user is refused and the five go on', async () => {
      const ada = person('ada');
      const devices = await Promise.all(Array.from({ length: 5 }, () => suite.connect(ada)));
      const [first] = devices;
      const refusal = await expectRefusal(suite.connect(ada), 'RATE_LIMITED');
      expect(refusal.details?.['retryAfterMs']).toBeGreaterThan(0);
      if (first === undefined) throw new Error('five devices were connected');
      const room = await makeRoom('group', first);
      for (const device of devices) await device.event('room.created', ({ roomId }) => roomId === room.id);
      await devices[4]?.close();
      await suite.connect(ada);
    });
  },
  { settings: { limits: { sends: { perSecond: 1, burst: 3 } } }, providers: ['sqlite'] },
);
