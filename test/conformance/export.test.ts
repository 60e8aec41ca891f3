import { randomBytes } from 'node:crypto';
import { createChat, definePlugin } from '@confab/server';
import type { UserRecord } from '@confab/server';
import { expect, test, vi } from 'vitest';
import { person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { liveFully } from '../support/full-life.js';
import { readTables } from '../support/tables.js';

/** Under which type a row is exported that holds the user's id there. A column that is not named here fails the test. */
const exportedAs: Readonly<Record<string, UserRecord['type']>> = {
  'chat_user.id': 'profile',
  'chat_room.createdBy': 'room',
  'chat_room.ownerId': 'membership',
  'chat_member.userId': 'membership',
  'chat_message.senderId': 'message',
  'chat_message.forwardedSenderId': 'copy',
  'chat_removed_message.senderId': 'removedMessage',
  'chat_reaction.userId': 'reaction',
  'chat_mention.userId': 'mention',
  'chat_receipt.userId': 'receipt',
  'chat_hidden_message.userId': 'hiddenMessage',
  'chat_thread_member.userId': 'thread',
  'chat_notification.userId': 'notification',
  'chat_draft.userId': 'draft',
  'chat_scheduled_message.userId': 'scheduled',
  'chat_session.userId': 'session',
  'chat_block.userId': 'block',
  'chat_ban.userId': 'ban',
  'chat_ban.actorId': 'banMade',
  'chat_user_ban.userId': 'userBan',
  'chat_report.reporterId': 'report',
  'chat_join_request.userId': 'joinRequest',
  'chat_invite.createdBy': 'invite',
  'chat_invite.userId': 'invitation',
  'chat_user_preferences.userId': 'preferences',
  'chat_push_subscription.userId': 'push',
  'chat_delivery.userId': 'delivery',
  'chat_event.actorId': 'event',
};

/** What others keep, or were told, about the user is theirs. */
const ofOthers = new Set(['chat_block.blockedId', 'chat_notification.actorId', 'chat_report.resolvedBy']);

vi.setConfig({ testTimeout: 60_000 });

eachDatabase((database) => {
  const open = async (plugins: Parameters<typeof createChat>[0]['plugins'] = []) => {
    const chat = createChat({ store: await database.store(), viewer: () => null, plugins });
    await chat.ready;
    return chat;
  };

  async function exported(records: AsyncIterable<UserRecord>): Promise<UserRecord[]> {
    const all: UserRecord[] = [];
    for await (const record of records) all.push(record);
    return all;
  }

  test('of a user who has done everything it names a row of every table that holds their id', async () => {
    await using chat = await open();
    const marker = randomBytes(8).toString('hex');
    const [ada, bob] = [person('ada').id, person('bob').id];
    const life = await liveFully({ chat, database }, { ada, bob, marker });
    await chat.system.user.ban({ userId: ada, reason: marker });
    const foe = `${bob}-foe`;
    await chat.as(foe).user.block({ userId: ada });
    const records = await exported(chat.system.user.export({ userId: ada }));
    const types = new Set(records.map(({ type }) => type));
    const unnamed: string[] = [];
    const missing: string[] = [];
    let places = 0;
    for (const [table, rows] of await readTables(database)) {
      for (const column of Object.keys(rows[0] ?? {})) {
        if (!rows.some((row) => row[column] === ada)) continue;
        places += 1;
        const type = exportedAs[`${table}.${column}`];
        if (type === undefined && !ofOthers.has(`${table}.${column}`)) unnamed.push(`${table}.${column}`);
        if (type !== undefined && !types.has(type)) missing.push(`${table}.${column}`);
      }
    }
    expect({ unnamed, missing }).toEqual({ unnamed: [], missing: [] });
    expect(places).toBeGreaterThan(22);
    // Every row of the user's own is there, once.
    const messages = records.flatMap(({ type, data }) => (type === 'message' ? [data.id] : []));
    expect(messages.length).toBe(await database.db.chatMessage.count({ where: { senderId: ada } }));
    expect(new Set(messages).size).toBe(messages.length);
    expect(messages).toEqual(expect.arrayContaining([...life.messageIds]));
    expect(records.filter(({ type }) => type === 'version')).toMatchObject([
      { data: { messageId: life.messageIds[1] } },
    ]);
    expect(records.filter(({ type }) => type === 'copy')).toMatchObject([{ data: { id: life.copyId } }]);
    // It is data, whatever it is written to, and says nothing of the server's inside or of those who shut the user out.
    const text = JSON.stringify(records);
    expect(text).toContain(`I said ${marker}`);
    expect(text).not.toContain('bodyHash');
    expect(text).not.toContain('tokenHash');
    expect(records.filter(({ type }) => type === 'block')).toHaveLength(1);
    expect(JSON.stringify(records.filter(({ type }) => type === 'block'))).not.toContain(
      `"${ada}","blockedId":"${ada}`,
    );
  });

  test('of somebody nobody knows there is nothing', async () => {
    await using chat = await open();
    expect(await exported(chat.system.user.export({ userId: person('eve').id }))).toEqual([]);
  });

  test('it is complete over many pages, and reads no further than it is asked', async () => {
    await using chat = await open();
    const ada = person('ada').id;
    const { id: roomId } = await chat.as(ada).room.create({ kind: 'group', name: 'Long' });
    const first = await chat.as(ada).message.send({ roomId, content: 'first' });
    const rows = Array.from({ length: 2_500 }, (_, nth) => ({
      ...{ id: `${first.id.slice(0, 24)}${String(nth).padStart(12, '0')}`, roomId, seq: 10 + nth, kind: 'user' },
      ...{
        senderId: ada,
        content: `number ${nth}`,
        format: 'text',
        attachments: [],
        mentions: [],
        mentionsRoom: false,
      },
      ...{ custom: {}, createdAt: new Date() },
    }));
    for (let at = 0; at < rows.length; at += 500) {
      await database.db.chatMessage.createMany({ data: rows.slice(at, at + 500) });
    }
    await database.db.chatRoom.update({ where: { id: roomId }, data: { lastSeq: 2_600 } });
    const records = await exported(chat.system.user.export({ userId: ada }));
    const said = records.flatMap(({ type, data }) => (type === 'message' ? [data.content] : []));
    expect(said).toEqual(['first', ...rows.map(({ content }) => content)]);
    let reads = 0;
    const counting = createChat({
      store: await database.store({
        override: {
          exportFromRoom: (base) => (tx, input) => {
            reads += 1;
            return base(tx, input);
          },
        },
      }),
      viewer: () => null,
    });
    for await (const { type } of counting.system.user.export({ userId: ada })) if (type === 'message') break;
    expect(reads).toBe(1);
    await counting.close();
  });

  test('plugins add what they keep, and are asked to erase it', async () => {
    const erased: string[] = [];
    const notes = definePlugin({
      id: 'notes',
      async *exportUser(_kit, userId) {
        yield await Promise.resolve({ type: 'note', data: { of: userId } });
      },
      eraseUser(_kit, userId) {
        erased.push(userId);
        return Promise.resolve(3);
      },
    });
    await using chat = await open([notes]);
    const ada = person('ada').id;
    expect(await exported(chat.system.user.export({ userId: ada }))).toEqual([
      { type: 'plugin', data: { plugin: 'notes', type: 'note', data: { of: ada } } },
    ]);
    expect((await chat.system.user.erase({ userId: ada })).rows).toBe(4);
    expect(erased).toEqual([ada]);
  });
});
