import { expect, test } from 'vitest';
import { expectRefusal, person } from '../support/client.js';
import { onEachDatabase } from '../support/suite.js';

const registration = {
  endpoint: 'https://push.example/send/abc',
  expirationTime: null,
  keys: { p256dh: 'BKey', auth: 'secret' },
};

onEachDatabase('push subscriptions', (suite) => {
  test('a device is registered once, whatever the order of keys, and may be registered by a string as well', async () => {
    const [ada] = await suite.users('ada');
    const own = { ...registration, endpoint: `https://push.example/${ada.id}` };
    const first = await ada.api.push.subscribe.mutate({ registration: own });
    const { keys, ...rest } = own;
    expect(await ada.api.push.subscribe.mutate({ registration: { keys, ...rest } })).toEqual(first);
    const other = await ada.api.push.subscribe.mutate({ registration: `token-${ada.id}` });
    expect(other.id).not.toBe(first.id);
  });

  test('whoever registers a device last has it', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const token = `token-${ada.id}`;
    const hers = await ada.api.push.subscribe.mutate({ registration: token });
    const his = await bob.api.push.subscribe.mutate({ registration: token });
    expect(his.id).not.toBe(hers.id);
    await ada.api.push.unsubscribe.mutate({ registration: token });
    expect(await bob.api.push.subscribe.mutate({ registration: token })).toEqual(his);
  });

  test('a registration ends by itself or its id, and ending what is not there changes nothing', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const token = `token-${ada.id}`;
    const { id } = await ada.api.push.subscribe.mutate({ registration: token });
    expect(await bob.api.push.unsubscribe.mutate({ id })).toEqual({});
    expect(await ada.api.push.subscribe.mutate({ registration: token })).toEqual({ id });
    expect(await ada.api.push.unsubscribe.mutate({ id })).toEqual({});
    expect(await ada.api.push.unsubscribe.mutate({ registration: token })).toEqual({});
    expect((await ada.api.push.subscribe.mutate({ registration: token })).id).not.toBe(id);
  });

  test('a session that is revoked has no registration any more', async () => {
    const who = person('ada');
    const [ada, phone] = [await suite.connect(who), await suite.connect(who, { params: { device: 'phone' } })];
    const token = `token-${ada.id}`;
    const { id } = await phone.api.push.subscribe.mutate({ registration: token });
    const { items } = await phone.api.session.list.query({});
    const session = items.find(({ current }) => current);
    await ada.api.session.revoke.mutate({ sessionId: session?.id ?? '' });
    expect((await ada.api.push.subscribe.mutate({ registration: token })).id).not.toBe(id);
  });

  test('what is no registration is refused, and what is too large', async () => {
    const [ada] = await suite.users('ada');
    const wrong = [undefined, null, 7, '', 'a\u0000b', [], { when: new Date() }];
    for (const one of wrong) await expectRefusal(ada.call('push.subscribe', { registration: one }), 'VALIDATION');
    await expectRefusal(ada.call('push.subscribe', {}), 'VALIDATION');
    await expectRefusal(ada.call('push.unsubscribe', {}), 'VALIDATION');
    const both = { registration: 'x', id: '01890000-0000-7000-8000-000000000000' };
    await expectRefusal(ada.call('push.unsubscribe', both), 'VALIDATION');
    for (const large of ['x'.repeat(4_097), 'é'.repeat(2_049), { token: 'x'.repeat(4_096) }]) {
      await expectRefusal(ada.call('push.subscribe', { registration: large }), 'TOO_LARGE');
    }
    await ada.api.push.subscribe.mutate({ registration: 'x'.repeat(4_096) });
  });

  test('of more than twenty devices the first goes', async () => {
    const [ada] = await suite.users('ada');
    const token = (nth: number) => `token-${nth}-${ada.id}`;
    const ids: string[] = [];
    for (let nth = 0; nth <= 20; nth += 1) {
      ids.push((await ada.api.push.subscribe.mutate({ registration: token(nth) })).id);
    }
    expect((await ada.api.push.subscribe.mutate({ registration: token(1) })).id).toBe(ids[1]);
    expect((await ada.api.push.subscribe.mutate({ registration: token(0) })).id).not.toBe(ids[0]);
  });
});
