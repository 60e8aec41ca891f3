import { createChat } from '@confab/server';
import type { Hooks } from '@confab/server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clientId, expectRefusal } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext, ServedChat } from './served-chat.js';

eachDatabase((database) => {
  let served: ServedChat;
  const asked: string[] = [];
  const note = (name: string) => ({ before: () => void asked.push(name) });
  const on: Hooks = {
    'message.send': note('send'),
    'message.edit': note('edit'),
    'message.react': note('react'),
    'message.delete': note('delete'),
    'message.ack': note('ack'),
    'message.list': note('list'),
    'message.forward': { afterCommit: ({ result }) => void asked.push(`forwarded ${result.length}`) },
    'room.updateMember': note('updateMember'),
    'room.update': note('update'),
  };

  beforeAll(async () => {
    const chat = createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), on });
    served = await serveChat(chat);
  });
  afterEach(() => void asked.splice(0));
  afterAll(() => served[Symbol.asyncDispose]());

  test('no hook is asked for a stranger', async () => {
    const [ann, eve] = await served.users('ann', 'eve');
    const { id: roomId } = await makeRoom('group', ann);
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    asked.splice(0);
    await expectRefusal(eve.api.message.send.mutate({ roomId, content: 'hi' }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.react.mutate({ messageId, emoji: '👍' }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.ack.mutate({ messageIds: [messageId] }), 'NOT_FOUND');
    await expectRefusal(eve.api.message.list.query({ roomId }), 'NOT_FOUND');
    expect(asked).toEqual([]);
  });

  test('a forwarding that repeats one is not told of again', async () => {
    const [ann] = await served.users('ann');
    const { id: roomId } = await makeRoom('group', ann);
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    asked.splice(0);
    const body = { messageId, roomIds: [roomId], clientId: clientId() };
    await ann.api.message.forward.mutate(body);
    await ann.api.message.forward.mutate(body);
    // What is done after a commit comes in order: once the other room's is there, the repetition's would be.
    const { id: other } = await makeRoom('group', ann);
    await ann.api.message.forward.mutate({ messageId, roomIds: [roomId, other] });
    await waitFor(() => asked.includes('forwarded 2'), { what: 'the last forwarding', seen: () => asked });
    expect(asked).toEqual(['forwarded 1', 'forwarded 2']);
  });

  test('no hook is asked for who was removed a moment ago', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    await ben.api.message.send.mutate({ roomId, content: 'hi' });
    await ann.api.room.removeMembers.mutate({ roomId, userIds: [ben.id] });
    asked.splice(0);
    await expectRefusal(ben.api.message.send.mutate({ roomId, content: 'hi' }), 'NOT_FOUND');
    expect(asked).toEqual([]);
  });

  test('no hook is asked for a member without the right', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben], { locked: true });
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    asked.splice(0);
    await expectRefusal(ben.api.message.send.mutate({ roomId, content: 'hi' }), 'PERMISSION_DENIED');
    await expectRefusal(ben.api.message.edit.mutate({ messageId, content: 'hi' }), 'PERMISSION_DENIED');
    await expectRefusal(ben.api.message.delete.mutate({ messageIds: [messageId] }), 'PERMISSION_DENIED');
    await expectRefusal(ben.api.room.update.mutate({ roomId, name: 'Mine' }), 'PERMISSION_DENIED');
    const others = ben.api.room.updateMember.mutate({ roomId, userId: ann.id, custom: {} });
    await expectRefusal(others, 'PERMISSION_DENIED');
    expect(asked).toEqual([]);
  });

  test('no hook is asked about a message from before the caller joined', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [], { history: 'sinceJoin' });
    const { id: messageId } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    await ann.api.room.addMembers.mutate({ roomId, userIds: [ben.id] });
    asked.splice(0);
    await expectRefusal(ben.api.message.react.mutate({ messageId, emoji: '👍' }), 'NOT_FOUND');
    await expectRefusal(ben.api.message.ack.mutate({ messageIds: [messageId] }), 'NOT_FOUND');
    expect(asked).toEqual([]);
  });

  test('the hooks of an operation that needs one of several rights are asked with any of them', async () => {
    const [ann, ben] = await served.users('ann', 'ben');
    const { id: roomId } = await makeRoom('group', ann, [ben]);
    const send = async () => (await ben.api.message.send.mutate({ roomId, content: 'hi' })).id;
    const [own, moderated] = [await send(), await send()];
    const { id: hidden } = await ann.api.message.send.mutate({ roomId, content: 'hi' });
    asked.splice(0);
    await ben.api.message.delete.mutate({ messageIds: [own] });
    await ann.api.message.delete.mutate({ messageIds: [moderated] });
    await ben.api.message.delete.mutate({ messageIds: [hidden], for: 'me' });
    expect(asked).toEqual(['delete', 'delete', 'delete']);
  });

  test('a call about messages of several rooms is asked about, and not if one of them is none', async () => {
    const [ann] = await served.users('ann');
    const messageIds: string[] = [];
    for (const name of ['one', 'two']) {
      const { id: roomId } = await makeRoom('group', ann, [], { name });
      messageIds.push((await ann.api.message.send.mutate({ roomId, content: 'hi' })).id);
    }
    asked.splice(0);
    await ann.api.message.ack.mutate({ messageIds });
    expect(asked).toEqual(['ack']);
    const unknown = '0190b6a0-0000-7000-8000-000000000000';
    await expectRefusal(ann.api.message.ack.mutate({ messageIds: [...messageIds, unknown] }), 'NOT_FOUND');
    expect(asked).toEqual(['ack']);
  });
});
