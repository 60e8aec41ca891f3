import { randomBytes } from 'node:crypto';
import { verifyWebhook, WebhookVerificationError } from '@confab/server';
import type { WebhookOption } from '@confab/server';
import { Webhook, WebhookVerificationError as LibraryError } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createChat } from '../../server/create-chat.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { onEachDatabase } from '../plugins/databases.js';
import type { TestPlace } from '../plugins/databases.js';
import { waitFor } from '../support/wait.js';
import { startReceiver } from './receiver.js';
import type { Received, Receiver } from './receiver.js';

const secretOf = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const secret = secretOf();

/** A chat that tells a receiver of messages, or of more, and a room to talk in. */
async function telling(
  place: TestPlace,
  { url }: Receiver,
  webhook: Partial<WebhookOption> = { events: ['message.created'] },
) {
  const t = await testChat(
    (base) =>
      createChat({
        ...base,
        events: { 'order.paid': z.object({ orderId: z.string() }) },
        webhooks: [{ name: 'shop', url, secret, ...webhook }],
      }),
    place,
  );
  const ada = t.as('ada');
  const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
  const say = (content: string) => ada.message.send({ roomId, content });
  const dead = async () => (await t.system.deliveries.list({ state: 'dead' })).items;
  const waiting = async () => (await t.system.deliveries.list({ state: 'waiting' })).items;
  /** Resolves when nothing waits for an attempt any more. */
  const settled = () => waitFor(async () => (await waiting()).length === 0, { what: 'the queue to be empty' });
  /** Resolves when an attempt was failed, to how long the next one has to wait. */
  const failed = async (attempts: number): Promise<number> => {
    const { nextAttemptAt } = await waitFor(
      async () => (await waiting()).find((one) => one.attempts === attempts && one.claimedUntil === null),
      { what: `attempt ${attempts} to fail`, seen: () => url },
    );
    return nextAttemptAt.getTime() - t.clock.now().getTime();
  };
  /** Leaps over a pause; slowly at its end, so that the answer to what is sent then is not late. */
  const pass = async (ms: number): Promise<void> => {
    await t.clock.advance(Math.max(0, ms - 1_500));
    await t.clock.advance(3_000);
  };
  return { t, ada, roomId, say, dead, waiting, settled, failed, pass, [Symbol.asyncDispose]: () => t.close() };
}

const arrived = (receiver: Receiver, count: number): Promise<readonly Received[]> =>
  waitFor(() => receiver.received.length >= count && receiver.received, {
    what: `${count} webhooks`,
    seen: () => receiver.received.map(({ body }) => body),
  });

