import { expect, test } from 'vitest';
import { messageOperations as message } from '../../../server/operations/messages/index.js';
import { roomOperations as room } from '../../../server/operations/rooms/index.js';
import { onEachStage } from './suite.js';
import { expectRefused } from './stage.js';

let count = 0;
const clientId = (): string => `client-id-${String((count += 1)).padStart(12, '0')}`;

onEachStage('sending', (stage) => {
  test('a plain message is stored with the next seq and one event', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const sent = await stage().call(message.send, 'ada', { roomId, content: 'Hello' });
    expect(sent).toMatchObject({ roomId, seq: 2, content: 'Hello', senderId: 'ada', kind: 'user', reactions: [] });
    expect(stage().types(roomId)).toEqual(['room.created', 'message.created']);
    expect(await stage().call(message.get, 'bob', { messageId: sent.id })).toEqual(sent);
  });

  test('the same client id at once and later is one message', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const said = { roomId, content: 'once', clientId: clientId(), custom: { b: 1, a: [{ d: 1, c: 2 }] } };
    const sent = await Promise.all([1, 2, 3].map(() => stage().call(message.send, 'ada', said)));
    const reordered = { ...said, custom: { a: [{ c: 2, d: 1 }], b: 1 } };
    sent.push(await stage().call(message.send, 'ada', reordered));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(stage().types(roomId)).toEqual(['room.created', 'message.created']);
  });

  test('another body under a client id is a conflict, also at once', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const id = clientId();
    const outcomes = await Promise.allSettled(
      ['one', 'two', 'three'].map((content) => stage().call(message.send, 'ada', { roomId, content, clientId: id })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expectRefused(stage().call(message.send, 'ada', { roomId, content: 'four', clientId: id }), 'CONFLICT');
  });

  test('a retry is answered after the right to send was lost, a new message is not', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob']);
    const said = { roomId, content: 'mine', clientId: clientId() };
    const sent = await stage().call(message.send, 'bob', said);
    await stage().call(room.update, 'ada', { roomId, locked: true });
    expect(await stage().call(message.send, 'bob', said)).toEqual(sent);
    await expectRefused(stage().call(message.send, 'bob', { ...said, clientId: clientId() }), 'PERMISSION_DENIED');
    await expectRefused(stage().call(message.send, 'bob', { roomId, content: 'x' }), 'PERMISSION_DENIED');
    await stage().call(room.removeMembers, 'ada', { roomId, userIds: ['bob'] });
    await expectRefused(stage().call(message.send, 'bob', said), 'NOT_FOUND');
  });

  test('what was cached of a sender is fenced off by whatever takes the right away', async () => {
    const { id: roomId } = await stage().room('channel', ['ada', 'bob']);
    await stage().call(room.grant, 'ada', { roomId, userIds: ['bob'], permissions: ['message.send'] });
    await stage().call(message.send, 'bob', { roomId, content: 'granted' });
    await stage().call(room.revoke, 'ada', { roomId, userIds: ['bob'], permissions: ['message.send'] });
    await expectRefused(stage().call(message.send, 'bob', { roomId, content: 'no more' }), 'PERMISSION_DENIED');
    await stage().call(room.grant, 'ada', { roomId, userIds: ['bob'], permissions: ['message.send'] });
    await stage().call(message.send, 'bob', { roomId, content: 'again' });
  });

  test('slow mode holds plain members back and says for how long, and admins not at all', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob'], { slowModeSeconds: 10 });
    const first = await stage().call(message.send, 'bob', { roomId, content: 'one' });
    stage().clock.advance(4_000);
    const refused = await expectRefused(stage().call(message.send, 'bob', { roomId, content: 'two' }), 'RATE_LIMITED');
    expect(refused.details?.retryAfterMs).toBe(6_000);
    await stage().call(message.delete, 'bob', { messageIds: [first.id] });
    await expectRefused(stage().call(message.send, 'bob', { roomId, content: 'two' }), 'RATE_LIMITED');
    for (const content of ['a', 'b']) await stage().call(message.send, 'ada', { roomId, content });
    stage().clock.advance(6_000);
    await stage().call(message.send, 'bob', { roomId, content: 'two' });
  });

  test('mentions are kept once, for members only, and tell those named but not the sender', async () => {
    const { id: roomId } = await stage().room('group', ['ada', 'bob', 'cyd']);
    const mentions = ['bob', 'eve', 'bob', 'ada', '@room'];
    const sent = await stage().call(message.send, 'ada', { roomId, content: 'hey', mentions });
    expect(sent.mentions).toEqual(['bob', 'ada', '@room']);
    const told = stage().rows.filter(
      (row) => row.type === 'notification' && row.at.getTime() === sent.createdAt.getTime(),
    );
    expect(told.map((row) => row.roomId)).toEqual(['u:bob']);
    const [event] = await stage().kernel.store.log.render(told);
    expect(event?.data).toMatchObject({
      notification: { kind: 'mention', roomId, messageId: sent.id, actorId: 'ada' },
    });
  });

  test('only who may mention the room may', async () => {
    const group = await stage().room('group', ['ada', 'bob']);
    const direct = await stage().room('direct', ['ada', 'bob']);
    const said = { content: 'hey', mentions: ['@room'] };
    await expectRefused(stage().call(message.send, 'bob', { ...said, roomId: group.id }), 'PERMISSION_DENIED');
    await expectRefused(stage().call(message.send, 'ada', { ...said, roomId: direct.id }), 'PERMISSION_DENIED');
    expect(stage().types(group.id)).toEqual(['room.created']);
  });

  test('nothing visible is only sent beside attachments', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const attachments = [{ url: 'https://example.org/a.png', type: 'image' as const, mime: 'image/png' }];
    await expectRefused(stage().call(message.send, 'ada', { roomId, content: ' \u200b' }), 'VALIDATION');
    const sent = await stage().call(message.send, 'ada', { roomId, content: '', attachments });
    expect(sent.attachments).toEqual([{ ...attachments[0], size: null, caption: null, metadata: null }]);
  });

  test('nothing that a database refuses gets that far', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const one = { url: 'https://example.org/a.png', type: 'image' as const, mime: 'image/png' };
    for (const wrong of [{ caption: 'a\u0000b' }, { caption: '\ud800' }, { url: 'https://example.org/\u0000' }]) {
      const attachments = [{ ...one, ...wrong }];
      await expectRefused(stage().call(message.send, 'ada', { roomId, content: 'x', attachments }), 'VALIDATION');
    }
  });

  test('the system speaks without being a member and is not counted as unread', async () => {
    const { id: roomId } = await stage().room('group', ['ada'], { locked: true });
    const sent = await stage().call(message.send, null, { roomId, content: 'maintenance at noon' });
    expect(sent).toMatchObject({ kind: 'system', senderId: 'system' });
    expect(stage().rows.find((row) => row.data.messageId === sent.id)?.actorId).toBeNull();
  });

  test('sends inside a host transaction are committed with it, or not at all', async () => {
    const { id: roomId } = await stage().room('group', ['ada']);
    const { store } = stage().kernel;
    const said = { roomId, content: 'both or none', clientId: clientId() };
    const failing = store.transaction(async ({ store: within }) => {
      await stage().call(message.send, 'ada', said, within);
      throw new Error('the host changed its mind');
    });
    await expect(failing).rejects.toThrow('the host changed its mind');
    expect(stage().types(roomId)).toEqual(['room.created']);
    const sent = await store.transaction(({ store: within }) => stage().call(message.send, 'ada', said, within));
    expect(sent.seq).toBe(2);
    expect(stage().types(roomId)).toEqual(['room.created', 'message.created']);
  });
});

onEachStage(
  'sending without soft deletion',
  (stage) => {
    test('the client id of a removed message stays taken', async () => {
      const { id: roomId } = await stage().room('group', ['ada']);
      const said = { roomId, content: 'gone', clientId: clientId() };
      const sent = await stage().call(message.send, 'ada', said);
      await stage().call(message.delete, 'ada', { messageIds: [sent.id] });
      for (let round = 0; round < 2; round += 1) {
        expect(await stage().call(message.send, 'ada', said)).toMatchObject({
          id: sent.id,
          content: null,
          seq: sent.seq,
        });
        await stage().call(message.send, 'ada', { roomId, content: 'between' });
      }
      await expectRefused(stage().call(message.send, 'ada', { ...said, content: 'other' }), 'CONFLICT');
      await stage().call(message.delete, 'ada', { messageIds: [sent.id] });
      expect(
        stage()
          .types(roomId)
          .filter((type) => type === 'message.deleted'),
      ).toHaveLength(1);
      await expectRefused(stage().call(message.get, 'ada', { messageId: sent.id }), 'NOT_FOUND');
    });
  },
  { settings: { softDelete: false } },
);
