import { randomUUID } from 'node:crypto';
import type { LoggedEvent, RoomAction } from '@confab/shared';
import { createChat } from '@confab/server';
import type { CanTarget, Chat } from '@confab/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chatErrorOf } from '../../server/trpc/error-shape.js';
import type { Db } from '../../server/store/transaction.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';

const code = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => 'allowed',
    (error: unknown) => chatErrorOf(error)?.code,
  );

eachDatabase((database) => {
  let chat: Chat;
  const facts: LoggedEvent[] = [];

  beforeAll(async () => {
    chat = createChat({ store: await database.store(), viewer: () => null });
    await chat.ready;
    chat.events.on((event) => facts.push(event));
  });
  afterAll(() => chat.close());

  const group = (owner: string, members: readonly string[]) =>
    chat.as(owner).room.create({ kind: 'group', name: 'Team', members: [...members] });

  test('a call as a user has that user’s permissions', async () => {
    const room = await group('ann', ['ben']);
    await chat.as('ben').message.send({ roomId: room.id, content: 'hello' });
    expect(await code(chat.as('ben').room.delete({ roomId: room.id }))).toBe('PERMISSION_DENIED');
    expect(await code(chat.as('eve').message.send({ roomId: room.id, content: 'hello' }))).toBe('NOT_FOUND');
  });

  test('a call as the system asks for no permission', async () => {
    const room = await group('ann', ['ben']);
    const { added } = await chat.system.room.addMembers({ roomId: room.id, userIds: ['cleo'] });
    expect(added).toEqual(['cleo']);
    const notice = await chat.system.message.send({ roomId: room.id, content: 'The build is green.' });
    expect(notice).toMatchObject({ kind: 'system', content: 'The build is green.' });
    const { total } = await chat.as('ben').notification.unread({});
    expect(total).toBe((await chat.as('ben').room.list({})).items.reduce((sum, item) => sum + item.unread, 0));
  });

  test('no call without a viewer gets in', async () => {
    const caller = chat.router.createCaller({});
    expect(await code(caller.room.list({}))).toBe('UNAUTHENTICATED');
  });

  test('`can` answers from the same table as the procedures', async () => {
    const room = await group('ann', ['ben']);
    const { id } = await chat.as('ben').message.send({ roomId: room.id, content: 'mine' });
    expect(await chat.can('ann', 'room.update', { roomId: room.id })).toMatchObject({ allowed: true });
    expect(await chat.can('ben', 'room.update', { roomId: room.id })).toMatchObject({
      allowed: false,
      code: 'PERMISSION_DENIED',
    });
    expect(await chat.can('eve', 'message.send', { roomId: room.id })).toEqual({
      allowed: false,
      code: 'NOT_FOUND',
      room: null,
    });
    expect(await chat.can('ben', 'message.edit', { messageIds: [id] })).toMatchObject({ allowed: true });
    expect(await chat.can('ann', 'message.edit', { messageIds: [id] })).toMatchObject({ allowed: false });
  });

  test('`can` speaks of one message or of several, but of all of them or of none', async () => {
    const room = await group('ann', ['ben']);
    const other = await group('ann', ['ben']);
    const say = async (userId: string, roomId: string) =>
      (await chat.as(userId).message.send({ roomId, content: `by ${userId}` })).id;
    const [mine, mineToo] = [await say('ben', room.id), await say('ben', room.id)];
    const [hers, elsewhere] = [await say('ann', room.id), await say('ben', other.id)];
    const may = async (userId: string, action: 'message.get' | 'message.edit', ...messageIds: string[]) => {
      const { allowed, code: refusal } = await chat.can(userId, action, { messageIds });
      return allowed ? 'allowed' : refusal;
    };
    expect(await may('ben', 'message.get', mine)).toBe('allowed');
    expect(await may('ann', 'message.get', mine, hers)).toBe('allowed');
    expect(await may('eve', 'message.get', mine)).toBe('NOT_FOUND');
    expect(await may('ben', 'message.get', mine, randomUUID())).toBe('NOT_FOUND');
    expect(await may('ben', 'message.get')).toBe('NOT_FOUND');
    expect(await may('ben', 'message.edit', mine, mineToo)).toBe('allowed');
    expect(await may('ben', 'message.edit', mine, hers)).toBe('PERMISSION_DENIED');
    expect(await may('ben', 'message.edit', mine, elsewhere)).toBe('VALIDATION');
  });

  test('`can` asks for the deletion of what others said as the procedure does', async () => {
    const room = await group('ann', ['ben', 'cleo', 'dora']);
    await chat.as('ann').room.grant({ roomId: room.id, userIds: ['cleo'], permissions: ['message.moderate'] });
    const { id } = await chat.as('ben').message.send({ roomId: room.id, content: 'by ben' });
    const may = async (userId: string, target: CanTarget) => (await chat.can(userId, 'message.delete', target)).allowed;
    expect(await may('ann', { messageIds: [id] })).toBe(true);
    expect(await may('ben', { messageIds: [id] })).toBe(true);
    expect(await may('cleo', { messageIds: [id] })).toBe(true);
    expect(await may('dora', { messageIds: [id] })).toBe(false);
    // Of no message in particular: anybody's.
    expect(await may('ann', { roomId: room.id })).toBe(true);
    expect(await may('dora', { roomId: room.id })).toBe(false);
    expect(await code(chat.as('dora').message.delete({ messageIds: [id] }))).toBe('PERMISSION_DENIED');
    expect(await code(chat.as('cleo').message.delete({ messageIds: [id] }))).toBe('allowed');
  });

  test('`can` knows nothing of a message that the user may not see, and of a deleted one what the procedures know', async () => {
    const room = await chat.as('ann').room.create({ kind: 'group', name: 'Late', history: 'sinceJoin' });
    const say = async (content: string) => (await chat.as('ann').message.send({ roomId: room.id, content })).id;
    const early = await say('before ben');
    await chat.as('ann').room.addMembers({ roomId: room.id, userIds: ['ben'] });
    const [seen, hidden, gone] = [await say('seen'), await say('hidden'), await say('gone')];
    await chat.as('ben').message.delete({ messageIds: [hidden], for: 'me' });
    await chat.as('ann').message.delete({ messageIds: [gone] });
    const may = async (userId: string, action: RoomAction, messageId: string) => {
      const { allowed, code: refusal } = await chat.can(userId, action, { messageIds: [messageId] });
      return allowed ? 'allowed' : refusal;
    };
    for (const messageId of [early, hidden]) {
      expect(await may('ben', 'message.get', messageId)).toBe('NOT_FOUND');
      expect(await code(chat.as('ben').message.get({ messageId }))).toBe('NOT_FOUND');
      expect(await may('ben', 'message.react', messageId)).toBe('NOT_FOUND');
    }
    expect(await may('ben', 'message.get', seen)).toBe('allowed');
    expect(await may('ben', 'message.react', seen)).toBe('allowed');
    expect(await may('ben', 'message.get', gone)).toBe('allowed');
    expect(await may('ben', 'message.react', gone)).toBe('NOT_FOUND');
    expect(await may('ann', 'message.edit', gone)).toBe('NOT_FOUND');
    expect(await may('ann', 'message.pin', gone)).toBe('NOT_FOUND');
    expect(await may('ann', 'message.delete', gone)).toBe('allowed');
    expect(await chat.can('ben', 'message.get', { messageIds: [early] })).toMatchObject({ room: null });
  });

  test('host writes and chat calls of one transaction are committed together, and told of afterwards', async () => {
    const hostId = `order-${database.provider}`;
    const room = await chat.transaction(async ({ tx, chat: inside }) => {
      await (tx as Db).chatUser.create({ data: { id: hostId, updatedAt: new Date() } });
      const opened = await inside.as('ann').room.create({ kind: 'group', name: 'Order', members: ['ben'] });
      await inside.as('ann').message.send({ roomId: opened.id, content: 'Your order' });
      expect(facts.some((event) => event.roomId === opened.id)).toBe(false);
      return opened;
    });
    await waitFor(() => facts.filter((event) => event.roomId === room.id).length === 2, { what: 'both events' });
    expect(await database.db.chatUser.count({ where: { id: hostId } })).toBe(1);
  });

  test('a transaction that fails leaves nothing of the host’s or the chat’s', async () => {
    const before = await database.db.chatRoom.count();
    const failing = chat.transaction(async ({ tx, chat: inside }) => {
      await (tx as Db).chatUser.create({ data: { id: 'never', updatedAt: new Date() } });
      await inside.as('ann').room.create({ kind: 'group', name: 'Never', members: [] });
      throw new Error('out of stock');
    });
    await expect(failing).rejects.toThrow('out of stock');
    expect(await database.db.chatUser.count({ where: { id: 'never' } })).toBe(0);
    expect(await database.db.chatRoom.count()).toBe(before);
  });

  test('transactions that cross the same rooms in opposite order all come through', async () => {
    const rooms = await Promise.all([group('ann', []), group('ann', [])]);
    const cross = (nth: number) =>
      chat.transaction(async ({ chat: inside }) => {
        const order = nth % 2 === 0 ? rooms : [...rooms].reverse();
        for (const { id } of order) await inside.as('ann').message.send({ roomId: id, content: `crossing ${nth}` });
      });
    await Promise.all(Array.from({ length: 32 }, (_, nth) => cross(nth)));
    for (const { id } of rooms) {
      const { items } = await chat.as('ann').message.list({ roomId: id });
      expect(items).toHaveLength(32);
    }
  });

  test('an unknown setting is refused at construction by its name', async () => {
    const store = await database.store();
    const settings = { softDelte: true } as object;
    expect(() => createChat({ store, viewer: () => null, settings })).toThrow('settings.softDelte');
  });
});
