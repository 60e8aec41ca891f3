import { expect, it } from 'vitest';
import type { ChatStore } from '../../server/store/port.js';
import { testChatStore } from '../../server/testing/store/test-chat-store.js';
import { onSqlite } from '../support/databases.js';
import { failuresOf } from './failures.js';
import type { FailureOptions } from './failures.js';
import { storeDefects } from './store-defects.js';
import { storesOn } from './stores.js';

type Methods = ChatStore['methods'];

onSqlite((database) => {
  const makeStore = storesOn(database);
  const failures = (spoil: (store: ChatStore) => ChatStore, options: FailureOptions) =>
    failuresOf((runner) => testChatStore(runner, () => ({ store: spoil(makeStore()) })), options);

  it.each(storeDefects)('catches a store that $what', { timeout: 60_000 }, async ({ caughtBy, spoil }) => {
    expect(await failures(spoil, { isWanted: (name) => name === caughtBy })).toEqual([caughtBy]);
  });

  it('tries every method, so that one that does nothing is noticed', { timeout: 300_000 }, async () => {
    const users = new Map<keyof Methods, Set<string>>();
    const calls = new Map<string, number>();
    let running = '';
    const watch = (store: ChatStore): ChatStore => ({ ...store, methods: watched(store.methods) });
    const watched = (methods: Methods): Methods =>
      new Proxy(methods, {
        get(_methods, name: keyof Methods) {
          users.set(name, (users.get(name) ?? new Set()).add(running));
          calls.set(running, (calls.get(running) ?? 0) + 1);
          return methods[name];
        },
      });
    expect(await failures(watch, { onStart: (name) => (running = name) })).toEqual([]);

    const unnoticed: string[] = [];
    for (const name of Object.keys(makeStore().methods) as (keyof Methods)[]) {
      const idle = (store: ChatStore): ChatStore => ({
        ...store,
        methods: { ...store.methods, [name]: () => Promise.resolve() },
      });
      const caught = await failures(idle, {
        isWanted: (test) => users.get(name)?.has(test) ?? false,
        // One failure is enough, and those that do little come to it soonest.
        rankOf: (test) => calls.get(test) ?? 0,
        most: 1,
      });
      if (caught.length === 0) unnoticed.push(name);
    }
    expect(unnoticed).toEqual([]);
  });
});
