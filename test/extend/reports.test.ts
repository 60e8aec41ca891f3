import { createChat } from '@confab/server';
import { expect, test } from 'vitest';
import { eachDatabase } from '../support/databases.js';
import { viewer } from './served-chat.js';
import type { HostContext } from './served-chat.js';

eachDatabase((database) => {
  test('the host itself reads the reports of all rooms, and resolves those of a direct room', async () => {
    await using chat = createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx) });
    const rooms = [
      await chat.as('ann').room.create({ kind: 'direct', members: ['bob'] }),
      await chat.as('ann').room.create({ kind: 'group', name: 'Tea', members: ['bob'] }),
    ];
    const ids: string[] = [];
    for (const { id: roomId } of rooms) {
      const { id: messageId } = await chat.as('bob').message.send({ roomId, content: 'soup' });
      ids.unshift((await chat.as('ann').report.create({ messageId, reason: 'no tea' })).id);
    }
    expect((await chat.system.report.list({ state: 'open' })).items.map(({ id }) => id)).toEqual(ids);
    const [direct] = rooms;
    const { items } = await chat.system.report.list({ roomId: direct?.id });
    expect(items).toMatchObject([{ roomId: direct?.id, message: { content: 'soup' } }]);
    const reportId = items[0]?.id ?? '';
    await expect(chat.system.report.resolve({ reportId, action: 'mute' })).rejects.toThrow();
    const resolved = await chat.system.report.resolve({ reportId, action: 'delete' });
    expect(resolved).toMatchObject({ action: 'delete', resolvedBy: null, message: { content: null } });
    expect((await chat.system.report.list({ state: 'open' })).items).toHaveLength(1);
  });

  test('hooks see the deletion that a report leads to, and a refusal of theirs leaves the report open', async () => {
    const heard: string[] = [];
    let refuses = true;
    await using chat = createChat({
      store: await database.store(),
      viewer: (ctx: HostContext) => viewer(ctx),
      errors: { define: { EVIDENCE: { status: 4_031, trpc: 'CONFLICT' } } },
      on: {
        'report.create': { afterCommit: ({ input }) => void heard.push(`reported: ${input.reason}`) },
        'message.delete': {
          inTransaction: true,
          before({ input }) {
            if (refuses) throw chat.error('EVIDENCE');
            heard.push(`deleted ${input.messageIds.length}`);
          },
          afterCommit: () => void heard.push('gone'),
        },
      },
    });
    const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'Tea', members: ['bob', 'cy'] });
    const { id: messageId } = await chat.as('bob').message.send({ roomId, content: 'soup' });
    const { id: reportId } = await chat.as('cy').report.create({ messageId, reason: 'no tea' });
    const resolve = () => chat.as('ann').report.resolve({ reportId, action: 'delete' });
    await expect(resolve()).rejects.toThrow();
    expect((await chat.as('ann').report.list({ roomId, state: 'open' })).items).toHaveLength(1);
    expect(await chat.as('cy').message.get({ messageId })).toMatchObject({ content: 'soup' });
    refuses = false;
    await resolve();
    await expect.poll(() => heard).toEqual(['reported: no tea', 'deleted 1', 'gone']);
  });

  test('what a host’s transaction takes back was never resolved', async () => {
    await using chat = createChat({ store: await database.store(), viewer: (ctx: HostContext) => viewer(ctx) });
    const { id: roomId } = await chat.as('ann').room.create({ kind: 'group', name: 'Tea', members: ['bob'] });
    const { id: messageId } = await chat.as('bob').message.send({ roomId, content: 'soup' });
    const { id: reportId } = await chat.as('ann').report.create({ messageId, reason: 'no tea' });
    const work = chat.transaction(async ({ chat: within }) => {
      await within.as('ann').report.resolve({ reportId, action: 'ban' });
      expect((await within.as('ann').report.list({ roomId, state: 'open' })).items).toEqual([]);
      throw new Error('the host thinks better of it');
    });
    await expect(work).rejects.toThrow('thinks better');
    expect((await chat.as('ann').report.list({ roomId, state: 'open' })).items).toHaveLength(1);
    expect((await chat.as('ann').room.members({ roomId })).items).toHaveLength(2);
  });
});
