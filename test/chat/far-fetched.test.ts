import { createChat } from '@confab/server';
import { expect, test } from 'vitest';
import { moderation } from '../../server/plugins/moderation/index.js';
import { polls } from '../../server/plugins/polls/index.js';
import { testChat } from '../../server/testing/chat/test-chat.js';
import { onEachDatabase } from '../plugins/databases.js';

const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The code of what a call was refused with; `null` when it was not. */
async function refusalOf(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    const { code, cause } = error as { readonly code?: string; readonly cause?: { readonly code?: string } };
    return cause?.code ?? code ?? 'unknown';
  }
}

/** Well-formed, but no database knows such a moment, number or text. */
const forged = [
  ...[Number.MAX_SAFE_INTEGER, 8.64e15, 253_402_300_800_000, 2 ** 31].flatMap((far) => [[far], [far, 'x']]),
  ...['\u0000', 'a\u0000b', '\ud800'].flatMap((text) => [
    [0, text],
    [1, text, text],
    [1, '', text],
  ]),
].map(cursorOf);

onEachDatabase((place) => {
  test('a forged cursor is VALIDATION or an empty page on every list, never an error of the database', async () => {
    await using t = await testChat((base) => createChat(base), place);
    const { room, message, thread, draft, report, notification, user, session } = t.as('ada');
    const { id: roomId } = await room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
    const { id: messageId } = await message.send({ roomId, content: 'hello' });
    const lists: Readonly<Record<string, (cursor: string) => Promise<unknown>>> = {
      'room.list': (cursor) => room.list({ cursor }),
      'room.members': (cursor) => room.members({ roomId, cursor }),
      'room.discover': (cursor) => room.discover({ cursor }),
      'room.bans': (cursor) => room.bans({ roomId, cursor }),
      'room.invites': (cursor) => room.invites({ roomId, cursor }),
      'room.joinRequests': (cursor) => room.joinRequests({ roomId, cursor }),
      'message.list': (cursor) => message.list({ roomId, cursor }),
      'message.pins': (cursor) => message.pins({ roomId, cursor }),
      'message.versions': (cursor) => message.versions({ messageId, cursor }),
      'message.receipts': (cursor) => message.receipts({ messageId, cursor }),
      'message.search': (cursor) => message.search({ query: 'hello', cursor }),
      'message.scheduled': (cursor) => message.scheduled({ cursor }),
      'thread.list': (cursor) => thread.list({ cursor }),
      'draft.list': (cursor) => draft.list({ cursor }),
      'report.list': (cursor) => report.list({ roomId, cursor }),
      'notification.list': (cursor) => notification.list({ cursor }),
      'user.blocked': (cursor) => user.blocked({ cursor }),
      'user.invites': (cursor) => user.invites({ cursor }),
      'session.list': (cursor) => session.list({ cursor }),
      'system.user.bans': (cursor) => t.system.user.bans({ cursor }),
      'system.deliveries.list': (cursor) => t.system.deliveries.list({ cursor }),
    };
    for (const [name, list] of Object.entries(lists)) {
      for (const cursor of forged) {
        const outcome = await refusalOf(() => list(cursor));
        expect([null, 'VALIDATION'], `${name} ${Buffer.from(cursor, 'base64url').toString()}`).toContain(outcome);
      }
    }
  });

  test('what ends after the year 9999 is VALIDATION: no database compares such a time', async () => {
    const plugins = [moderation(), polls()] as const;
    await using t = await testChat((base) => createChat({ ...base, plugins }), place);
    const ada = t.as('ada');
    const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
    const last = new Date('9999-12-31T23:59:59.999Z');
    for (const until of [new Date(last.getTime() + 1), new Date(8.64e15)]) {
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        'room.ban': () => ada.room.ban({ roomId, userId: 'eve', until }),
        'room.mute': () => ada.room.mute({ roomId, userId: 'bob', until }),
        'room.createInvite': () => ada.room.createInvite({ roomId, expiresAt: until }),
        'system.user.ban': () => t.system.user.ban({ userId: 'eve', until }),
        'notification.setPreferences': () => ada.notification.setPreferences({ doNotDisturb: { until } }),
        'moderation.shadowMute': () => ada.moderation.shadowMute({ roomId, userId: 'bob', until }),
        'polls.create': () => ada.polls.create({ roomId, question: '?', options: ['a', 'b'], closesAt: until }),
      };
      for (const [name, call] of Object.entries(calls)) expect(await refusalOf(call), name).toBe('VALIDATION');
    }
    const { members } = await ada.room.mute({ roomId, userId: 'bob', until: last });
    expect(members[0]?.mutedUntil).toEqual(last);
  });

  test('a place in the log beyond any number a database keeps is one after its head', async () => {
    await using t = await testChat((base) => createChat(base), place);
    const ada = t.as('ada');
    const { id: roomId } = await ada.room.create({ kind: 'group', name: 'Tea' });
    for (const far of [2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      expect(await ada.sync({ roomId, afterSeq: far })).toMatchObject({ events: [], headSeq: 1, more: false });
      expect((await ada.message.list({ roomId, before: far })).items).toEqual([]);
      expect((await ada.message.read({ roomId, seq: far })).marks).toMatchObject([{ readSeq: 1 }]);
    }
  });
});
