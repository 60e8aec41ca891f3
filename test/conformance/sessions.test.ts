import { expect, test } from 'vitest';
import { expectRefusal, person, tokenFor } from '../support/client.js';
import { callFrame, openRaw } from '../support/raw-socket.js';
import { makeRoom, onEachDatabase, say } from '../support/suite.js';
import { waitFor } from '../support/wait.js';

onEachDatabase('sessions', (suite) => {
  test('two devices are two sessions, each its own current one', async () => {
    const ada = person('ada');
    const phone = await suite.connect(ada, { claims: { sid: 'phone-0001' } });
    const laptop = await suite.connect(ada, { claims: { sid: 'laptop-0001' } });
    for (const [device, id] of [
      [phone, 'phone-0001'],
      [laptop, 'laptop-0001'],
    ] as const) {
      const { items, nextCursor } = await device.api.session.list.query({});
      expect(items.map((session) => session.id).sort()).toEqual(['laptop-0001', 'phone-0001']);
      expect(items.filter(({ current }) => current).map((session) => session.id)).toEqual([id]);
      expect(nextCursor).toBeNull();
      for (const session of items) {
        expect(session.createdAt).toBeInstanceOf(Date);
        expect(session.lastSeenAt).toBeInstanceOf(Date);
      }
    }
  });

  test('a device names itself when its token does not', async () => {
    const ada = person('ada');
    const device = await suite.connect(ada, { params: { device: 'kitchen-tablet' } });
    expect(device.events('ready')[0]?.data.sessionId).toBe('kitchen-tablet');
    const { items } = await device.api.session.list.query({});
    expect(items).toMatchObject([{ id: 'kitchen-tablet', current: true }]);
  });

  test('a device that comes back is the same session', async () => {
    const ada = person('ada');
    const device = await suite.connect(ada, { claims: { sid: 'phone-0002' } });
    const from = device.position;
    device.drop();
    await device.event('ready', undefined, { from });
    await waitFor(async () => (await device.api.session.list.query({})).items.length === 1 || undefined, {
      what: 'one session',
    });
  });

  test('nobody sees or revokes the sessions of others', async () => {
    const ada = await suite.connect(person('ada'), { claims: { sid: 'phone-0003' } });
    const eve = await suite.connect(person('eve'), { claims: { sid: 'phone-0004' } });
    expect((await eve.api.session.list.query({})).items.map(({ id }) => id)).toEqual(['phone-0004']);
    await eve.api.session.revoke.mutate({ sessionId: 'phone-0003' }).catch(() => undefined);
    await ada.settle();
    expect(ada.closes).toEqual([]);
  });

  test('revoking a session tells its device, closes it with 4011 and keeps it out', async () => {
    const ada = person('ada');
    const phone = await suite.connect(ada, { claims: { sid: 'phone-0005' } });
    const laptop = await suite.connect(ada, { claims: { sid: 'laptop-0005' } });
    const token = phone.token;
    await laptop.api.session.revoke.mutate({ sessionId: 'phone-0005' });
    const told = await phone.event('session.revoked');
    expect(told.data.sessionId).toBe('phone-0005');
    await waitFor(() => phone.closes.some(({ code }) => code === 4011), {
      what: 'the phone to be closed with 4011',
      timeoutMs: 3_000,
      seen: () => phone.closes,
    });
    await using socket = await openRaw(suite.server, { params: { token } });
    socket.send(callFrame(1, 'query', 'room.list', {}));
    expect(await socket.refusal(1)).toMatchObject({ code: 'UNAUTHENTICATED' });
    await laptop.settle();
    expect(laptop.closes).toEqual([]);
  });

  test('newly issued credentials open a revoked session again', async () => {
    const ada = person('ada');
    const now = Math.floor(Date.now() / 1000);
    await suite.connect(ada, { claims: { sid: 'phone-0006', iat: now - 60 } });
    const laptop = await suite.connect(ada, { claims: { sid: 'laptop-0006' } });
    await laptop.api.session.revoke.mutate({ sessionId: 'phone-0006' });
    const again = await suite.connect(ada, { claims: { sid: 'phone-0006', iat: now + 2 } });
    expect(again.events('ready')).toHaveLength(1);
  });

  test('an expired token closes the socket with 4013 and a new one goes on without loss', async () => {
    const ada = person('ada');
    const [bob] = await suite.users('bob');
    const token = await tokenFor(suite.server, ada, { exp: Math.floor(Date.now() / 1000) + 2 });
    await using socket = await openRaw(suite.server, { params: { token } });
    socket.send(callFrame(1, 'query', 'room.list', {}));
    expect((await socket.answer(1)).error).toBeUndefined();
    expect((await socket.close(6_000)).code).toBe(4013);
    await using late = await openRaw(suite.server, { params: { token } });
    expect([4001, 4013]).toContain((await late.close(3_000)).code);
    const device = await suite.connect(ada);
    const room = await makeRoom('direct', bob, [device]);
    await say(bob, room.id, 'welcome back', [device]);
  });
});

