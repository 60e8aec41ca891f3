import type { DoNotDisturb } from '@confab/shared';
import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { onEachDatabase } from '../support/suite.js';

const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };

onEachDatabase('notification preferences', (suite) => {
  test('who never set any may always be disturbed', async () => {
    const [ada] = await suite.users('ada');
    expect(await ada.api.notification.preferences.query({})).toEqual({ notify: 'all', doNotDisturb: null });
  });

  test('what is set is there on every device of the user, and no one else’s', async () => {
    const [ada, bob] = await suite.users('ada', 'bob');
    const phone = await suite.connect(ada.person);
    const wanted = { notify: 'mentions', doNotDisturb: { ...night, days: [5, 1] } } as const;
    const kept = { notify: 'mentions', doNotDisturb: { ...night, days: [1, 5] } };
    expect(await ada.api.notification.setPreferences.mutate(wanted)).toEqual(kept);
    expect(await phone.api.notification.preferences.query({})).toEqual(kept);
    const event = await phone.event('notifications.updated');
    expect(event).toMatchObject({ actorId: ada.id, data: kept });
    await bob.settle();
    expect(bob.events('notifications.updated')).toEqual([]);
    expect(await bob.api.notification.preferences.query({})).toMatchObject({ notify: 'all' });
  });

  test('a device that was away hears of them when it comes back', async () => {
    const [ada] = await suite.users('ada');
    const phone = await suite.connect(ada.person);
    const lastEventId = phone.received.at(-1)?.id ?? '';
    await phone.close();
    await ada.api.notification.setPreferences.mutate({ notify: 'none' });
    const back = await suite.connect(ada.person, { lastEventId });
    expect((await back.event('notifications.updated')).data).toEqual({ notify: 'none', doNotDisturb: null });
  });

  test('what is left out stays, and null ends the quiet', async () => {
    const [ada] = await suite.users('ada');
    const until = new Date(Date.now() + 3_600_000);
    const { setPreferences } = ada.api.notification;
    await setPreferences.mutate({ notify: 'none' });
    expect(await setPreferences.mutate({ doNotDisturb: { until } })).toEqual({
      notify: 'none',
      doNotDisturb: { until },
    });
    expect(await setPreferences.mutate({ notify: 'all' })).toEqual({ notify: 'all', doNotDisturb: { until } });
    expect(await setPreferences.mutate({ doNotDisturb: null })).toEqual({ notify: 'all', doNotDisturb: null });
  });

  test('setting what is set already is told nobody', async () => {
    const [ada] = await suite.users('ada');
    const { setPreferences } = ada.api.notification;
    await setPreferences.mutate({ doNotDisturb: night });
    await setPreferences.mutate({ doNotDisturb: night });
    await setPreferences.mutate({});
    await setPreferences.mutate({ notify: 'mentions' });
    await ada.event('notifications.updated', ({ data }) => data.notify === 'mentions');
    expect(ada.events('notifications.updated')).toHaveLength(2);
  });

  test('two devices that each set a part at once both get their way', async () => {
    const [ada] = await suite.users('ada');
    const phone = await suite.connect(ada.person);
    await Promise.all([
      ada.api.notification.setPreferences.mutate({ notify: 'none' }),
      phone.api.notification.setPreferences.mutate({ doNotDisturb: night }),
    ]);
    expect(await ada.api.notification.preferences.query({})).toEqual({ notify: 'none', doNotDisturb: night });
  });

  test('what makes no sense is VALIDATION and changes nothing', async () => {
    const [ada] = await suite.users('ada');
    const wrong: unknown[] = [
      ...[
        { ...night, to: '22:00' },
        { ...night, from: '24:00' },
        { ...night, from: '7:00' },
        { ...night, to: '07:60' },
      ],
      ...[
        { ...night, timeZone: 'Mars/Olympus' },
        { ...night, timeZone: '+02:00' },
        { ...night, timeZone: '' },
      ],
      ...[
        { ...night, days: [] },
        { ...night, days: [7] },
        { ...night, days: [1, 1] },
        { ...night, days: [0.5] },
      ],
      ...[
        { until: new Date(0) },
        { until: new Date(Number.NaN) },
        { until: '2030-01-01' },
        { until: new Date(), ...night },
      ],
      ...[{}, 'always', true, { from: '22:00' }],
    ];
    for (const doNotDisturb of wrong) {
      await expectRefusal(
        ada.api.notification.setPreferences.mutate({ doNotDisturb: doNotDisturb as DoNotDisturb }),
        'VALIDATION',
      );
    }
    await expectRefusal(ada.call('notification.setPreferences', { notify: 'some' }), 'VALIDATION');
    expect(await ada.api.notification.preferences.query({})).toEqual({ notify: 'all', doNotDisturb: null });
  });

  test('a quiet that is over is none', async () => {
    const [ada] = await suite.users('ada');
    const until = new Date(Date.now() + 1_500);
    await ada.api.notification.setPreferences.mutate({ doNotDisturb: { until } });
    await expect
      .poll(async () => (await ada.api.notification.preferences.query({})).doNotDisturb, { timeout: 10_000 })
      .toBeNull();
  });
});
