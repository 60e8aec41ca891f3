import { createChat } from '@confab/server';
import type { CommittedNotification, Notify } from '@confab/server';
import { expect, test } from 'vitest';
import { eachDatabase } from '../support/databases.js';
import type { Database } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

/** A served chat with this rule, and every batch that was delivered. */
async function notifying(database: Database, notify: Notify = {}, settings = {}) {
  const batches: (readonly CommittedNotification[])[] = [];
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const chat = createChat({
    store: await database.store(),
    viewer: (ctx: HostContext) => viewer(ctx),
    notify: { deliver: (batch) => void batches.push(batch), ...notify },
    log: { info: () => undefined, warn: note, error: note },
    settings,
  });
  return { chat, batches, logged, ...(await serveChat(chat)) };
}

eachDatabase((database) => {
  const prefer = (userId: string, notify: string) =>
    database.db.chatMember.updateMany({ where: { userId }, data: { notify } });

  test('what was committed is delivered once per call, under the ids the members know', async () => {
    await using served = await notifying(database);
    const [ann, ben, cleo] = await served.users('ann', 'ben', 'cleo');
    const { id: roomId } = await makeRoom('group', ann, [ben, cleo]);
    const { id: messageId } = await ann.api.message.send.mutate({
      ...{ roomId, content: 'both of you' },
      mentions: [ben.id, cleo.id, ann.id],
    });
    await waitFor(() => served.batches.length === 1, { what: 'the batch' });
    const told = await Promise.all([ben, cleo].map((user) => user.event('notification')));
    const ids = told.map(({ data }) => data.notification.id);
    const common = { kind: 'mention', roomId, messageId, actorId: ann.id, at: expect.any(Date) as Date };
    expect(served.batches).toEqual([
      [
        { ...common, id: ids[0], userId: ben.id },
        { ...common, id: ids[1], userId: cleo.id },
      ],
    ]);
  });

  test('reactions and additions are delivered, too; a repeated reaction is not', async () => {
    await using served = await notifying(database);
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann);
    await ann.api.room.addMembers.mutate({ roomId, userIds: [ben.id] });
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    for (const emoji of ['👍', '👍', '🎉']) await ben.api.message.react.mutate({ messageId, emoji });
    await served.chat.close();
    expect(served.batches.map((batch) => batch.map(({ kind, userId }) => [kind, userId]))).toEqual([
      [['added', ben.id]],
      [['reaction', ann.id]],
    ]);
  });

  test('without a rule the members’ preferences decide', async () => {
    await using served = await notifying(database);
    const [ann, ben, cleo] = await served.users('ann', 'ben', 'cleo');
    const { id: roomId } = await makeRoom('group', ann, [ben, cleo]);
    await prefer(ben.id, 'none');
    await prefer(ann.id, 'mentions');
    const { id: messageId } = await ann.api.message.send.mutate({
      ...{ roomId, content: 'hi' },
      mentions: [ben.id, cleo.id],
    });
    await ben.api.message.react.mutate({ messageId, emoji: '👍' });
    await ben.api.message.send.mutate({ roomId, content: 'hi', mentions: [ann.id] });
    await served.chat.close();
    expect(served.batches.map((batch) => batch.map(({ kind, userId }) => [kind, userId]))).toEqual([
      [['mention', cleo.id]],
      [['mention', ann.id]],
    ]);
  });

  test('a rule of the host’s decides instead, and may ask the preferences', async () => {
    const asked: unknown[] = [];
    await using served = await notifying(database, {
      decide(event, member, next) {
        asked.push([event.kind, member.userId, next()]);
        return member.userId.startsWith('ben');
      },
    });
    const [ann, ben, cleo] = await served.users('ann', 'ben', 'cleo');
    const { id: roomId } = await makeRoom('group', ann, [ben, cleo]);
    await prefer(ben.id, 'none');
    await ann.api.message.send.mutate({ roomId, content: 'hi', mentions: [ben.id, cleo.id] });
    await ben.event('notification');
    await served.chat.close();
    expect(asked).toEqual([
      ['mention', ben.id, false],
      ['mention', cleo.id, true],
    ]);
    expect(served.batches.map((batch) => batch.map(({ userId }) => userId))).toEqual([[ben.id]]);
    expect(cleo.events('notification')).toEqual([]);
  });

  test('a rule or a sink that throws is logged and disturbs nobody', async () => {
    await using served = await notifying(database, {
      decide() {
        throw new Error('no idea');
      },
      deliver: () => Promise.reject(new Error('the push service is away')),
    });
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    await ann.api.message.send.mutate({ roomId, content: 'hi', mentions: [ben.id] });
    await ben.event('notification');
    await served.chat.close();
    expect(served.logged).toEqual(['notify.decide failed', 'notify.deliver failed']);
  });

  test('nothing is delivered of what is rolled back, nor before it is committed', async () => {
    await using served = await notifying(database);
    const { chat } = served;
    const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'A room', members: ['ben'] });
    const mention = { roomId, mentions: ['ben'] };
    await chat.transaction(async ({ chat: inside }) => {
      await inside.as('ann').message.send({ ...mention, content: 'committed' });
      await new Promise((resolve) => setImmediate(resolve));
      expect(served.batches).toEqual([]);
    });
    const failing = chat.transaction(async ({ chat: inside }) => {
      await inside.as('ann').message.send({ ...mention, content: 'rolled back' });
      throw new Error('out of stock');
    });
    await expect(failing).rejects.toThrow('out of stock');
    await chat.close();
    expect(served.batches).toHaveLength(1);
  });

  test('where notifications are off nobody is asked and nothing is delivered', async () => {
    let asked = 0;
    await using served = await notifying(database, { decide: () => (asked += 1) > 0 }, { notifications: false });
    const { chat } = served;
    const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'A room', members: ['ben'] });
    await chat.as('ann').message.send({ roomId, content: 'hi', mentions: ['ben'] });
    await chat.as('ann').room.addMembers({ roomId, userIds: ['cleo'] });
    await chat.close();
    expect([asked, served.batches]).toEqual([0, []]);
  });
});
