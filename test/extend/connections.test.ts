import { createChat } from '@confab/server';
import { expect, test } from 'vitest';
import { person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { makeRoom } from '../support/suite.js';
import { waitFor } from '../support/wait.js';
import { host, rootOf, serveHost } from './host-server.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

eachDatabase((database) => {
  test('the host hears who connects, who calls what, and who leaves with which code', async () => {
    const seen: unknown[] = [];
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      connections: {
        onConnect: ({ ctx, userAgent }) => void seen.push(['connect', ctx.user.name, ctx.connectionId, userAgent]),
        onCall: ({ ctx, connectionId, path, type }) => void seen.push([path, type, ctx?.user.id, connectionId]),
        onDisconnect: ({ ctx, closeCode }) => void seen.push(['disconnect', ctx.session?.id, closeCode]),
      },
    });
    await using served = await serveChat(chat);
    const ann = await served.connect(person('ann'), { params: { device: 'phone' } });
    await ann.api.session.heartbeat.mutate({});
    const [connect] = seen as [unknown[]];
    const connectionId = connect[2];
    expect(connectionId).toEqual(expect.any(String));
    expect(seen).toEqual([
      ['connect', 'ann', connectionId, null],
      ['chat.events', 'subscription', ann.id, connectionId],
      ['chat.session.heartbeat', 'mutation', ann.id, connectionId],
    ]);
    await ann.close();
    await waitFor(() => seen.length === 4, { what: 'the disconnection', seen: () => seen });
    expect(seen.at(-1)).toEqual(['disconnect', 'phone', 1_005]);
  });

  test('it may ask what they may do', async () => {
    const seen: unknown[] = [];
    let roomId = '';
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      connections: {
        async onCall({ ctx, path }) {
          if (path !== 'chat.session.heartbeat') return;
          seen.push(await ctx?.can('room.update', { roomId }));
        },
      },
    });
    await using served = await serveChat(chat);
    const [ann, ben] = await served.users('ann', 'ben');
    roomId = (await makeRoom('group', ann, [ben])).id;
    await ben.api.session.heartbeat.mutate({});
    await waitFor(() => seen.length === 1, { what: 'the answer' });
    expect(seen).toMatchObject([{ allowed: false, code: 'PERMISSION_DENIED' }]);
  });

  test('calls of somebody who is not logged in are heard as nobody’s', async () => {
    const seen: unknown[] = [];
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      connections: { onCall: ({ ctx, path }) => void seen.push([path, ctx]) },
    });
    const root = rootOf(chat.router, { ping: host.procedure.query(() => 'pong') });
    await using served = await serveHost(chat, root);
    expect(await served.overSocket(null).ping.query()).toBe('pong');
    expect(seen).toEqual([['ping', null]]);
  });

  test('whatever these throw is logged and changes nothing', async () => {
    const logged: string[] = [];
    const note = (_fields: object, message: string) => void logged.push(message);
    const chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      log: { info: () => undefined, warn: note, error: note },
      connections: {
        onConnect: () => Promise.reject(new Error('connect')),
        onCall() {
          throw new Error('call');
        },
        onDisconnect: () => Promise.reject(new Error('disconnect')),
      },
    });
    await using served = await serveChat(chat);
    const [ann] = await served.users('ann');
    expect((await ann.api.room.list.query({})).items).toEqual([]);
    await ann.close();
    await waitFor(() => logged.includes('onDisconnect failed'), { what: 'the failures to be logged' });
    expect(logged).toEqual(expect.arrayContaining(['onConnect failed', 'onCall failed', 'onDisconnect failed']));
  });
});
