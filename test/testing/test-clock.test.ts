import { describe, expect, it } from 'vitest';
import { createChat } from '../../server/create-chat.js';
import { createTestClock } from '../../server/testing/chat/clock.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { refusalOf } from '../support/client.js';
import { tallies } from './tallies/tallies.js';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

describe('the clock of a test', () => {
  it('goes on by itself, and fires what comes due in order when it is moved ahead', async () => {
    const clock = createTestClock(new Date('2026-01-01T00:00:00Z'));
    const start = clock.now().getTime();
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, Math.round((clock.now().getTime() - start) / second)]);
    const every = clock.every(10 * second, note('every'));
    clock.after(25 * second, () => {
      note('once')();
      clock.after(second, note('then'));
    });
    clock.after(5 * second, note('cleared')).clear();
    await clock.advance(31 * second);
    expect(fired).toEqual([
      ['every', 10],
      ['every', 20],
      ['once', 25],
      ['then', 26],
      ['every', 30],
    ]);
    expect(Math.round((clock.now().getTime() - start) / second)).toBe(31);
    every.clear();
    await new Promise<void>((resolve) => clock.after(20, resolve, { holdsProcess: true }));
    expect(() => clock.advance(-1)).toThrow(RangeError);
  });

  it('takes leaps one after the other', async () => {
    const clock = createTestClock(new Date(0));
    await Promise.all([clock.advance(hour), clock.advance(hour)]);
    expect(Math.floor(clock.now().getTime() / hour)).toBe(2);
  });

  it('lets a plugin’s time pass without waiting for it', async () => {
    await using t = await testChat((base) => createChat({ ...base, plugins: [tallies] }));
    const ada = await t.client('ada');
    const { id: roomId } = await ada.api.chat.room.create.mutate({ kind: 'group', name: 'Tea' });
    await ada.api.chat.tallies.mark.mutate({ roomId });
    await t.clock.advance(59 * second);
    await ada.settled();
    expect(ada.events.some(({ type }) => type === 'tally.ended')).toBe(false);
    await t.clock.advance(2 * second);
    expect((await ada.next('tally.ended')).data).toEqual({ userId: 'ada' });
  });

  it('is the time of the whole chat, from the start it is given', async () => {
    const startsAt = new Date('2030-05-06T07:08:09Z');
    await using t = await testChat({ startsAt });
    const [ada, bob] = [await t.client('ada'), await t.client('bob')];
    const room = { kind: 'group', name: 'Slow', members: ['bob'], slowModeSeconds: 30 } as const;
    const { id: roomId, createdAt } = await ada.api.chat.room.create.mutate({ ...room, members: ['bob'] });
    expect(createdAt.getTime() - startsAt.getTime()).toBeLessThan(minute);
    await bob.api.chat.message.send.mutate({ roomId, content: 'one' });
    const tooSoon = bob.api.chat.message.send.mutate({ roomId, content: 'two' });
    expect(await refusalOf(tooSoon)).toMatchObject({ code: 'RATE_LIMITED' });
    await t.clock.advance(31 * second);
    await bob.api.chat.message.send.mutate({ roomId, content: 'two' });
    await bob.api.chat.message.typing.mutate({ roomId, typing: true });
    expect((await ada.next('typing')).data.typing).toBe(true);
    await t.clock.advance(7 * second);
    expect((await ada.next('typing')).data.typing).toBe(false);
  });

  it('passes over hours without a client being taken for dead, and ends credentials in time', async () => {
    await using t = await testChat({ startsAt: new Date('2030-01-01T00:00:00Z') });
    const expiresAt = new Date(t.clock.now().getTime() + 2 * hour);
    const [ada, bob] = [await t.client('ada', { expiresAt }), await t.client('bob')];
    await t.clock.advance(hour);
    await t.settled();
    expect([...ada.closes, ...bob.closes]).toEqual([]);
    expect((await ada.api.chat.session.list.query({ state: 'active' })).items).toHaveLength(1);
    await t.clock.advance(hour + second);
    await expect(ada.next('message.created', undefined, { timeoutMs: 300 })).rejects.toThrow(/closed with 4013/);
    expect(bob.closes).toEqual([]);
  });
});
