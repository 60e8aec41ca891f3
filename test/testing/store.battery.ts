import { describe, it } from 'vitest';
import { testChatStore } from '../../server/testing/store/test-chat-store.js';
import { eachDatabase } from '../support/databases.js';
import { storesOn } from './stores.js';

eachDatabase((database) => {
  const makeStore = storesOn(database);
  const makeAnother = storesOn(database);
  testChatStore({ describe, it }, () => ({ store: makeStore(), another: makeAnother }), { name: 'prismaStore' });
});