onEachDatabase((place) => {
  test('each event is told once, with its place, signed so that any Standard Webhooks library knows it', async () => {
    await using receiver = await startReceiver();
    await using on = await telling(place, receiver, {
      events: ['message.created'],
      headers: { authorization: 'Bearer shop' },
    });
    const sent = [await on.say('one'), await on.say('two')];
    await arrived(receiver, 2);
    await on.settled();
    expect(receiver.received).toHaveLength(2);
    for (const message of sent) {
      const got = receiver.received.find(({ payload }) => payload.data.message?.id === message.id);
      const { id, ...payload } = got?.payload ?? {};
      expect(payload).toMatchObject({
        ...{ type: 'message.created', roomId: on.roomId, seq: message.seq, actorId: 'ada' },
        ...{ at: message.createdAt.toISOString(), data: { message: { content: message.content } } },
      });
      expect(got?.headers).toMatchObject({
        ...{ 'webhook-id': id, 'content-type': 'application/json', authorization: 'Bearer shop' },
      });
      const { headers = {}, body = '' } = got ?? {};
      expect(new Webhook(secret).verify(body, headers)).toEqual(got?.payload);
      expect(verifyWebhook({ secret, headers, body })).toEqual(got?.payload);
      const tampered = body.replace(message.content ?? '', 'three');
      expect(() => new Webhook(secret).verify(tampered, headers)).toThrow(LibraryError);
      expect(() => verifyWebhook({ secret, headers, body: tampered })).toThrow(WebhookVerificationError);
    }
  });

  test('while one secret takes the place of another, each of them is right', async () => {
    await using receiver = await startReceiver();
    const [old, next] = [secretOf(), secretOf()];
    await using on = await telling(place, receiver, { events: ['message.created'], secret: [next, old] });
    await on.say('one');
    const [{ headers, body } = { headers: {}, body: '' }] = await arrived(receiver, 1);
    for (const one of [old, next]) expect(verifyWebhook({ secret: one, headers, body }).type).toBe('message.created');
    expect(() => verifyWebhook({ secret: secretOf(), headers, body })).toThrow(WebhookVerificationError);
  });

  test('without a choice of events all are told but those of users’ own logs', async () => {
    await using receiver = await startReceiver();
    await using on = await telling(place, receiver, {});
    const { id: messageId } = await on.ada.message.send({ roomId: on.roomId, content: 'hi', mentions: ['bob'] });
    await on.t.as('bob').message.react({ messageId, emoji: '👍' });
    await on.t.system.publish({ to: { roomId: on.roomId }, type: 'order.paid', data: { orderId: '7' } });
    await on.t.system.publish({ to: { userId: 'bob' }, type: 'order.paid', data: { orderId: '8' } });
    await arrived(receiver, 4);
    await on.settled();
    expect(receiver.received.map(({ payload }) => payload.type).toSorted()).toEqual([
      ...['message.created', 'message.reaction', 'order.paid', 'room.created'],
    ]);
    expect(receiver.of('order.paid')[0]?.payload.data).toEqual({ orderId: '7' });
  });

  test('with a choice of events these are told and no others, personal ones as well', async () => {
    await using receiver = await startReceiver();
    await using on = await telling(place, receiver, { events: ['notification', 'room.updated'] });
    const { id: messageId } = await on.ada.message.send({ roomId: on.roomId, content: 'hi', mentions: ['bob'] });
    await on.ada.room.update({ roomId: on.roomId, name: 'Cake' });
    await arrived(receiver, 2);
    await on.settled();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.of('notification')[0]?.payload).toMatchObject({
      ...{ roomId: 'u:bob', seq: 1, data: { notification: { kind: 'mention', messageId } } },
    });
    expect(receiver.of('room.updated')[0]?.payload).toMatchObject({ data: { room: { name: 'Cake' } } });
  });

  test('what does not arrive is tried again under the same id, later and later', async () => {
    await using receiver = await startReceiver();
    receiver.reply(500, (response) => response.destroy(), 404, 204);
    await using on = await telling(place, receiver);
    await on.say('one');
    const pauses: number[] = [];
    for (const attempt of [1, 2, 3]) {
      const pause = await on.failed(attempt);
      pauses.push(pause);
      await on.pass(pause);
    }
    const all = await arrived(receiver, 4);
    await on.settled();
    expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    for (const [index, base] of [5_000, 15_000, 45_000].entries()) {
      expect(pauses[index]).toBeGreaterThan(base * 0.8 - 3_000);
      expect(pauses[index]).toBeLessThanOrEqual(base * 1.2);
    }
    expect(all).toHaveLength(4);
  });

  test('what was deleted before it arrives is told as a tombstone', async () => {
    await using receiver = await startReceiver();
    receiver.reply(503, 204);
    await using on = await telling(place, receiver);
    const { id } = await on.say('a secret');
    await on.failed(1);
    await on.ada.message.delete({ messageIds: [id] });
    await on.t.clock.advance(8_000);
    const [, second] = await arrived(receiver, 2);
    expect(second?.payload.data.message).toMatchObject({ id, content: null });
    expect(second?.body).not.toContain('a secret');
  });

  test('a server that asks for patience is left alone for as long as it asks', async () => {
    await using receiver = await startReceiver();
    receiver.reply((response) => response.writeHead(429, { 'retry-after': '600' }).end(), 204);
    await using on = await telling(place, receiver);
    await on.say('one');
    expect(await on.failed(1)).toBeGreaterThan(590_000);
    await on.say('two');
    await waitFor(async () => (await on.waiting()).length === 2, { what: 'the second to wait' });
    await on.t.clock.advance(60_000);
    expect(receiver.received).toHaveLength(1);
    await on.pass(540_000);
    await arrived(receiver, 3);
    await on.settled();
  });

  test('where nobody is any more, one attempt is enough; a dead letter can be seen, tried again and dropped', async () => {
    await using receiver = await startReceiver();
    receiver.reply(410);
    await using on = await telling(place, receiver);
    const sent = [await on.say('one'), await on.say('two')];
    const letters = await waitFor(async () => (await on.dead()).length === 2 && on.dead(), {
      what: 'two dead letters',
    });
    expect(letters[0]).toMatchObject({
      ...{ kind: 'webhook', target: 'shop', userId: null, roomId: on.roomId, seq: sent[1]?.seq, state: 'dead' },
      ...{ attempts: 1, lastError: 'The answer was 410.' },
    });
    const [first, second] = letters.map(({ id }) => ({ id }));
    if (first === undefined || second === undefined) throw new Error('two were given up');
    await on.t.system.deliveries.discard(first);
    receiver.reply(200);
    await on.t.system.deliveries.retry(second);
    await arrived(receiver, 3);
    await on.settled();
    expect(await on.dead()).toEqual([]);
    expect(receiver.received.at(-1)?.payload).toMatchObject({ id: second.id, seq: sent[0]?.seq });
    await expect(on.t.system.deliveries.retry(first)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(on.t.system.deliveries.discard(second)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(on.t.system.deliveries.list({ limit: 0 })).rejects.toMatchObject({ code: 'VALIDATION' });
    await expect(on.t.system.deliveries.list({ cursor: 'AAAA' })).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  test('after twelve attempts it is given up', async () => {
    await using receiver = await startReceiver();
    receiver.reply(500);
    await using on = await telling(place, receiver);
    await on.say('one');
    for (let attempt = 1; attempt < 12; attempt += 1) {
      await on.pass(await on.failed(attempt));
    }
    const [letter] = await waitFor(async () => (await on.dead()).length === 1 && on.dead(), {
      what: 'the dead letter',
    });
    expect(letter).toMatchObject({ attempts: 12, lastError: 'The answer was 500.' });
    expect(receiver.received).toHaveLength(12);
  });

  test('redirections are not followed, and an endless answer is cut off', async () => {
    await using receiver = await startReceiver();
    await using elsewhere = await startReceiver();
    let written = 0;
    receiver.reply(
      (response) => response.writeHead(307, { location: elsewhere.url }).end(),
      (response) => {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384;
        };
        response.on('drain', more);
        more();
      },
    );
    await using on = await telling(place, receiver);
    await on.say('one');
    await on.failed(1);
    await on.t.clock.advance(8_000);
    await on.settled();
    expect(elsewhere.received).toEqual([]);
    expect(written).toBeLessThan(20_000_000);
  });

  test('a server that does not answer holds up no other, nor the chat', async () => {
    await using mute = await startReceiver();
    await using receiver = await startReceiver();
    mute.reply(() => undefined);
    await using t = await testChat(
      (base) =>
        createChat({
          ...base,
          webhooks: [mute, receiver].map(({ url }, index) => ({
            ...{ name: `shop-${index}`, url, secret, events: ['message.created'] as const },
          })),
        }),
      place,
    );
    const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Tea' });
    for (let nth = 0; nth < 10; nth += 1) await t.as('ada').message.send({ roomId, content: `${nth}` });
    await arrived(receiver, 10);
    expect(mute.received.length).toBeLessThanOrEqual(4);
    await t.clock.advance(10_000);
    const failed = async () =>
      (await t.system.deliveries.list()).items.find(({ lastError }) => lastError?.includes('10000 ms'));
    await waitFor(failed, { what: 'the first attempt to time out' });
  });

  test('when the chat is closed, attempts under way end and connections with them', async () => {
    await using receiver = await startReceiver();
    let answer = (): void => undefined;
    receiver.reply((response) => {
      answer = () => void response.writeHead(200).end();
    });
    await using on = await telling(place, receiver);
    await on.say('one');
    await arrived(receiver, 1);
    const closed = on.t.chat.close();
    answer();
    await closed;
    await waitFor(() => receiver.connections === 0, { what: 'the connection to be closed' });
    await on.t.restart();
    await on.t.clock.advance(60_000);
    await on.settled();
    expect(receiver.received).toHaveLength(1);
  });

  test('two nodes tell of each event once', async () => {
    await using receiver = await startReceiver();
    await using on = await telling(place, receiver);
    const other = await on.t.node();
    const contents = Array.from({ length: 60 }, (_, nth) => `${nth}`);
    await Promise.all(
      contents.map((content, nth) =>
        (nth % 2 === 0 ? on.t : other).as('ada').message.send({ roomId: on.roomId, content }),
      ),
    );
    await arrived(receiver, 60);
    await on.settled();
    expect(receiver.received.map(({ payload }) => payload.data.message?.content).toSorted()).toEqual(
      contents.toSorted(),
    );
  });

  test('what was committed while no node was there is told when one is back', async () => {
    await using receiver = await startReceiver();
    let isTelling = true;
    await using t = await testChat(
      (base) => createChat({ ...base, ...(isTelling ? { webhooks: [{ url: receiver.url, secret }] } : {}) }),
      place,
    );
    const { id: roomId } = await t.as('ada').room.create({ kind: 'group', name: 'Tea' });
    await arrived(receiver, 1);
    isTelling = false;
    await t.restart();
    await t.as('ada').message.send({ roomId, content: 'meanwhile' });
    isTelling = true;
    await t.restart();
    const [, told] = await arrived(receiver, 2);
    expect(told?.payload).toMatchObject({
      type: 'message.created',
      seq: 2,
      data: { message: { content: 'meanwhile' } },
    });
  });
});
