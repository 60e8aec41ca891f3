import { createChat, definePlugin } from '@confab/server';
import { expect, test } from 'vitest';
import { expectRefusal } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

eachDatabase((database) => {
  test('a procedure that was omitted is not there for clients, and is for the host and its plugins', async () => {
    const closer = definePlugin({
      id: 'closer',
      procedures: (kit) => ({
        close: kit.room('room.delete').mutation(async ({ ctx, input: { roomId } }) => {
          await kit.as(ctx.chat.user.id, ctx.chat).room.delete({ roomId });
        }),
      }),
    });
    const chat = createChat({
      store: await database.store(),
      ...{ viewer: (ctx: HostContext) => viewer(ctx), plugins: [closer], omit: ['room.delete', 'sync'] },
    });
    await using served = await serveChat(chat);
    const [ann] = await served.users('ann');
    const roomIds = [];
    for (let nth = 0; nth < 3; nth += 1) roomIds.push((await makeRoom('group', ann)).id);
    const [one = '', two = '', three = ''] = roomIds;
    await expectRefusal(ann.call('room.delete', { roomId: one }), 'NOT_FOUND');
    await expectRefusal(ann.call('sync', {}), 'NOT_FOUND');
    await chat.as(ann.id).room.delete({ roomId: one });
    await chat.system.room.delete({ roomId: two });
    const { closer: api } = ann.api as unknown as { closer: { close: { mutate(input: object): Promise<void> } } };
    await api.close.mutate({ roomId: three });
    expect((await ann.api.room.list.query({})).items).toEqual([]);
  });
});
