import { expect, it, vi } from 'vitest';
import { eachDatabase } from '../support/databases.js';
import { createRoom } from './fixtures.js';

eachDatabase((database) => {
  it('puts an override in the place of one method and leaves the others', async () => {
    const seen = vi.fn();
    const store = await database.store({
      override: {
        findRoom: (base) => (tx, input) => {
          seen(input);
          return base(tx, input);
        },
      },
    });
    const plain = await database.store();
    const roomId = await createRoom(store);
    expect(await store.read((tx) => store.methods.findRoom(tx, { roomId }))).toMatchObject({ id: roomId });
    expect(seen).toHaveBeenCalledTimes(1);
    expect(store.methods.findMember).toBe(plain.methods.findMember);
    expect(Object.isFrozen(store.methods)).toBe(true);
  });

  it('keeps reads out of a transaction that is still open', async () => {
    const store = await database.store();
    const roomId = await createRoom(store);
    const read = () =>
      store.read(({ db }) => db.chatRoom.findUnique({ where: { id: roomId }, select: { name: true } }));
    await store.write(async (tx) => {
      await tx.lock([roomId]);
      await tx.db.chatRoom.updateMany({ where: { id: roomId }, data: { name: 'Inside' } });
      expect(await read()).toEqual({ name: 'Room' });
    });
    expect(await read()).toEqual({ name: 'Inside' });
  });
});
