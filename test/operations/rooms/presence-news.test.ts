import type { EphemeralEvent } from '@confab/shared';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Audience } from '../../../server/bus/bus.js';
import { createPresenceNews } from '../../../server/operations/users/presence-news.js';
import type { PresenceNews } from '../../../server/operations/users/presence-news.js';
import { eachDatabase } from '../../support/databases.js';
import { waitFor } from '../../support/wait.js';
import { createNode } from './node.js';
import type { Node } from './node.js';

eachDatabase((database) => {
  let node: Node;
  let news: PresenceNews;
  let told: { to: Audience; event: EphemeralEvent }[];

  beforeAll(async () => {
    node = await createNode(database);
    await node.group(['ada', 'ben']);
  });
  beforeEach(() => {
    told = [];
    const { store, sessions, settings } = node.kernel;
    const streams = { announce: (to: Audience, event: EphemeralEvent) => void told.push({ to, event }) };
    news = createPresenceNews({ store, clock: node.clock, streams, sessions, settings });
  });
  afterEach(() => news.close());

  const heard = () => told.map(({ event }) => (event.type === 'presence' ? event.data.status : event.type));

  test('the first connection is news to those who share a room, a second one is not', async () => {
    news.opened('ada');
    news.opened('ada');
    await waitFor(() => told.length > 0, { what: 'the news' });
    expect(told).toMatchObject([{ to: { userIds: ['ben'] }, event: { data: { userId: 'ada', status: 'online' } } }]);
  });

  test('leaving is news only after a while', async () => {
    news.opened('ada');
    await waitFor(() => told.length > 0, { what: 'the coming' });
    news.closed('ada');
    node.clock.advance(4_000);
    expect(heard()).toEqual(['online']);
    node.clock.advance(2_000);
    await waitFor(() => told.length > 1, { what: 'the leaving' });
    expect(heard()).toEqual(['online', 'offline']);
  });

  test('who is back within that while was never gone', async () => {
    news.opened('ada');
    await waitFor(() => told.length > 0, { what: 'the coming' });
    news.closed('ada');
    node.clock.advance(3_000);
    news.opened('ada');
    node.clock.advance(20_000);
    news.opened('ben');
    await waitFor(() => told.length > 1, { what: 'the news of another' });
    expect(told.map(({ event }) => event.type === 'presence' && event.data.userId)).toEqual(['ada', 'ben']);
  });

  test('who still has a connection on another node is not gone', async () => {
    await node.kernel.sessions.opened({ userId: 'ada', sessionId: 'elsewhere' });
    news.opened('ada');
    await waitFor(() => told.length > 0, { what: 'the coming' });
    news.closed('ada');
    node.clock.advance(6_000);
    news.opened('ben');
    await waitFor(() => told.length > 1, { what: 'the news of another' });
    expect(heard()).toEqual(['online', 'online']);
    node.kernel.sessions.closed({ userId: 'ada', sessionId: 'elsewhere' });
  });
});
