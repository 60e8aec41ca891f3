import { ChatError } from '@confab/shared';
import { expect, test, vi } from 'vitest';
import { clientId, expectRefusal } from '../support/client.js';
import { onEachPlace, openStage } from './scheduled-stage.js';
import type { Client } from './scheduled-stage.js';

const day = 24 * 60 * 60 * 1_000;
const minute = 60_000;

async function room(owner: Client, ...members: Client[]): Promise<string> {
  const userIds = members.map(({ userId }) => userId);
  const { id } = await owner.api.chat.room.create.mutate({ kind: 'group', name: 'Later', members: userIds });
  return id;
}

/** What of one's scheduled messages is still to come or has failed. */
async function left({ api }: Client) {
  const { items } = await api.chat.message.scheduled.query({});
  return items.map(({ content, state, error }) => ({ content, state, error }));
}

/** Waits until the only one has come to this. */
async function becomes(client: Client, state: 'waiting' | 'failed', error: string | null): Promise<void> {
  await vi.waitFor(async () => expect(await left(client)).toMatchObject([{ state, error }]), { timeout: 10_000 });
}

onEachPlace('scheduled messages', (stage, place) => {
  test('one is sent when its time has come, as its author wrote it, and then is no longer listed', async () => {
    const { people, within, t } = stage();
    const [ada, bob] = await people('ada', 'bob');
    const roomId = await room(ada, bob);
    const sendAt = within(2 * minute);
    const body = { content: 'good morning', format: 'markdown' as const, mentions: [bob.userId], custom: { n: 1 } };
    const { id, ...answer } = await ada.api.chat.message.schedule.mutate({ roomId, ...body, sendAt });
    expect(answer).toEqual({ sendAt });
    const listed = { id, roomId, ...body, sendAt, state: 'waiting', error: null, threadId: null, replyToId: null };
    expect((await ada.api.chat.message.scheduled.query({ roomId })).items).toMatchObject([listed]);
    expect((await bob.api.chat.message.scheduled.query({})).items).toEqual([]);
    await t.clock.advance(minute);
    expect((await bob.api.chat.message.list.query({ roomId })).items).toEqual([]);
    await t.clock.advance(minute + 1_500);
    const event = await bob.next('message.created', ({ data }) => data.message.roomId === roomId);
    expect(event).toMatchObject({ actorId: ada.userId, data: { message: { ...body, senderId: ada.userId } } });
    await vi.waitFor(async () => expect(await left(ada)).toEqual([]));
  });

  test('it is listed soonest first, page by page, and by room', async () => {
    const { people, within } = stage();
    const [ada] = await people('ada');
    const [here, there] = [await room(ada), await room(ada)];
    for (const [content, roomId, ms] of [
      ['third', here, 3 * day],
      ['first', there, day],
      ['second', here, 2 * day],
    ] as const) {
      await ada.api.chat.message.schedule.mutate({ roomId, content, sendAt: within(ms) });
    }
    const first = await ada.api.chat.message.scheduled.query({ limit: 2 });
    expect(first.items.map(({ content }) => content)).toEqual(['first', 'second']);
    const rest = await ada.api.chat.message.scheduled.query({ limit: 2, cursor: first.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ content: 'third' }], nextCursor: null });
    const inHere = await ada.api.chat.message.scheduled.query({ roomId: here });
    expect(inHere.items.map(({ content }) => content)).toEqual(['second', 'third']);
  });

  test('its time is to come and within 366 days, and it is as long as a message may be', async () => {
    const { people, within } = stage();
    const [ada, eve] = await people('ada', 'eve');
    const roomId = await room(ada);
    const schedule = (client: Client, ms: number, more: object = {}) =>
      client.api.chat.message.schedule.mutate({ roomId, content: 'x', sendAt: within(ms), ...more });
    for (const ms of [-1, -day, 366 * day + minute]) await expectRefusal(schedule(ada, ms), 'VALIDATION');
    await expectRefusal(schedule(ada, minute, { sendAt: new Date(Number.NaN) }), 'VALIDATION');
    await expectRefusal(schedule(ada, minute, { content: ' ' }), 'VALIDATION');
    await expectRefusal(schedule(ada, minute, { content: 'x'.repeat(8_001) }), 'TOO_LARGE');
    await expectRefusal(schedule(ada, minute, { replyToId: '019aa000-0000-7000-8000-000000000000' }), 'NOT_FOUND');
    await expectRefusal(schedule(eve, minute), 'NOT_FOUND');
    await schedule(ada, 366 * day - minute);
    expect(await left(ada)).toHaveLength(1);
  });

  test('who may not send may not schedule', async () => {
    const { people, within } = stage();
    const [ada, bob] = await people('ada', 'bob');
    const roomId = await room(ada, bob);
    await ada.api.chat.room.mute.mutate({ roomId, userId: bob.userId });
    const later = { roomId, content: 'x', sendAt: within(minute) };
    await expectRefusal(bob.api.chat.message.schedule.mutate(later), 'PERMISSION_DENIED');
    await ada.api.chat.room.unmute.mutate({ roomId, userId: bob.userId });
    await expectRefusal(bob.api.chat.message.schedule.mutate({ ...later, mentions: ['@room'] }), 'PERMISSION_DENIED');
    await bob.api.chat.message.schedule.mutate(later);
  });

  test('under one client id it is scheduled once, for ever, and another one is a conflict', async () => {
    const { people, within, t } = stage();
    const [ada] = await people('ada');
    const roomId = await room(ada);
    const wanted = { roomId, content: 'once', sendAt: within(5_000), clientId: clientId() };
    const first = await ada.api.chat.message.schedule.mutate(wanted);
    const again = await Promise.all([1, 2, 3].map(() => ada.api.chat.message.schedule.mutate(wanted)));
    expect(again).toEqual([first, first, first]);
    await expectRefusal(ada.api.chat.message.schedule.mutate({ ...wanted, content: 'twice' }), 'CONFLICT');
    await t.clock.advance(7_000);
    await ada.next('message.created', ({ data }) => data.message.content === 'once');
    expect(await ada.api.chat.message.schedule.mutate(wanted)).toEqual(first);
    expect((await ada.api.chat.message.list.query({ roomId })).items).toHaveLength(1);
  });

  test('it is taken back by its author alone, until it was sent', async () => {
    const { people, within, t } = stage();
    const [ada, bob] = await people('ada', 'bob');
    const roomId = await room(ada, bob);
    const { id } = await ada.api.chat.message.schedule.mutate({ roomId, content: 'never', sendAt: within(5_000) });
    const sent = await ada.api.chat.message.schedule.mutate({ roomId, content: 'sent', sendAt: within(6_000) });
    await expectRefusal(bob.api.chat.message.unschedule.mutate({ id }), 'NOT_FOUND');
    expect(await ada.api.chat.message.unschedule.mutate({ id })).toEqual({});
    expect(await ada.api.chat.message.unschedule.mutate({ id })).toEqual({});
    await t.clock.advance(8_000);
    await bob.next('message.created', ({ data }) => data.message.content === 'sent');
    await expectRefusal(ada.api.chat.message.unschedule.mutate({ id: sent.id }), 'CONFLICT');
    const { items } = await bob.api.chat.message.list.query({ roomId });
    expect(items.map(({ content }) => content)).toEqual(['sent']);
  });

  test('at most a hundred wait for one user', async () => {
    const { people, within } = stage();
    const [ada] = await people('ada');
    const roomId = await room(ada);
    const schedule = () => ada.api.chat.message.schedule.mutate({ roomId, content: 'x', sendAt: within(day) });
    const ids = [];
    for (let nth = 1; nth <= 100; nth += 1) ids.push((await schedule()).id);
    await expectRefusal(schedule(), 'CONFLICT');
    await ada.api.chat.message.unschedule.mutate({ id: ids[0] ?? '' });
    await schedule();
  });

  test('whoever is removed meanwhile, or whose room is deleted, sees that it failed', async () => {
    const { people, within, t } = stage();
    const [ada, bob] = await people('ada', 'bob');
    const [left1, left2] = [await room(ada, bob), await room(ada, bob)];
    const sendAt = within(5_000);
    await bob.api.chat.message.schedule.mutate({ roomId: left1, content: 'removed', sendAt });
    await ada.api.chat.room.removeMembers.mutate({ roomId: left1, userIds: [bob.userId] });
    await ada.api.chat.message.schedule.mutate({ roomId: left2, content: 'deleted', sendAt });
    await ada.api.chat.room.delete.mutate({ roomId: left2 });
    await t.clock.advance(7_000);
    await becomes(bob, 'failed', 'NOT_FOUND');
    await becomes(ada, 'failed', 'NOT_FOUND');
    const [failed] = (await ada.api.chat.message.scheduled.query({})).items;
    await ada.api.chat.message.unschedule.mutate({ id: failed?.id ?? '' });
    expect(await left(ada)).toEqual([]);
    expect((await ada.api.chat.message.list.query({ roomId: left1 })).items).toEqual([]);
  });

  test('rules of the moment it is sent at hold: a mute fails it, slow mode makes it wait', async () => {
    const { people, within, t } = stage();
    const [ada, bob, cy] = await people('ada', 'bob', 'cy');
    const roomId = await room(ada, bob, cy);
    await bob.api.chat.message.schedule.mutate({ roomId, content: 'muted', sendAt: within(5_000) });
    await ada.api.chat.room.mute.mutate({ roomId, userId: bob.userId });
    await ada.api.chat.room.update.mutate({ roomId, slowModeSeconds: 600 });
    await cy.api.chat.message.send.mutate({ roomId, content: 'first' });
    await cy.api.chat.message.schedule.mutate({ roomId, content: 'slow', sendAt: within(5_000) });
    await t.clock.advance(7_000);
    await becomes(bob, 'failed', 'PERMISSION_DENIED');
    await t.clock.advance(60_000);
    await becomes(cy, 'waiting', null);
    await t.clock.advance(600_000);
    await ada.next('message.created', ({ data }) => data.message.content === 'slow');
  });

  test('hooks around a send see it when it is sent, and may change it', async () => {
    const seen: unknown[] = [];
    const onSend = {
      before: ({ input }: { input: unknown }) => {
        seen.push((input as { content: string }).content);
        return { ...(input as object), content: 'changed' };
      },
    };
    const { people, within, t } = await openStage(place, { onSend });
    await using _chat = t;
    const [ada] = await people('ada');
    const roomId = await room(ada);
    await ada.api.chat.message.schedule.mutate({ roomId, content: 'as written', sendAt: within(5_000) });
    expect(seen).toEqual([]);
    await t.clock.advance(7_000);
    await ada.next('message.created', ({ data }) => data.message.content === 'changed');
    expect(seen).toEqual(['as written']);
  });

  test('a hook that refuses it fails it with the code it gave', async () => {
    const onSend = {
      before: () => {
        throw new ChatError('CONFLICT', 'not these words');
      },
    };
    const { people, within, t } = await openStage(place, { onSend });
    await using _chat = t;
    const [ada] = await people('ada');
    const roomId = await room(ada);
    await ada.api.chat.message.schedule.mutate({ roomId, content: 'bad', sendAt: within(5_000) });
    await t.clock.advance(7_000);
    await becomes(ada, 'failed', 'CONFLICT');
  });

  test('a crash between the sending and its being noted sends it once', async () => {
    let crashes = 2;
    const override = {
      settleScheduled: (base: (tx: never, input: never) => Promise<void>) => (tx: never, input: never) => {
        crashes -= 1;
        if (crashes >= 0) throw new ChatError('UNAVAILABLE', 'the process is gone');
        return base(tx, input);
      },
    };
    const { people, within, t } = await openStage(place, { override: override as object });
    await using _chat = t;
    const [ada, bob] = await people('ada', 'bob');
    const roomId = await room(ada, bob);
    const { id } = await ada.api.chat.message.schedule.mutate({ roomId, content: 'one', sendAt: within(5_000) });
    await t.clock.advance(7_000);
    await ada.next('message.created', ({ data }) => data.message.content === 'one');
    expect(await left(ada)).toMatchObject([{ state: 'waiting' }]);
    await expectRefusal(ada.api.chat.message.unschedule.mutate({ id }), 'CONFLICT');
    // Whoever was allowed to say it then, was.
    await ada.api.chat.room.transferOwnership.mutate({ roomId, userId: bob.userId });
    await bob.api.chat.room.removeMembers.mutate({ roomId, userIds: [ada.userId] });
    for (let nth = 0; crashes >= 0 && nth < 20; nth += 1) await t.clock.advance(minute);
    await vi.waitFor(async () => expect(await left(ada)).toEqual([]), { timeout: 10_000 });
    expect((await bob.api.chat.message.list.query({ roomId })).items.map(({ clientId: sent }) => sent)).toEqual([id]);
  });

  test('a fault that passes is tried again, one that does not ends in a failure', async () => {
    let faults = 0;
    const onSend = {
      before: ({ input }: { input: unknown }) => {
        faults += 1;
        if ((input as { content: string }).content === 'never') throw new Error('a bug of the host');
        if (faults < 3) throw new ChatError('UNAVAILABLE');
      },
    };
    const { people, within, t } = await openStage(place, { onSend });
    await using _chat = t;
    const [ada] = await people('ada');
    const roomId = await room(ada);
    await ada.api.chat.message.schedule.mutate({ roomId, content: 'in the end', sendAt: within(5_000) });
    for (let nth = 0; nth < 5; nth += 1) await t.clock.advance(5_000);
    await ada.next('message.created', ({ data }) => data.message.content === 'in the end');
    await ada.api.chat.message.schedule.mutate({ roomId, content: 'never', sendAt: within(1_000) });
    for (let nth = 0; nth < 12; nth += 1) await t.clock.advance(10_000);
    await becomes(ada, 'failed', 'INTERNAL');
    expect((await ada.api.chat.message.list.query({ roomId })).items).toHaveLength(1);
  });

  test('nodes on one database send each exactly once', async () => {
    const { people, within, t } = await openStage(place);
    await using _chat = t;
    // On SQLite one process has the database.
    const isShared = place.postgresql !== undefined;
    if (isShared) await t.node();
    const [ada] = await people('ada');
    const rooms = await Promise.all(Array.from({ length: 5 }, () => room(ada)));
    const ids = [];
    for (let nth = 0; nth < 30; nth += 1) {
      const roomId = rooms[nth % rooms.length] ?? '';
      const later = { roomId, content: `number ${nth}`, sendAt: within(3_000) };
      ids.push((await ada.api.chat.message.schedule.mutate(later)).id);
    }
    await t.clock.advance(5_000);
    await vi.waitFor(async () => expect(await left(ada)).toEqual([]), { timeout: 20_000 });
    const pages = await Promise.all(rooms.map((roomId) => ada.api.chat.message.list.query({ roomId })));
    const sent = pages.flatMap(({ items }) => items.map((message) => message.clientId));
    expect(sent.sort()).toEqual(ids.sort());
  });
});
