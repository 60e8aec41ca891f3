import { ChatError } from '@confab/shared';
import { expect, it, vi } from 'vitest';
import { personalRoom } from '../../server/events/log.js';
import type { LogRow } from '../../server/events/log.js';
import { createTestClock } from '../../server/testing/chat/clock.js';
import { eachDatabase } from '../support/databases.js';
import { at, createRoom, insertRoom, newMember, newRoom, touch } from './fixtures.js';

eachDatabase((database) => {
  it('counts events and patches in before they are stored, and stores them when it ends', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    await store.write(async (tx) => {
      const locked = await tx.lock([roomId, 'nothing']);
      expect([...locked.keys()]).toEqual([roomId]);
      expect(tx.append({ roomId, type: 'room.updated', actorId: 'ann', at, data: {} })).toBe(2);
      expect(tx.append({ roomId, type: 'room.updated', actorId: null, at, data: {} })).toBe(3);
      tx.patch(roomId, { name: 'New', custom: { b: [2] } });
      tx.fence(roomId);
      expect(tx.room(roomId)).toMatchObject({ lastSeq: 3, name: 'New', authzVersion: 1 });
      expect((await tx.lock([roomId])).get(roomId)).toMatchObject({ lastSeq: 3, name: 'New' });
    });
    const room = await database.db.chatRoom.findUniqueOrThrow({ where: { id: roomId } });
    expect(room).toMatchObject({ lastSeq: 3, name: 'New', custom: { b: [2] }, authzVersion: 1 });
    const events = await database.db.chatEvent.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
    expect(events.map(({ seq, actorId }) => [seq, actorId])).toEqual([
      [1, 'ann'],
      [2, 'ann'],
      [3, null],
    ]);
    expect(room.lastPos).toBe(events.at(-1)?.pos);
  });

  it('is closed when what reads has ended as well, so that no connection is opened again afterwards', async () => {
    const store = await database.store();
    let goOn = (): void => undefined;
    const isTime = new Promise<void>((resolve) => (goOn = resolve));
    let isRead = false;
    const reading = store.read(async (tx) => {
      await tx.db.chatRoom.count();
      await isTime;
      await tx.db.chatRoom.count();
      isRead = true;
      throw new Error('and fails');
    });
    const failed = expect(reading).rejects.toThrow('and fails');
    const closing = store.close().then(() => isRead);
    setTimeout(goOn, 50);
    expect(await closing).toBe(true);
    await failed;
  });

  it('refuses to work on a room that it has not locked', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    await expect(
      store.write((tx) => Promise.resolve(tx.append({ roomId, type: 'room.updated', actorId: null, at, data: {} }))),
    ).rejects.toThrow('not locked');
  });

  it('leaves nothing behind, tells nobody and burns no number when the work fails', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const heads = await store.log.heads();
    const listener = vi.fn();
    const task = vi.fn();
    store.onCommit(listener);
    const error = new ChatError('CONFLICT');
    const failing = store.write(async (tx) => {
      await tx.lock([roomId]);
      tx.append({ roomId, type: 'room.updated', actorId: null, at, data: {} });
      await tx.db.chatMember.deleteMany({ where: { roomId } });
      tx.afterCommit(task);
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    expect(await database.db.chatMember.count({ where: { roomId } })).toBe(1);
    expect(await store.log.heads()).toEqual(heads);
    expect([listener.mock.calls, task.mock.calls]).toEqual([[], []]);
    expect(await touch(store, roomId)).toBe(2);
  });

  it('tells listeners after the commit and then runs the tasks, whatever they throw', async () => {
    const onError = vi.fn();
    const store = await database.store({ onError });
    const order: string[] = [];
    store.onCommit(() => {
      throw new Error('listener');
    });
    const off = store.onCommit((rows) => order.push(`rows ${rows.length}`));
    await store.write(async (tx) => {
      await insertRoom(tx);
      tx.afterCommit(() => {
        throw new Error('task');
      });
      tx.afterCommit(() => order.push('task'));
      order.push('work');
    });
    expect(order).toEqual(['work', 'rows 1', 'task']);
    expect(onError).toHaveBeenCalledTimes(2);
    off();
    await createRoom(store);
    expect(order).toHaveLength(3);
  });

  it('marks those who left with the seq and the position of the event that says so', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann', 'bob', 'cy']);
    const listener = vi.fn();
    store.onCommit(listener);
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      tx.appendRemoval({
        roomId,
        type: 'member.removed',
        actorId: 'ann',
        at,
        data: { userIds: ['bob', 'cy'], reason: 'removed' },
      });
    });
    const [rows] = listener.mock.lastCall as [LogRow[]];
    const members = await database.db.chatMember.findMany({ where: { roomId }, orderBy: { userId: 'asc' } });
    const left = { status: 'out', leftSeq: 2, leftPos: BigInt(rows[0]?.pos ?? 0), leftReason: 'removed' };
    expect(members).toMatchObject([{ status: 'in', leftSeq: null, leftPos: null }, left, left]);
  });

  it('makes a personal log once, however many first events come at once', async () => {
    const store = await database.store();
    const user = `user-${database.provider}`;
    const seqs = await Promise.all(
      Array.from({ length: 6 }, () =>
        store.write(async (tx) => {
          const room = (await tx.lockPersonal([user, 'other'])).get(user);
          expect(room).toMatchObject({ id: personalRoom(user), kind: 'user' });
          return tx.append({ roomId: personalRoom(user), type: 'message.hidden', actorId: user, at, data: {} });
        }),
      ),
    );
    expect(seqs.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('does the work again when someone else took its unique key meanwhile', async () => {
    const store = await database.store();
    const directKey = `ann:${database.provider}`;
    const findOrCreate = () =>
      store.write(async (tx) => {
        const found = await tx.db.chatRoom.findUnique({ where: { directKey } });
        return found?.id ?? (await tx.insertRoom(newRoom({ directKey }))).id;
      });
    const ids = await Promise.all([findOrCreate(), findOrCreate(), findOrCreate()]);
    expect(new Set(ids).size).toBe(1);
  });

  it('commits nothing of which its caller was told that it is unavailable', async () => {
    const clock = createTestClock();
    const store = await database.store({ clock });
    const roomId = await createRoom(store);
    const late = store.write(async (tx) => {
      await tx.lock([roomId]);
      tx.append({ roomId, type: 'room.updated', actorId: null, at, data: {} });
      await clock.advance(5_000);
    });
    await expect(late).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await touch(store, roomId)).toBe(2);
  });

  it('answers with what the database refused when doing it again does not help', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const work = vi.fn(async ({ db }: { db: typeof database.db }) => {
      const { permissions: _, ...member } = newMember(roomId, 'ann');
      await db.chatMember.create({ data: { ...member, permissions: [] } });
    });
    await expect(store.write((tx) => work(tx as never))).rejects.toMatchObject({ code: 'P2002' });
    expect(work).toHaveBeenCalledTimes(4);
  });
});
