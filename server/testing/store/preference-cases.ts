import assert from 'node:assert/strict';
import type { NotificationPreferences } from '@confab/shared';
import { personalRoom } from '../../events/log.js';
import type { ChatStore } from '../../store/port.js';
import type { SuiteGroup } from '../suite/runner.js';
import { at, later } from './bench.js';
import type { StoreBench } from './bench.js';
import { eventsOf } from './log-book.js';

function prefer(store: ChatStore, userId: string, preferences: NotificationPreferences, when = at) {
  return store.write((tx) => store.methods.setNotificationPreferences(tx, { userId, preferences, at: when }));
}

const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', days: [1, 5] };

/** What the methods about how people want to be disturbed promise. */
export const preferenceCases: SuiteGroup<StoreBench> = {
  name: 'notification preferences',
  cases: [
    {
      name: 'are kept as they were set last, each user’s own, and left out where none were',
      async run({ store, user }) {
        const [ann, bob, cy] = [user('ann'), user('bob'), user('cy')];
        await prefer(store, ann, { notify: 'none', doNotDisturb: night });
        await prefer(store, ann, { notify: 'mentions', doNotDisturb: { until: later(5) } }, later(1));
        await prefer(store, bob, { notify: 'all', doNotDisturb: night });
        const read = (userIds: readonly string[]) =>
          store.read((tx) => store.methods.notificationPreferencesOf(tx, { userIds }));
        assert.deepEqual(
          await read([ann, bob, cy]),
          new Map<string, NotificationPreferences>([
            [ann, { notify: 'mentions', doNotDisturb: { until: later(5) } }],
            [bob, { notify: 'all', doNotDisturb: night }],
          ]),
        );
        await prefer(store, bob, { notify: 'all', doNotDisturb: null }, later(2));
        assert.deepEqual((await read([bob])).get(bob), { notify: 'all', doNotDisturb: null });
        assert.equal((await read([])).size, 0);
      },
    },
    {
      name: 'are told in the log of their user, as they are today',
      async run({ store, user }) {
        const [ann, bob] = [user('ann'), user('bob')];
        await prefer(store, ann, { notify: 'none', doNotDisturb: null });
        await prefer(store, ann, { notify: 'mentions', doNotDisturb: night }, later(1));
        const events = await eventsOf(store, personalRoom(ann));
        assert.deepEqual(
          events.map(({ type, seq, actorId, at: when, data }) => ({ type, seq, actorId, at: when, data })),
          [at, later(1)].map((when, index) => ({
            ...{ type: 'notifications.updated', seq: index + 1, actorId: ann, at: when },
            data: { notify: 'mentions', doNotDisturb: night },
          })),
        );
        assert.deepEqual(await eventsOf(store, personalRoom(bob)), []);
      },
    },
  ],
};
