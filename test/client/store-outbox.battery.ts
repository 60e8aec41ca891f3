import { expect, it } from 'vitest';
import { person, tokenFor } from '../support/client.js';
import { createEventSource } from '../support/event-source.js';
import { onEachDatabase } from '../support/suite.js';
import { group, guests, outgoing, say, texts, until } from './store-set-up.js';
import type { Member } from './store-set-up.js';

const settings = { limits: { contentCodePoints: 50 } };
const tooLong = 'long'.repeat(20);

onEachDatabase(
  'what a client’s store sends',
  (suite) => {
    const join = guests(suite);

    /** Two members of a group. */
    async function pair(): Promise<readonly [ada: Member, bo: Member, roomId: string]> {
      const [ada, bo] = [await join('ada'), await join('bo')];
      return [ada, bo, await group(ada, bo)];
    }

    /** Waits until everything is in the log of both, and nothing is left to be sent. */
    async function settled([ada, bo, roomId]: readonly [Member, Member, string], said: readonly string[]) {
      for (const { store } of [ada, bo]) {
        await until(() => texts(store, roomId).length >= said.length, 'everything', store);
        expect(texts(store, roomId)).toEqual(said);
      }
      await until(() => outgoing(ada.store, roomId).length === 0, 'nothing to be left', ada.store);
    }

    it('is shown at once, and keeps its key when the log brings it', async () => {
      const all = await pair();
      const [{ store }, , roomId] = all;
      const clientId = store.send(roomId, { content: 'hello' });
      expect(outgoing(store, roomId)).toEqual(['hello sending']);
      const [shown] = store.messages(roomId).outgoing;
      expect(shown).toMatchObject({ key: clientId, clientId, roomId, input: { content: 'hello' }, failure: null });
      await settled(all, ['hello']);
      expect(store.messages(roomId).messages[0]).toMatchObject({ key: clientId, clientId });
    });

    it('is in sight at every moment, once', async () => {
      const [{ store }, , roomId] = await pair();
      const seen: number[] = [];
      const look = (): void => {
        const { messages, outgoing: mine } = store.messages(roomId);
        seen.push([...messages, ...mine].filter(({ content }) => content === 'hello').length);
      };
      store.send(roomId, { content: 'hello' });
      look();
      store.subscribe(look);
      await until(() => texts(store, roomId).length === 1 && outgoing(store, roomId).length === 0, 'it', store);
      expect(new Set(seen)).toEqual(new Set([1]));
    });

    it('arrives in the order in which it was sent', async () => {
      const all = await pair();
      const said = Array.from({ length: 12 }, (_, index) => `text ${index}`);
      for (const content of said) all[0].store.send(all[2], { content });
      await settled(all, said);
    });

    it('waits while there is no connection, and goes out when it is back', async () => {
      const all = await pair();
      const [{ store, network, client }, , roomId] = all;
      network.cut();
      await until(() => client.connection.state === 'waiting', 'the outage');
      store.send(roomId, { content: 'one' });
      store.send(roomId, { content: 'two' });
      expect(outgoing(store, roomId)).toEqual(['one sending', 'two sending']);
      network.restore();
      await settled(all, ['one', 'two']);
    });

    it('is stored once when the answer to it was lost', async () => {
      const all = await pair();
      const [ada, bo, roomId] = all;
      ada.network.deafen();
      ada.store.send(roomId, { content: 'once' });
      await until(() => texts(bo.store, roomId).length === 1, 'it on the other side', bo.store);
      expect(outgoing(ada.store, roomId)).toEqual(['once sending']);
      ada.network.cut();
      ada.network.restore();
      await settled(all, ['once']);
    });

    it('tells why it failed, lets what comes after it through, and can be sent again or let go', async () => {
      const all = await pair();
      const [{ store }, , roomId] = all;
      const refused = store.send(roomId, { content: tooLong });
      store.send(roomId, { content: 'short' });
      await until(() => outgoing(store, roomId).join() === `${tooLong} failed`, 'the refusal', store);
      const [failed] = store.messages(roomId).outgoing;
      expect(failed?.failure).toMatchObject({ code: 'TOO_LARGE' });
      expect(failed?.failure?.sentence).not.toBe('');
      store.retry(refused);
      expect(outgoing(store, roomId)).toEqual([`${tooLong} sending`]);
      await until(() => outgoing(store, roomId).join() === `${tooLong} failed`, 'the next refusal', store);
      store.discard(refused);
      await settled(all, ['short']);
    });

    it('succeeds at the second try when what stood in its way is gone', async () => {
      const all = await pair();
      const [ada, bo, roomId] = all;
      const { update } = ada.client.api.chat.room;
      await update.mutate({ roomId, locked: true });
      const clientId = bo.store.send(roomId, { content: 'let me' });
      await until(() => outgoing(bo.store, roomId).join() === 'let me failed', 'the refusal', bo.store);
      expect(bo.store.messages(roomId).outgoing[0]?.failure?.code).toBe('PERMISSION_DENIED');
      await update.mutate({ roomId, locked: false });
      bo.store.retry(clientId);
      await settled([bo, ada, roomId], ['let me']);
      expect(ada.store.messages(roomId).messages[0]?.clientId).toBe(clientId);
    });

    it('leaves alone what is on its way when it is to be let go', async () => {
      const all = await pair();
      const [{ store }, , roomId] = all;
      store.discard(store.send(roomId, { content: 'too late' }));
      expect(outgoing(store, roomId)).toEqual(['too late sending']);
      await settled(all, ['too late']);
    });

    it('is at most a thousand messages', async () => {
      const [{ store, network, client }, , roomId] = await pair();
      network.cut();
      await until(() => client.connection.state === 'waiting', 'the outage');
      for (let index = 0; index < 1_000; index += 1) store.send(roomId, { content: `text ${index}` });
      expect(() => store.send(roomId, { content: 'one more' })).toThrow(RangeError);
      expect(store.messages(roomId).outgoing).toHaveLength(1_000);
    });

    it('is not said by the user who signs in next', async () => {
      const [ada, bo, roomId] = await pair();
      let who = ada.person;
      const both = await join(ada.person, { token: () => tokenFor(suite.server, who) });
      both.network.cut();
      await until(() => both.client.connection.state === 'waiting', 'the outage');
      both.store.send(roomId, { content: 'mine' });
      who = bo.person;
      both.network.restore();
      await until(() => both.store.me()?.id === bo.id && !both.store.rooms().isLoading, 'the other user', both.store);
      await until(() => outgoing(both.store, roomId).length === 0, 'nothing to be left', both.store);
      await ada.client.api.chat.message.send.mutate({ roomId, content: 'after' });
      await until(() => texts(both.store, roomId).includes('after'), 'the next message', both.store);
      expect(texts(both.store, roomId)).toEqual(['after']);
    });

    it('to a room one is not in fails', async () => {
      const [ada, bo] = [await join('ada'), await join('bo')];
      const roomId = await group(ada);
      bo.store.send(roomId, { content: 'knock' });
      await until(() => outgoing(bo.store, roomId).join() === 'knock failed', 'the refusal', bo.store);
      expect(bo.store.messages(roomId).outgoing[0]?.failure?.code).toBe('NOT_FOUND');
    });

    it('goes over HTTP as well', async () => {
      const who = person('ada');
      const { EventSource } = createEventSource({ authorization: `Bearer ${await tokenFor(suite.server, who)}` });
      const ada = await join(who, { transport: 'http', EventSource });
      const bo = await join('bo');
      const roomId = await group(ada, bo);
      ada.store.send(roomId, { content: 'one' });
      await settled([ada, bo, roomId], ['one']);
      await say(bo, roomId, 'two');
      await settled([ada, bo, roomId], ['one', 'two']);
    });
  },
  { settings },
);

onEachDatabase(
  'what a client’s store sends faster than it may',
  (suite) => {
    const join = guests(suite);

    it('arrives all the same, as soon as the server lets it', async () => {
      const [ada, bo] = [await join('ada'), await join('bo')];
      const roomId = await group(ada, bo);
      const said = Array.from({ length: 6 }, (_, index) => `text ${index}`);
      for (const content of said) ada.store.send(roomId, { content });
      await until(() => texts(bo.store, roomId).length === said.length, 'everything', bo.store);
      expect(texts(bo.store, roomId)).toEqual(said);
    });
  },
  { settings: { limits: { sends: { perSecond: 10, burst: 2 } } } },
);
