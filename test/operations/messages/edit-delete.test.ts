import { expect, test } from 'vitest';
import {
  messageOperations as message,
  notificationOperations as notification,
} from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { onEachStage } from './suite.js';
import { expectRefused } from './stage.js';

const unknownId = '0190a000-0000-7000-8000-000000000000';
const picture = { url: 'https://example.org/a.png', type: 'image' as const, mime: 'image/png' };

onEachStage('editing', (stage) => {
  test('what is left out stays, and one event tells of what changed', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const sent = await stage().call(message.send, 'ada', {
      roomId,
      content: 'frist',
      attachments: [picture],
      custom: { a: 1 },
    });
    const edited = await stage().call(message.edit, 'ada', { messageId: sent.id, content: 'first' });
    expect(edited).toEqual({ ...sent, content: 'first', editedAt: edited.editedAt });
    const bare = await stage().call(message.edit, 'ada', { messageId: sent.id, attachments: [], custom: { b: 2 } });
    expect(bare).toMatchObject({ content: 'first', attachments: [], custom: { b: 2 } });
    expect(stage().types(roomId).slice(2)).toEqual(['message.updated', 'message.updated']);
    expect(await stage().call(message.get, 'bob', { messageId: sent.id })).toEqual(bare);
  });

  test('an edit that changes nothing is no edit', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const sent = await stage().call(message.send, 'ada', {
      roomId,
      content: 'same',
      attachments: [picture],
      custom: { a: 1, b: 2 },
    });
    const same = { content: 'same', attachments: [picture], custom: { b: 2, a: 1 } };
    expect(await stage().call(message.edit, 'ada', { messageId: sent.id, ...same })).toEqual(sent);
    expect(await stage().call(message.edit, 'ada', { messageId: sent.id })).toEqual(sent);
    expect(stage().types(roomId)).toHaveLength(2);
  });

  test('a text may only be emptied beside attachments', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const sent = await stage().call(message.send, 'ada', { roomId, content: 'words', attachments: [picture] });
    const messageId = sent.id;
    await expectRefused(stage().call(message.edit, 'ada', { messageId, content: '', attachments: [] }), 'VALIDATION');
    expect(await stage().call(message.edit, 'ada', { messageId, content: '' })).toMatchObject({ content: '' });
    await expectRefused(stage().call(message.edit, 'ada', { messageId, attachments: [] }), 'VALIDATION');
  });

  test('only the sender edits, and what one may not see is not there', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob'], { history: 'sinceJoin' });
    const sent = await stage().call(message.send, 'bob', { roomId, content: 'mine' });
    await stage().call(room.addMembers, 'ada', { roomId, userIds: ['cyd'] });
    const change = { messageId: sent.id, content: 'yours' };
    await expectRefused(stage().call(message.edit, 'ada', change), 'PERMISSION_DENIED');
    for (const userId of ['cyd', 'eve']) {
      await expectRefused(stage().call(message.edit, userId, change), 'NOT_FOUND');
      await expectRefused(stage().call(message.get, userId, { messageId: sent.id }), 'NOT_FOUND');
      await expectRefused(stage().call(message.react, userId, { messageId: sent.id, emoji: '👍' }), 'NOT_FOUND');
      await expectRefused(stage().call(message.delete, userId, { messageIds: [sent.id] }), 'NOT_FOUND');
      await expectRefused(stage().call(message.read, userId, { messageIds: [sent.id] }), 'NOT_FOUND');
    }
    expect(await stage().call(message.edit, null, change)).toMatchObject({ content: 'yours' });
  });
});

