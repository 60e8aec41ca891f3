import { createChat } from '@confab/server';
import type { Hooks } from '@confab/server';
import { expect, test } from 'vitest';
import { person } from '../support/client.js';
import { eachDatabase } from '../support/databases.js';
import { waitFor } from '../support/wait.js';
import { serveChat, viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

/** What a host of the Django package extends by a handler method of its own. */
const operations = [
  ...['message.send', 'message.react', 'message.unreact', 'message.ack', 'message.edit', 'message.delete'],
  ...['message.read', 'message.list', 'room.create', 'room.list', 'room.get', 'room.addMembers'],
  ...['room.removeMembers', 'room.leave', 'room.join', 'room.update', 'room.delete', 'room.setRole', 'room.grant'],
  ...['room.revoke', 'session.list', 'session.heartbeat', 'notification.pending', 'notification.ack'],
] as const satisfies readonly (keyof Hooks)[];

eachDatabase((database) => {
  test('each of them runs ahead of its operation, around it and after it, and sees what came of it', async () => {
    const seen = new Map<string, string[]>();
    const note = (name: string, what: string) => void seen.set(name, [...(seen.get(name) ?? []), what]);
    const hook = (name: string) => ({
      before: () => note(name, 'before'),
      async around({ next }: { next: () => Promise<object> }) {
        return { ...(await next()), signed: name };
      },
      afterCommit: ({ result }: { result: object }) => note(name, `after ${Object.keys(result).at(-1) ?? ''}`),
    });
    // Each hook fits its operation: it looks at nothing but names.
    const on = Object.fromEntries(operations.map((name) => [name, hook(name)])) as unknown as Hooks;
    const sessions = {
      'session.open': {
        before: () => note('session.open', 'before'),
        afterCommit: () => note('session.open', 'after'),
      },
    };
    const chat = createChat({
      ...{ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx), on: { ...on, ...sessions } },
    });
    await using served = await serveChat(chat);
    const [ann, ben] = [await served.connect(person('ann')), await served.connect(person('ben'))];

    const room = await ann.api.room.create.mutate({
      ...{ kind: 'channel', name: 'Open', visibility: 'public', members: [ben.id] },
    });
    const roomId = room.id;
    const userIds = [ben.id];
    await ann.api.room.addMembers.mutate({ roomId, userIds: ['cleo'] });
    await ann.api.room.removeMembers.mutate({ roomId, userIds: ['cleo'] });
    await ben.api.room.leave.mutate({ roomId });
    await ben.api.room.join.mutate({ roomId });
    await ann.api.room.setRole.mutate({ roomId, userIds, role: 'admin' });
    await ann.api.room.grant.mutate({ roomId, userIds, permissions: ['message.pin'] });
    await ann.api.room.revoke.mutate({ roomId, userIds, permissions: ['message.pin'] });
    await ann.api.room.update.mutate({ roomId, description: 'News' });
    await ann.api.room.get.query({ roomId });
    await ann.api.room.list.query({});
    const sent = await ann.api.message.send.mutate({ roomId, content: 'hello', mentions: [ben.id] });
    expect(sent).toMatchObject({ content: 'hello', signed: 'message.send' });
    const { id: messageId, seq } = sent;
    await ann.api.message.edit.mutate({ messageId, content: 'bye' });
    await ben.api.message.react.mutate({ messageId, emoji: '👍' });
    await ben.api.message.unreact.mutate({ messageId, emoji: '👍' });
    await ben.api.notification.pending.query({});
    await ben.api.message.ack.mutate({ roomId, seq });
    await ben.api.message.read.mutate({ roomId, seq });
    const { data } = await ben.event('notification', (event) => event.data.notification.kind === 'mention');
    await ben.api.notification.ack.mutate({ ids: [data.notification.id] });
    await ann.api.message.list.query({ roomId });
    await ann.api.message.delete.mutate({ messageIds: [messageId] });
    await ann.api.session.list.query({});
    await ann.api.session.heartbeat.mutate({});
    await ann.api.room.delete.mutate({ roomId });

    const isWhole = () => operations.every((name) => (seen.get(name)?.length ?? 0) >= 2);
    await waitFor(isWhole, { what: 'every hook', seen: () => [...seen] });
    for (const name of operations) expect(seen.get(name), name).toEqual(['before', 'after signed']);
    expect([...(seen.get('session.open') ?? [])].sort()).toEqual(['after', 'after', 'before', 'before']);
  });
});
