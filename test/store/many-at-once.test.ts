import { beforeAll, expect, test } from 'vitest';
import type { ChatStore } from '../../server/store/port.js';
import { eachDatabase } from '../support/databases.js';
import { createRoom } from './fixtures.js';

// As when everybody comes back to a server that has just started.
const people = Array.from({ length: 600 }, (_, index) => `user-${index}`);

eachDatabase((database) => {
  let store: ChatStore;
  let roomId: string;
  beforeAll(async () => {
    store = await database.store();
    roomId = await createRoom(store, people.slice(0, 2));
  });

  const asked: Readonly<Record<string, (userId: string) => Promise<unknown>>> = {
    'who somebody is in a room': (userId) => store.read((tx) => store.methods.findMember(tx, { roomId, userId })),
    'whether a device was shut out': (userId) =>
      store.read((tx) => store.methods.findRevocation(tx, { userId, sessionId: `${userId}-device` })),
    'what was sent under a client id': (senderId) =>
      store.read((tx) => store.methods.findSent(tx, { roomId, senderId, clientId: `client-id-of-${senderId}` })),
    'what was created under a client id': (userId) =>
      store.read((tx) => store.methods.findCreatedRoom(tx, { userId, clientId: `client-id-of-${userId}` })),
    'whether a message was hidden': (userId) =>
      store.read((tx) => store.methods.isHidden(tx, { messageId: roomId, userId })),
  };

  test.each(Object.keys(asked))('any number may ask at once %s', { timeout: 60_000 }, async (name) => {
    const ask = asked[name] ?? (() => Promise.reject(new Error('There is no such question.')));
    const outcomes = await Promise.allSettled(people.map(ask));
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    expect(failures.map(({ message }) => message).slice(0, 1)).toEqual([]);
  });
});
