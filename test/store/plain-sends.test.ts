import { randomUUID } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import type { LogRow } from '../../server/events/log.js';
import { eachDatabase } from '../support/databases.js';
import { ann, at, createRoom, plainSend, touch } from './fixtures.js';

eachDatabase((database) => {
  it('stores a message, its event and the room it is in, in one go', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const attachment = {
      url: 'https://a.b/c',
      type: 'file',
      mime: 'text/plain',
      size: 1,
      caption: null,
      metadata: null,
    };
    const send = plainSend(roomId, {
      content: 'Zoë said "hi"\n😀',
      attachments: [attachment as never],
      custom: { n: [1, null] },
    });
    const result = await store.sendPlain(send);

    expect(result).toMatchObject({
      outcome: 'sent',
      message: {
        id: send.message.id,
        roomId,
        seq: 2,
        kind: 'user',
        sender: ann,
        content: 'Zoë said "hi"\n😀',
        replyTo: null,
        threadCount: 0,
        attachments: [attachment],
        mentions: [],
        reactions: [],
        custom: { n: [1, null] },
        deletedAt: null,
        createdAt: at,
      },
    });
    const row = await database.db.chatMessage.findUniqueOrThrow({ where: { id: send.message.id } });
    expect(row).toMatchObject({
      seq: 2,
      attachments: [attachment],
      custom: { n: [1, null] },
      mentions: [],
      createdAt: at,
    });
    const room = await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    const event = await database.db.chatEvent.findUniqueOrThrow({ where: { roomId_seq: { roomId, seq: 2 } } });
    expect(room).toMatchObject({ lastSeq: 2, lastPos: event.pos });
    expect(event).toMatchObject({ type: 'message.created', actorId: 'ann', at, data: { messageId: send.message.id } });
  });

  it('tells listeners of rows that render to the very events it gives them', async () => {
    const store = await database.store();
    await database.db.chatUser.upsert({ where: { id: 'ann' }, create: { ...ann, updatedAt: at }, update: {} });
    const roomId = await createRoom(store);
    const listener = vi.fn();
    store.onCommit(listener);
    await store.sendPlain(plainSend(roomId, { custom: { a: { b: 1 } } }));
    const [rows, events] = listener.mock.lastCall as [LogRow[], unknown[]];
    expect(await store.log.render(rows)).toEqual(events);
    expect(await store.log.read(rows[0]?.shard ?? -1, (rows[0]?.pos ?? 0) - 1, rows[0]?.pos ?? 0, 10)).toEqual(rows);
  });

  it('raises the latest activity of the room and never lowers it', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const later = new Date(at.getTime() + 1_500);
    await store.sendPlain(plainSend(roomId, { createdAt: later }));
    await store.sendPlain(plainSend(roomId, { createdAt: at }));
    const room = await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    expect(room.lastActivityAt).toEqual(later);
  });

  it('is fenced when the rules changed, when the room is deleted and when there is none', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const deleted = await createRoom(store, ['ann'], { deletedAt: at });
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      tx.fence(roomId);
    });
    const outcomes = await Promise.all(
      [roomId, deleted, randomUUID()].map((id) => store.sendPlain(plainSend(id, { authzVersion: 0 }))),
    );
    expect(outcomes).toEqual([{ outcome: 'fenced' }, { outcome: 'fenced' }, { outcome: 'fenced' }]);
    await expect(store.sendPlain(plainSend(roomId, { authzVersion: 1 }))).resolves.toMatchObject({ outcome: 'sent' });
    expect(await database.db.chatMessage.count({ where: { roomId } })).toBe(1);
  });

  it('answers "duplicate" for a taken client id, also of a removed message, and burns no number', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const send = plainSend(roomId);
    const again = () => store.sendPlain({ ...send, message: { ...send.message, id: randomUUID() } });
    const outcomes = (await Promise.all([store.sendPlain(send), again(), again()])).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['sent', 'duplicate', 'duplicate']);

    await store.write(async (tx) => {
      await tx.lock([roomId]);
      const { id, senderId, clientId, bodyHash, createdAt } = send.message;
      await tx.db.chatRemovedMessage.create({
        data: { id, roomId, seq: 2, senderId, clientId, bodyHash, createdAt, deletedAt: at },
      });
      await tx.db.chatMessage.delete({ where: { id } });
    });
    expect(await again()).toEqual({ outcome: 'duplicate' });
    expect(await touch(store, roomId)).toBe(3);
  });

  it('lets one message that can not be stored fail alone', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const broken = plainSend(roomId, { senderId: null as never, clientId: null });
    const results = await Promise.allSettled([
      store.sendPlain(plainSend(roomId)),
      store.sendPlain(plainSend(roomId)),
      store.sendPlain(broken),
      store.sendPlain(plainSend(roomId)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await database.db.chatMessage.count({ where: { roomId } })).toBe(3);
    expect(await touch(store, roomId)).toBe(5);
  });

  it('stores what waits in few transactions, in the order it came', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const listener = vi.fn();
    store.onCommit(listener);
    const sends = Array.from({ length: 200 }, (_, index) => plainSend(roomId, { content: `${index}` }));
    const results = await Promise.all(sends.map((send) => store.sendPlain(send)));
    const seqs = results.map((result) => (result.outcome === 'sent' ? result.message.seq : 0));
    expect(seqs).toEqual(sends.map((_, index) => index + 2));
    expect(listener.mock.calls.length).toBeLessThanOrEqual(6);
  });

  it('refuses more than may wait, and stores nothing of it', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const results = await Promise.allSettled(Array.from({ length: 1_200 }, () => store.sendPlain(plainSend(roomId))));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(100);
    expect(refused[0]).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
    expect(await database.db.chatMessage.count({ where: { roomId } })).toBe(1_200 - refused.length);
  });
});