onEachStage('deleting', (stage) => {
  test('a deletion leaves a tombstone and takes reactions, mentions and notifications along', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const said = { roomId, content: 'secret', attachments: [picture], mentions: ['bob', '@room'], custom: { a: 1 } };
    const sent = await stage().call(message.send, 'ada', said);
    await stage().call(message.react, 'bob', { messageId: sent.id, emoji: '👍' });
    expect(await stage().call(notification.unread, 'bob', {})).toMatchObject({ total: 1, mentions: 1 });
    const answer = await stage().call(message.delete, 'ada', { messageIds: [sent.id, sent.id] });
    expect(answer).toEqual({ roomId, messageIds: [sent.id] });
    const tombstone = await stage().call(message.get, 'bob', { messageId: sent.id });
    expect(tombstone).toMatchObject({ content: null, attachments: [], mentions: [], reactions: [], custom: {} });
    expect(tombstone.deletedAt).toBeInstanceOf(Date);
    expect(await stage().call(notification.unread, 'bob', {})).toEqual({ total: 0, mentions: 0, rooms: [] });
    const left = await stage().kernel.store.read(async ({ db }) => [
      await db.chatReaction.count({ where: { messageId: sent.id } }),
      await db.chatMention.count({ where: { messageId: sent.id } }),
      await db.chatNotification.count({ where: { messageId: sent.id } }),
    ]);
    expect(left).toEqual([0, 0, 0]);
    const { id: messageId } = sent;
    await expectRefused(stage().call(message.edit, 'ada', { messageId, content: 'back' }), 'NOT_FOUND');
    await expectRefused(stage().call(message.react, 'bob', { messageId, emoji: '👍' }), 'NOT_FOUND');
    await expectRefused(stage().call(message.unreact, 'bob', { messageId, emoji: '👍' }), 'NOT_FOUND');
  });

  test('what is gone already is passed over, and the event names the rest', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const one = await stage().call(message.send, 'ada', { roomId, content: 'one' });
    const two = await stage().call(message.send, 'ada', { roomId, content: 'two' });
    await stage().call(message.delete, 'ada', { messageIds: [one.id] });
    const messageIds = [one.id, two.id];
    expect(await stage().call(message.delete, 'ada', { messageIds })).toEqual({ roomId, messageIds });
    await stage().call(message.delete, 'ada', { messageIds });
    const deletions = stage().rows.filter((row) => row.roomId === roomId && row.type === 'message.deleted');
    expect(deletions.map((row) => row.data.messageIds)).toEqual([[one.id], [two.id]]);
  });

  test('messages of others take the right to moderate, and in a direct room nobody has it', async () => {
    const group = await stage().room('group', ['ada', 'bob', 'cyd']);
    const direct = await stage().room('direct', ['ada', 'bob']);
    const own = await stage().call(message.send, 'bob', { roomId: group.id, content: 'mine' });
    const others = await stage().call(message.send, 'ada', { roomId: group.id, content: 'hers' });
    const told = await stage().call(message.send, 'ada', { roomId: direct.id, content: 'hers' });
    await expectRefused(stage().call(message.delete, 'bob', { messageIds: [own.id, others.id] }), 'PERMISSION_DENIED');
    await expectRefused(stage().call(message.delete, 'bob', { messageIds: [told.id] }), 'PERMISSION_DENIED');
    await stage().call(room.grant, 'ada', { roomId: group.id, userIds: ['cyd'], permissions: ['message.moderate'] });
    await stage().call(message.delete, 'cyd', { messageIds: [own.id, others.id] });
  });

  test('messages of two rooms are invalid only to who is in both', async () => {
    const [mine, other] = [await stage().room('group', ['ada', 'bob']), await stage().room('group', ['ada'])];
    const sent = await Promise.all(
      [mine, other].map(({ id }) => stage().call(message.send, 'ada', { roomId: id, content: 'stays' })),
    );
    const messageIds = sent.map(({ id }) => id);
    await expectRefused(stage().call(message.delete, 'ada', { messageIds }), 'VALIDATION');
    await expectRefused(stage().call(message.delete, 'bob', { messageIds }), 'NOT_FOUND');
    await expectRefused(stage().call(message.delete, 'ada', { messageIds: [...messageIds, unknownId] }), 'NOT_FOUND');
  });

  test('a message deleted for oneself is gone for oneself alone, and said once to one’s devices', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'hal']);
    const one = await stage().call(message.send, 'ada', { roomId, content: 'one' });
    const two = await stage().call(message.send, 'ada', { roomId, content: 'two' });
    const hide = { messageIds: [two.id], for: 'me' as const };
    await Promise.all([stage().call(message.delete, 'hal', hide), stage().call(message.delete, 'hal', hide)]);
    const seen = await stage().call(message.list, 'hal', { roomId });
    expect(seen.items.map(({ id }) => id)).toEqual([one.id]);
    expect((await stage().call(message.list, 'ada', { roomId })).items).toHaveLength(2);
    await expectRefused(stage().call(message.get, 'hal', { messageId: two.id }), 'NOT_FOUND');
    await expectRefused(stage().call(message.react, 'hal', { messageId: two.id, emoji: '👍' }), 'NOT_FOUND');
    expect(await stage().call(notification.unread, 'hal', {})).toMatchObject({ total: 1 });
    const rooms = await stage().call(room.list, 'hal', {});
    expect(rooms.items).toMatchObject([{ id: roomId, unread: 1, lastMessage: { id: one.id } }]);
    expect(stage().rows.filter((row) => row.roomId === 'u:hal' && row.type === 'message.hidden')).toHaveLength(1);
    expect(stage().types(roomId)).toHaveLength(3);
  });
});