onEachDatabase(
  'active and expired sessions',
  (suite) => {
    const stateOf = async (device: Awaited<ReturnType<typeof suite.connect>>, state: 'active' | 'expired') =>
      (await device.api.session.list.query({ state })).items.map(({ id }) => id).sort();

    test('a fresh session is active, and expired after the threshold without traffic', async () => {
      const ada = person('ada');
      const idle = await suite.connect(ada, { claims: { sid: 'idle-device' } });
      const busy = await suite.connect(ada, { claims: { sid: 'busy-device' } });
      expect(await stateOf(busy, 'active')).toContain('idle-device');
      expect(await stateOf(busy, 'expired')).not.toContain('idle-device');
      await waitFor(
        async () => {
          await busy.settle();
          return (await stateOf(busy, 'expired')).includes('idle-device');
        },
        { what: 'the idle session to expire', timeoutMs: 8_000 },
      );
      expect(await stateOf(busy, 'active')).toEqual(['busy-device']);
      expect((await busy.api.session.list.query({})).items.map(({ id }) => id).sort()).toEqual([
        'busy-device',
        'idle-device',
      ]);
      await idle.settle();
      await waitFor(async () => (await stateOf(busy, 'active')).includes('idle-device'), {
        what: 'the session to be active again',
      });
      expect(idle.closes).toEqual([]);
    });

    test('traffic that is no call keeps a session active, however soon it would expire', async () => {
      const ada = await suite.connect(person('ada'), { claims: { sid: 'watching-device' } });
      const token = await tokenFor(suite.server, ada.person, { sid: 'pinging-device' });
      await using pinging = await openRaw(suite.server, { params: { token } });
      await waitFor(async () => (await stateOf(ada, 'active')).includes('pinging-device') || undefined, {
        what: 'the device to be there',
      });
      for (let nth = 0; nth < 20; nth += 1) {
        pinging.send('PING');
        await new Promise((resolve) => setTimeout(resolve, 150));
        expect(await stateOf(ada, 'expired')).toEqual([]);
      }
    });

    test('an expired session still hears its rooms', async () => {
      const ada = await suite.connect(person('ada'), { claims: { sid: 'quiet-device' } });
      const watch = await suite.connect(ada.person, { claims: { sid: 'watching-device' } });
      await waitFor(async () => (await stateOf(watch, 'expired')).includes('quiet-device'), {
        what: 'the session to expire',
        timeoutMs: 8_000,
      });
      const [bob] = await suite.users('bob');
      const room = await makeRoom('direct', bob, [ada]);
      await say(bob, room.id, 'are you there?', [ada]);
    });

    test('heartbeats move the time a session was last seen, three at once too', async () => {
      const ada = await suite.connect(person('ada'), { claims: { sid: 'beating-device' } });
      const seen = async () => (await ada.api.session.list.query({})).items[0]?.lastSeenAt.getTime() ?? 0;
      const first = await seen();
      await waitFor(
        async () => {
          await Promise.all([ada.settle(), ada.settle(), ada.settle()]);
          return (await seen()) > first;
        },
        { what: 'lastSeenAt to move' },
      );
    });

    test('a wrong state is refused', async () => {
      const [ada] = await suite.users('ada');
      await expectRefusal(ada.call('session.list', { state: 'asleep' }), 'VALIDATION');
    });
  },
  { settings: { inactivityThresholdMs: 1_500 } },
);
