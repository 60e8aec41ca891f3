import { ChatError } from '@confab/shared';
import { expect, it, vi } from 'vitest';
import type { Db } from '../../server/store/transaction.js';
import { eachDatabase } from '../support/databases.js';
import { at, createRoom, plainSend } from './fixtures.js';

const update = (roomId: string) => ({ roomId, type: 'room.updated', actorId: 'ann', at, data: {} }) as const;

eachDatabase((database) => {
  it('commits the host’s writes and the chat’s together and tells once', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const listener = vi.fn();
    store.onCommit(listener);
    await store.transaction(async ({ tx, store: inner }) => {
      await (tx as Db).chatUser.create({ data: { id: `host-${database.provider}`, updatedAt: at } });
      for (let nth = 0; nth < 2; nth += 1) {
        await inner.write(async (unit) => {
          await unit.lock([roomId]);
          unit.append(update(roomId));
          unit.afterCommit(() => expect(listener).toHaveBeenCalledTimes(1));
        });
      }
      expect(listener).not.toHaveBeenCalled();
      expect(await inner.read(({ db }) => db.chatRoom.findUnique({ where: { id: roomId } }))).toMatchObject({
        lastSeq: 3,
      });
    });
    expect(listener).toHaveBeenCalledTimes(1);
    expect(listener.mock.calls[0]?.[0]).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    expect(await database.db.chatUser.count({ where: { id: `host-${database.provider}` } })).toBe(1);
  });

  it('takes everything back when the callback throws', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const failing = store.transaction(async ({ tx, store: inner }) => {
      await (tx as Db).chatUser.create({ data: { id: 'undone', updatedAt: at } });
      await inner.write(async (unit) => {
        await unit.lock([roomId]);
        unit.append(update(roomId));
      });
      throw new Error('host');
    });
    await expect(failing).rejects.toThrow('host');
    expect(await database.db.chatUser.count({ where: { id: 'undone' } })).toBe(0);
    expect(await database.db.chatEvent.count({ where: { roomId } })).toBe(1);
  });

  it('leaves nothing of a chat call that failed, and lets the host go on', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    await store.transaction(async ({ store: inner }) => {
      const failing = inner.write(async (unit) => {
        await unit.lock([roomId]);
        unit.append(update(roomId));
        unit.patch(roomId, { name: 'never' });
        await unit.db.chatMember.deleteMany({ where: { roomId } });
        throw new ChatError('CONFLICT');
      });
      await expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
      await inner.write(async (unit) => {
        expect((await unit.lock([roomId])).get(roomId)).toMatchObject({ lastSeq: 1, name: 'Room' });
        expect(unit.append(update(roomId))).toBe(2);
      });
    });
    expect(await database.db.chatMember.count({ where: { roomId } })).toBe(1);
    expect(await database.db.chatEvent.count({ where: { roomId } })).toBe(2);
  });

  it('knows someone who was removed and added again in it as a member', async () => {
    const store = await database.store();
    const roomId = await createRoom(store, ['ann', 'bob', 'cy']);
    await store.transaction(async ({ store: inner }) => {
      await inner.write(async (unit) => {
        await unit.lock([roomId]);
        unit.appendRemoval({
          ...update(roomId),
          type: 'member.removed',
          data: { userIds: ['bob', 'cy'], reason: 'left' },
        });
      });
      const row = await inner.read(({ db }) =>
        db.chatMember.findUnique({ where: { roomId_userId: { roomId, userId: 'bob' } } }),
      );
      expect(row).toMatchObject({ status: 'out', leftSeq: 2 });
      await inner.write(({ db }) =>
        db.chatMember.update({
          where: { roomId_userId: { roomId, userId: 'bob' } },
          data: { status: 'in', leftSeq: null, leftReason: null, joinSeq: 3 },
        }),
      );
    });
    const members = await database.db.chatMember.findMany({ where: { roomId }, orderBy: { userId: 'asc' } });
    expect(members.map(({ status, leftPos }) => [status, leftPos !== null])).toEqual([
      ['in', false],
      ['in', false],
      ['out', true],
    ]);
  });

  it('sends on the ordinary path in it, and takes calls made at once one by one', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    await store.transaction(async ({ store: inner }) => {
      expect(await inner.sendPlain(plainSend(roomId))).toEqual({ outcome: 'fenced' });
      const append = () =>
        inner.write(async (unit) => {
          await unit.lock([roomId]);
          return unit.append(update(roomId));
        });
      expect(await Promise.all([append(), append(), append()])).toEqual([2, 3, 4]);
    });
  });

  it('does the callback again after a deadlock', async () => {
    if (database.provider === 'sqlite') return;
    const store = await database.store();
    const [one, two] = [await createRoom(store), await createRoom(store)];
    const work = vi.fn();
    const met = rendezvous(2);
    const cross = (from: string, to: string) =>
      store.transaction(async ({ store: inner }) => {
        work();
        for (const roomId of [from, to]) {
          await inner.write(async (unit) => {
            await unit.lock([roomId]);
            unit.append(update(roomId));
          });
          await met();
        }
      });
    await Promise.all([cross(one, two), cross(two, one)]);
    expect(work.mock.calls.length).toBeGreaterThan(2);
    const events = await database.db.chatEvent.findMany({ where: { roomId: { in: [one, two] } } });
    expect(events.map(({ seq }) => seq).toSorted()).toEqual([1, 1, 2, 2, 3, 3]);
  });
});

/** Resolves when `count` have come, and at once ever after. */
function rendezvous(count: number): () => Promise<void> {
  let missing = count;
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    missing -= 1;
    if (missing <= 0) open();
    return all;
  };
}
