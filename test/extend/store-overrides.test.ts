import { createChat } from '@confab/server';
import { ChatError } from '@confab/shared';
import type { Message } from '@confab/shared';
import { expect, test } from 'vitest';
import type { StoreOverrides } from '../../server/store/methods-override.js';
import { chatErrorOf } from '../../server/trpc/error-shape.js';
import { person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

/** The methods the documentation names. */
const documented = [
  ...['sendMessage', 'reactToMessage', 'ackMessages', 'readMessages', 'editMessage', 'deleteMessages'],
  ...['listMessages', 'createRoom', 'listRooms', 'getRoom', 'addMembers', 'removeMembers', 'joinRoom', 'leaveRoom'],
  ...['updateRoom', 'openSession', 'touchSession', 'listSessions', 'pendingNotifications'],
] as const satisfies readonly (keyof StoreOverrides)[];

eachDatabase((database) => {
  const open = async (override: StoreOverrides) =>
    createChat({ store: await database.store({ override }), viewer: () => null });

  test('every documented method is asked by the operation it is named after', async () => {
    const asked = new Set<string>();
    const watch = Object.fromEntries(
      documented.map((name) => [
        name,
        (base: (...given: unknown[]) => unknown) =>
          (...given: unknown[]) => {
            asked.add(name);
            return base(...given);
          },
      ]),
    );
    await using chat = await open(watch);
    const ann = chat.as('ann');
    const room = await ann.room.create({ kind: 'channel', name: 'Open', visibility: 'public', members: ['ben'] });
    const roomId = room.id;
    await ann.room.addMembers({ roomId, userIds: ['cleo'] });
    await ann.room.removeMembers({ roomId, userIds: ['cleo'] });
    await chat.as('dora').room.join({ roomId });
    await chat.as('dora').room.leave({ roomId });
    await ann.room.update({ roomId, description: 'News' });
    const { id: messageId, seq } = await ann.message.send({ roomId, content: 'hello' });
    await ann.message.edit({ messageId, content: 'bye' });
    await chat.as('ben').message.react({ messageId, emoji: '👍' });
    await chat.as('ben').notification.pending({});
    await chat.as('ben').message.ack({ roomId, seq });
    await chat.as('ben').message.read({ messageIds: [messageId] });
    await ann.message.list({ roomId });
    await ann.room.list({});
    await ann.message.delete({ messageIds: [messageId] });
    await ann.session.list({});
    // Devices come with sockets; see below.
    const ofSockets = ['openSession', 'touchSession'];
    expect([...asked].sort()).toEqual(documented.filter((name) => !ofSockets.includes(name)).sort());
  });

  test('those of devices are asked when one connects, is heard of and is listed', async () => {
    const asked: string[] = [];
    const store = await database.store({
      override: {
        openSession: (base) => (tx, input) => {
          asked.push(...input.sessions.map(({ id }) => `open ${id}`));
          return base(tx, input);
        },
        touchSession: (base) => (tx, input) => {
          asked.push(...input.sessions.map(({ id }) => `seen ${id}`));
          return base(tx, input);
        },
        listSessions: (base) => async (tx, input) => {
          const page = await base(tx, input);
          return { ...page, items: page.items.filter(({ id }) => id !== 'spy') };
        },
      },
    });
    await using served = await serveChat(createChat({ store, viewer: (ctx: HostContext) => viewer(ctx) }));
    const user = person('ann');
    const phone = await served.connect(user, { params: { device: 'phone' } });
    await served.connect(user, { params: { device: 'spy' } });
    await phone.api.session.heartbeat.mutate({});
    expect((await phone.api.session.list.query({})).items.map(({ id }) => id)).toEqual(['phone']);
    expect(asked.filter((what) => what.endsWith('phone'))).toEqual(['open phone', 'seen phone']);
  });

  test('a replaced `sendMessage` sees every send, the plainest too, and may veto it', async () => {
    const seen: (string | null)[] = [];
    await using chat = await open({
      sendMessage: (base) => async (tx, input) => {
        seen.push(input.message.content);
        if (input.message.content === 'no') throw new ChatError('PERMISSION_DENIED');
        return base(tx, { ...input, message: { ...input.message, content: `${input.message.content ?? ''}!` } });
      },
    });
    const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'Team', members: ['ben'] });
    expect(await chat.as('ann').message.send({ roomId, content: 'one' })).toMatchObject({ content: 'one!' });
    expect(await chat.system.message.send({ roomId, content: 'two' })).toMatchObject({ content: 'two!' });
    await chat.transaction(({ chat: inside }) => inside.as('ann').message.send({ roomId, content: 'three' }));
    const refused = chat.as('ann').message.send({ roomId, content: 'no' });
    const code = await refused.catch((error: unknown) => chatErrorOf(error)?.code);
    expect(code).toBe('PERMISSION_DENIED');
    expect(seen).toEqual(['one', 'two', 'three', 'no']);
    const { items } = await chat.as('ben').message.list({ roomId });
    expect(items.map((item: Message) => item.content)).toEqual(['one!', 'two!', 'three!']);
  });
});
